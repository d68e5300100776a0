"""A file that extends another is nowhere looser, by brute force over what objects there can be; and what layers add."""

import itertools
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hardstand.analysis.classing import Classing
from hardstand.analysis.container_images import closest
from hardstand.analysis.inferred import Inferred
from hardstand.analysis.placing import Placing
from hardstand.analysis.sides import Foreign, places_of
from hardstand.analysis.traits import Traits
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.matrix import tier_by
from hardstand.baseline.reading import BaselineError
from hardstand.baseline.vocabulary import KnownControl, Vocabulary
from hardstand.inventory.objects import World
from hardstand.model.tier import Data, Exposure, Privilege, Tier
from hardstand.model.verdict import Maturity
from tests.baseline.making import TODAY, baseline_of, exception

PATIENT = settings(deadline=None, max_examples=120)
WORDS = Vocabulary(
    {
        "one": KnownControl("workload", Maturity.MINIMUM, None),
        "two": KnownControl("network", Maturity.PRODUCTION, None),
    }
)
"""As few controls as tell the lines apart, so that many baselines can be looked at."""


def child_of(parent: dict[str, Any], child: dict[str, Any]) -> Baseline:
    """The child on top of the parent; the example is dropped where that is an error."""
    try:
        return baseline_of({"extends": "base.yaml", **child}, WORDS, base=parent)
    except BaselineError:
        assume(False)
        raise


PATHS = ["deploy/prod/web.yaml", "deploy/test/web.yaml", "other/web.yaml"]
NAMESPACES = ["shop", "shop-eu", "toys", None]
NAMES = ["production", "sandbox"]


def some_of(*words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True)


BOUNDARIES = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {},
        optional={
            "namespaces": some_of("shop", "shop*", "*", "none"),
            "paths": some_of("deploy/prod", "deploy", "**", "nowhere"),
            "clusters": some_of("prod", "*"),
        },
    ),
    max_size=2,
)
MODES = st.lists(
    st.fixed_dictionaries({"mode": st.sampled_from(["off", "warn", "block"])}, optional={"area": st.just("workload")}),
    max_size=2,
    unique_by=lambda one: "area" in one,
)


@st.composite
def enforced(draw: st.DrawFn) -> dict[str, Any]:
    """A boundary, and modes for all and in its environments."""
    environments = draw(BOUNDARIES)
    modes = draw(MODES)
    for name in environments:
        modes += [{**one, "environment": name} for one in draw(MODES)]
    return {"boundary": {"environments": environments}, "modes": modes}


def modes_everywhere(loaded: Baseline, cluster: str | None) -> list[int]:
    placing = Placing(loaded.boundary, cluster)
    found = []
    for path, namespace in itertools.product(PATHS, NAMESPACES):
        environments = placing.of(path, namespace, {})
        for area in ("workload", "network"):
            rule = loaded.enforcement.winner("x", area, Maturity.MINIMUM, Tier.LOW, environments, TODAY)
            found.append(int(rule.on(TODAY)))
    return found


@PATIENT
@given(enforced(), enforced())
def test_no_object_is_held_to_less_by_what_a_child_says_of_the_boundary(
    parent: dict[str, Any], child: dict[str, Any]
) -> None:
    new, old = child_of(parent, child), baseline_of(parent, WORDS)
    for cluster in (None, "prod", "other"):
        assert all(
            now >= before
            for now, before in zip(modes_everywhere(new, cluster), modes_everywhere(old, cluster), strict=True)
        )


@PATIENT
@given(enforced(), enforced())
def test_objects_see_each_other_as_before_whatever_a_child_says_of_the_boundary(
    parent: dict[str, Any], child: dict[str, Any]
) -> None:
    """What lies in the same environments by place is one picture, in which a Service meets its pods."""
    for cluster in (None, "prod", "other"):
        new, old = (Placing(one.boundary, cluster) for one in (child_of(parent, child), baseline_of(parent, WORDS)))
        for one, other in itertools.combinations(PATHS, 2):
            assert (new.at_place(one) == new.at_place(other)) == (old.at_place(one) == old.at_place(other))


