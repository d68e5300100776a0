"""In which environments an object lies: place and namespace, labels of Namespaces, and which of them are production."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.placing import Placing
from hardstand.baseline.boundary import Boundary
from tests.baseline.making import actions, baseline_of, pod, run_on


def boundary(**environments: Any) -> Boundary:
    return baseline_of({"boundary": {"environments": environments}}).boundary


PLACES = {
    "production": {"paths": "deploy/prod/**", "namespaces": ["shop", "shop-*"]},
    "staging": {"paths": "deploy/staging/**"},
    "sandbox": {"namespaces": [{"name": "sandbox-*"}, {"labels": {"stage": "sandbox"}}]},
    "audited": {"namespaces": [{"name": "shop*", "labels": {"audit": "*"}}]},
    "empty": {"registries": ["registry.example"]},
}
IN_PROD, IN_STAGING, ELSEWHERE = "deploy/prod/web.yaml", "deploy/staging/web.yaml", "other/web.yaml"


@pytest.mark.parametrize(
    ("path", "namespace", "labels", "environments"),
    [
        (IN_PROD, "shop", {}, ["production"]),
        (IN_PROD, "shop-eu", {}, ["production"]),
        (IN_PROD, "payments", {}, []),
        (ELSEWHERE, "shop", {}, []),
        # Without a namespace, the place is all there is.
        (IN_PROD, None, {}, ["production"]),
        (ELSEWHERE, None, {}, []),
        # Declared by place alone, the namespace has no say.
        (IN_STAGING, "shop", {}, ["staging"]),
        (IN_STAGING, "anything", {}, ["staging"]),
        # Declared by namespace alone, the place has none.
        (ELSEWHERE, "sandbox-1", {}, ["sandbox"]),
        (IN_PROD, "sandbox-1", {}, ["sandbox"]),
        # By labels; of one entry name and labels must both fit, of several entries one.
        (ELSEWHERE, "toys", {"stage": "sandbox"}, ["sandbox"]),
        (ELSEWHERE, "toys", {"stage": "prod"}, []),
        (IN_PROD, "shop", {"audit": "yes"}, ["production", "audited"]),
        (ELSEWHERE, "toys", {"audit": "yes"}, []),
        # In several at once.
        (IN_STAGING, "sandbox-1", {}, ["staging", "sandbox"]),
        (IN_PROD, "shop-eu", {"stage": "sandbox", "audit": ""}, ["production", "sandbox", "audited"]),
    ],
)
def test_files(path: str, namespace: str | None, labels: dict[str, str], environments: list[str]) -> None:
    assert list(Placing(boundary(**PLACES)).of(path, namespace, labels)) == environments


def test_the_namespace_may_be_declared_for_another_place() -> None:
    made = Placing(boundary(**PLACES))
    assert made.elsewhere(ELSEWHERE, "shop-eu", [{}]) == {"production": ["deploy/prod/**"]}
    assert made.elsewhere(IN_PROD, "shop-eu", [{}]) == {}
    assert made.elsewhere(ELSEWHERE, "payments", [{}]) == {}
    assert made.elsewhere(ELSEWHERE, "sandbox-1", [{}]) == {}  # Declared for any place.
    assert made.place(ELSEWHERE) == ("path", ELSEWHERE)
    by_cluster = boundary(production={"clusters": ["prod-*"], "paths": ["prod"], "namespaces": ["shop"]})
    other, fitting = Placing(by_cluster, "test-eu"), Placing(by_cluster, "prod-eu")
    assert other.elsewhere("any", "shop", [{}]) == {"production": ["prod-*"]}
    assert other.place("any") == ("cluster", "test-eu")
    assert fitting.elsewhere("any", "shop", [{}]) == {}


def test_a_cluster_counts_where_there_is_one_and_paths_where_there_is_none() -> None:
    made = boundary(
        production={"clusters": "prod-*", "paths": "deploy/prod", "namespaces": "shop"}, lab={"clusters": "lab"}
    )
    assert Placing(made, "prod-eu").of("deploy/staging/web.yaml", "shop", {}) == ("production",)
    assert Placing(made, "lab").of("deploy/prod/web.yaml", "shop", {}) == ("lab",)
    assert Placing(made).of("deploy/prod/web.yaml", "shop", {}) == ("production",)
    # Of an environment that names clusters only, no file is told to lie in it.
    assert Placing(boundary(lab={"clusters": "*"})).of("a.yaml", "shop", {}) == ()


@pytest.mark.parametrize(
    ("name", "declared", "production"),
    [
        ("production", None, True),
        ("Production", None, True),
        ("prod", None, True),
        ("prod-eu", None, False),
        ("live", None, False),
        ("live", True, True),
        ("production", False, False),
    ],
)
def test_production_is_what_is_called_so_or_said_to_be(name: str, declared: bool | None, *, production: bool) -> None:
    said = {} if declared is None else {"production": declared}
    made = boundary(**{name: {"namespaces": "one", **said}})
    assert made.is_production(name) is production
    assert not made.mixed
    both = {name: {"namespaces": "one", **said}, "other": {"production": not production, "namespaces": "two"}}
    assert boundary(**both).mixed


@settings(deadline=None, max_examples=40)
@given(
    st.permutations(sorted(PLACES)),
    st.sampled_from([IN_PROD, IN_STAGING, ELSEWHERE]),
    st.sampled_from(["shop", "toys"]),
)
def test_the_order_of_declaring_changes_nothing(order: list[str], path: str, namespace: str) -> None:
    shuffled = Placing(boundary(**{name: PLACES[name] for name in order}))
    plain = Placing(boundary(**PLACES))
    labels = {"audit": "yes"}
    assert sorted(shuffled.of(path, namespace, labels)) == sorted(plain.of(path, namespace, labels))


def test_an_object_in_two_environments_is_held_to_the_stricter(tmp_path: Path) -> None:
    declared = {
        "boundary": {"environments": {"a": {"namespaces": "shop*"}, "b": {"namespaces": ["shop", "toys"]}}},
        "modes": [{"mode": "block", "environment": "a"}, {"mode": "off", "environment": "b"}],
    }
    objects = [pod("web", name) for name in ("shop", "shop-eu", "toys", "none")]
    run = run_on(tmp_path, baseline_of(declared), *objects)
    assert actions(run) == {"shop/web": "block", "shop-eu/web": "block", "toys/web": "off", "none/web": "warn"}


def test_labels_of_namespaces_place_what_is_in_them(tmp_path: Path) -> None:
    declared = {
        "boundary": {"environments": {"production": {"namespaces": [{"labels": {"stage": "prod*"}}]}}},
        "modes": [{"mode": "block", "environment": "production"}],
    }
    shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"stage": "production"}}}
    toys = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "toys", "labels": {"stage": "lab"}}}
    # A pod's own label is not its namespace's.
    objects = [shop, toys, pod("web", "shop"), pod("web", "toys", metadata={"labels": {"stage": "production"}})]
    for jobs in (1, 2):
        run = run_on(tmp_path, baseline_of(declared), *objects, jobs=jobs)
        assert actions(run) == {"shop/web": "block", "toys/web": "warn"}
        # The Namespace itself lies where its labels put it.
        assert {one.object.name: str(one.action) for one in run.findings if one.object.kind == "Namespace"} == {
            "shop": "block",
            "toys": "warn",
        }