HOSTS = ["stage.example", "stage.example/app", "example", "db"]
SORTS = {
    "registries": lambda one: one.registries,
    "secret_stores": lambda one: one.secret_stores,
    "external_services": lambda one: [each.host for each in one.external_services],
    "admin_interfaces": lambda one: one.admin_interfaces,
}
SIDES = st.dictionaries(
    st.sampled_from(["production", "prod", "ours", "staging"]),
    st.fixed_dictionaries(
        {"namespaces": st.just("shop")},
        optional={
            "production": st.booleans(),
            **{sort: some_of(*HOSTS[:3], "*", "*.example") for sort in SORTS},
        },
    ),
    min_size=1,
    max_size=3,
)


def foreign_in(loaded: Baseline) -> set[tuple[str, str]]:
    """What production may not name, of a few hosts, by the sort of what declares it."""
    boundary, found = loaded.boundary, set()
    for (sort, pick), host in itertools.product(SORTS.items(), HOSTS):
        if sort == "registries":
            own, others = places_of(boundary, pick)
            if any(closest(host, registries) > closest(host, own) for _, registries in others):
                found.add((sort, host))
        elif Foreign(boundary, pick).environment(host) is not None:
            found.add((sort, host))
    return found if boundary.mixed else set()


@PATIENT
@given(SIDES, SIDES)
def test_what_is_foreign_to_production_stays_so_by_what_a_child_declares(
    parent: dict[str, Any], child: dict[str, Any]
) -> None:
    below = {"boundary": {"environments": parent}}
    new, old = child_of(below, {"boundary": {"environments": child}}), baseline_of(below, WORDS)
    assert foreign_in(new) >= foreign_in(old)


FACTORS = {
    "data": st.sampled_from([one.word for one in Data]),
    "exposure": st.sampled_from([one.word for one in Exposure]),
    "privilege": st.sampled_from([one.word for one in Privilege]),
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {"tier": st.sampled_from([one.word for one in Tier])},
        optional={**FACTORS, "compliance": some_of("pci", "PCI-*", "*", "hipaa", "p*", "[a-z]*", "pci-?")},
    ),
    min_size=1,
    max_size=4,
)
REGIMES = ["", "pci", "pci-dss", "pci-1", "hipaa", "soc2", "p", "9"]


@PATIENT
@given(ROWS, ROWS)
def test_no_workload_has_a_lower_tier_by_a_child_s_matrix(
    parent: list[dict[str, Any]], child: list[dict[str, Any]]
) -> None:
    new, old = child_of({"tiers": parent}, {"tiers": child}), baseline_of({"tiers": parent})
    for data, exposure, privilege, regime in itertools.product(Data, Exposure, Privilege, REGIMES):
        factors = data, exposure, privilege, frozenset({regime} if regime else ())
        assert tier_by(new.matrix, *factors)[0] >= tier_by(old.matrix, *factors)[0]


@PATIENT
@given(ROWS)
def test_the_same_matrix_again_loosens_nothing(rows: list[dict[str, Any]]) -> None:
    assert baseline_of({"extends": "base.yaml", "tiers": rows}, base={"tiers": rows}).matrix


CLASSES = st.fixed_dictionaries(
    {},
    optional={
        "default_data": FACTORS["data"],
        "workloads": st.lists(
            st.fixed_dictionaries(
                {"match": st.sampled_from([{"name": "web"}, {"name": "*"}, {"namespace": "shop"}, {"name": "db"}])},
                optional={**FACTORS, "compliance": some_of("pci", "hipaa")},
            ),
            max_size=3,
        ),
        "names": st.sampled_from([{"data": "a"}, {"data": "b"}, {}]),
    },
)
OBJECTS = [
    Traits("Pod", name, namespace, {}, {}, (), "web.yaml", World("", None), makes_pods=True, says=says)
    for name, namespace in (("web", "shop"), ("db", "toys"), ("tool", "toys"))
    for says in ({}, {"data": "restricted"}, {"data": "public"})
]


@PATIENT
@given(CLASSES, CLASSES, st.one_of(st.just([]), ROWS))
def test_no_workload_has_a_lower_tier_by_a_child_s_classes(
    parent: dict[str, Any], child: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    below = {"classes": parent, "tiers": rows}
    new, old = child_of(below, {"classes": child}), baseline_of(below)
    assert new.names == old.names
    for traits, exposure, privilege in itertools.product(OBJECTS, Exposure, Privilege):
        inferred = Inferred(exposure, ("so",)), Inferred(privilege, ("so",))
        assert Classing(new).tier(traits, (), *inferred) >= Classing(old).tier(traits, (), *inferred)


@PATIENT
@given(CLASSES, st.randoms())
def test_the_order_of_classes_changes_no_tier(declared: dict[str, Any], shuffler: Any) -> None:
    shuffled = {**declared, "workloads": list(declared.get("workloads", ()))}
    shuffler.shuffle(shuffled["workloads"])
    one, other = (Classing(baseline_of({"classes": each})) for each in (declared, shuffled))
    for traits, exposure, privilege in itertools.product(OBJECTS, Exposure, Privilege):
        inferred = Inferred(exposure, ("so",)), Inferred(privilege, ("so",))
        assert one.tier(traits, (), *inferred) == other.tier(traits, (), *inferred)


def test_to_say_less_than_the_default_is_no_loosening_where_it_changes_no_tier() -> None:
    """By the built-in matrix, public data and internal data are worth the same."""
    child = {"classes": {"workloads": [{"match": {"name": "web"}, "data": "public"}]}}
    assert baseline_of({"extends": "base.yaml", **child}, base={"name": "platform"}).classes
    with pytest.raises(BaselineError, match=r"loosens the default `internal` of built in:"):
        baseline_of({"extends": "base.yaml", **child}, base={"tiers": [{"tier": "high", "data": "internal"}]})


PARENT: dict[str, Any] = {
    "boundary": {"environments": {"production": {"namespaces": "shop", "registries": "registry.example"}}},
    "modes": [{"mode": "block", "area": "workload"}],
    "delegates": [{"control": "privileged-container", "tier": ["low", "medium"]}],
    "approvers": {"low": "alice"},
    "max_exception_days": 120,
    "parameters": {"too-many-containers": {"maximum": 5}},
    "retention": {"audit": "90d"},
    "cadences": [{"scan": "7d"}],
    "network": {"zones": {"web": {"match": {"namespace": "web"}}}},
}


@pytest.mark.parametrize(
    "child",
    [
        {},
        PARENT,
        {"modes": [{"mode": "block"}]},
        {"modes": [{"mode": "block", "area": "network", "from": "2026-09-01"}]},
        {"unknown": "block"},
        {"boundary": {"environments": {"production": {"namespaces": "shop-*"}}}},
        {"boundary": {"environments": {"mine": {"namespaces": "mine", "registries": "*"}}},
         "modes": [{"mode": "block", "environment": "mine"}]},
        {"exceptions": [exception()]},
        {"delegates": [{"control": "privileged-container", "tier": "low"}]},
        {"approvers": {"low": "alice"}},
        {"max_exception_days": 30},
        {"parameters": {"too-many-containers": {"maximum": 5}, "secret-not-allowed": {"names": ["a"]}}},
        {"retention": {"audit": "400d", "flow": "1d"}},
        {"cadences": [{"tier": "critical", "scan": "1d"}, {"restore_drill": "90d"}]},
        {"network": {"zones": {"web": {"match": {"namespace": "web"}}, "data": {"match": {"namespace": "data"}}}}},
        {"network": {"zones": {"data": {"match": {"namespace": "data"}}},
         "flows": [{"from": "internet", "to": "data", "ports": "any", "reason": "its own"}]}},
        {"classes": {"default_data": "restricted", "workloads": [{"match": {"name": "db"}, "data": "restricted"}]}},
        {"ignore": []},
        {"code": "controls"},
    ],
)  # fmt: skip
def test_what_tightens_or_says_the_same_or_adds_is_taken(child: dict[str, Any]) -> None:
    loaded = baseline_of({"extends": "base.yaml", **child}, base=PARENT)
    assert [one.file for one in loaded.layers] == ["built in", "base.yaml", "hardstand.yaml"]
