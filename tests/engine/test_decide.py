"""What is done about a finding: exceptions, compensation, delegation, approval, unknown and what was known before."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.traits import Traits
from hardstand.engine.decide import Case, decide
from hardstand.engine.standing import Standing
from hardstand.inventory.objects import World
from hardstand.model.tier import Tier
from hardstand.model.verdict import Action, Maturity, Severity, Verdict
from tests.baseline.making import TODAY, baseline_of, exception

BLOCK: dict[str, Any] = {"modes": [{"mode": "block"}]}


def case(**more: Any) -> Case:
    traits = Traits(
        kind="Deployment",
        name=more.pop("name", "web"),
        namespace=more.pop("namespace", "shop"),
        labels=more.pop("labels", {}),
        pod_labels=more.pop("pod_labels", {}),
        images=more.pop("images", ("registry.example/web:1",)),
        path="web.yaml",
        world=World("", None),
        makes_pods=True,
        says={},
    )
    standing = Standing(traits, more.pop("environments", ()), more.pop("perhaps", ()), more.pop("tier", Tier.LOW))
    made: dict[str, Any] = {
        "control": "privileged-container",
        "area": "workload",
        "maturity": Maturity.MINIMUM,
        "severity": Severity.CRITICAL,
        "verdict": Verdict.FAIL,
        "standing": standing,
        "image": "registry.example/web:1",
        "compensation": {},
        "known": False,
    }
    return Case(**{**made, **more})


def action(declared: dict[str, Any], one: Case, day: date = TODAY) -> str:
    return str(decide(one, baseline_of(declared), day).action)


def excepting(**more: Any) -> dict[str, Any]:
    return {**BLOCK, "exceptions": [exception(**more)]}


@pytest.mark.parametrize(
    ("match", "holds"),
    [
        ({"name": "web"}, True),
        ({"name": "we*"}, True),
        ({"name": "db"}, False),
        ({"name": ["db", "web"]}, True),
        ({"namespace": "shop"}, True),
        ({"namespace": "shop-eu"}, False),
        ({"kind": "Deployment"}, True),
        ({"kind": "Pod"}, False),
        ({"kind": "deployment"}, False),
        ({"name": "web", "namespace": "other"}, False),
        ({"labels": {"app": "web"}}, True),
        ({"labels": {"pod": "yes"}}, True),
        ({"labels": {"app": "web", "pod": "yes"}}, True),
        ({"labels": {"app": "web", "other": "*"}}, False),
        ({"labels": {"app": "no"}}, False),
        ({"image": "registry.example/web:*"}, True),
        ({"image": "registry.example/side*"}, False),
        ({"image": ["registry.example/side*", "*/web:1"]}, True),
    ],
)
def test_every_key_that_is_given_must_fit(match: dict[str, Any], *, holds: bool) -> None:
    one = case(labels={"app": "web"}, pod_labels={"pod": "yes"}, images=("registry.example/web:1", "side"))
    assert action(excepting(match=match), one) == ("waived" if holds else "block")


def test_an_image_waives_only_what_is_found_in_its_container() -> None:
    declared = excepting(match={"image": "*/web:1"})
    images = ("registry.example/web:1", "registry.example/side:1")
    assert action(declared, case(images=images, image="registry.example/web:1")) == "waived"
    assert action(declared, case(images=images, image="registry.example/side:1")) == "block"
    # Outside of containers, every image must fit, and there must be one.
    assert action(declared, case(images=images, image=None)) == "block"
    assert action(declared, case(images=images[:1], image=None)) == "waived"
    assert action(declared, case(images=(), image=None)) == "block"
    # A container without an image is not the one that is excepted.
    assert action(declared, case(images=images[:1], image="")) == "block"


def test_another_control_is_not_waived() -> None:
    assert action(excepting(control="host-pid"), case()) == "block"
    assert action(excepting(control="host-pid"), case(control="host-pid")) == "waived"


@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_what_compensates_must_pass(verdict: Verdict | None) -> None:
    declared = excepting(**{"while": ["host-pid", "host-ipc"]})
    for first, second in itertools.permutations(["host-pid", "host-ipc"]):
        given_verdicts = {first: Verdict.PASS} | ({second: verdict} if verdict else {})
        decision = decide(case(compensation=given_verdicts), baseline_of(declared), TODAY)
        if verdict is Verdict.PASS:
            assert (decision.action, decision.waiver, decision.lapses) == (Action.WAIVED, "e1", ())
        else:
            assert (decision.action, decision.waiver) == (Action.BLOCK, None)
            assert [one.exception for one in decision.lapses] == ["e1"]
            assert second in decision.lapses[0].why


@pytest.mark.parametrize(
    ("tier", "approved_by", "expected"),
    [
        (Tier.CRITICAL, "alice", "waived"),
        (Tier.CRITICAL, "bob", "block"),
        (Tier.HIGH, "alice", "block"),
        (Tier.HIGH, "bob", "waived"),
        (Tier.LOW, "alice", "block"),  # Nobody may, since nobody is named.
        (None, "bob", "block"),  # There is no workload, and it could be anything:
        (None, "alice", "waived"),  # who may approve for the highest tier, may.
    ],
)
def test_who_may_approve_depends_on_the_tier(tier: Tier | None, approved_by: str, expected: str) -> None:
    declared = {**excepting(approved_by=approved_by), "approvers": {"critical": ["alice"], "high": "bob"}}
    assert action(declared, case(tier=tier)) == expected


@pytest.mark.parametrize(
    ("tier", "expected"),
    [(Tier.LOW, "waived"), (Tier.MEDIUM, "waived"), (Tier.HIGH, "block"), (Tier.CRITICAL, "block"), (None, "block")],
)
def test_what_is_delegated_depends_on_the_tier(tier: Tier | None, expected: str) -> None:
    platform = {**BLOCK, "delegates": [{"control": "privileged-container", "tier": ["low", "medium"]}]}
    child = {"extends": "base.yaml", "exceptions": [exception()]}
    found = decide(case(tier=tier), baseline_of(child, base=platform), TODAY)
    assert str(found.action) == expected


def test_what_is_delegated_must_be_by_every_file_below() -> None:
    platform = {**BLOCK, "delegates": [{"control": "privileged-container", "tier": ["low", "medium"]}]}
    team = {"extends": "base.yaml", "delegates": [{"control": "privileged-container", "tier": "low"}]}
    child = {"extends": "team.yaml", "exceptions": [exception()]}
    loaded = baseline_of(child, base=platform, team=team)
    assert [str(decide(case(tier=one), loaded, TODAY).action) for one in Tier] == ["waived", "block", "block", "block"]


def test_the_platform_s_own_exceptions_need_no_delegation() -> None:
    platform = excepting()
    assert str(
        decide(case(tier=Tier.CRITICAL), baseline_of({"extends": "base.yaml"}, base=platform), TODAY).action
    ) == ("waived")


@pytest.mark.parametrize(
    ("verdict", "declared", "expected"),
    [
        (Verdict.UNKNOWN, {"modes": [{"mode": "block"}]}, "warn"),
        (Verdict.UNKNOWN, {"unknown": "block"}, "block"),
        (Verdict.UNKNOWN, {"unknown": {"mode": "block", "from": "2026-06-02"}}, "warn"),
        (Verdict.UNKNOWN, {"unknown": "block", "modes": [{"mode": "off", "area": "workload"}]}, "off"),
        (Verdict.FAIL, {"unknown": "block"}, "warn"),
    ],
)
def test_unknown_has_a_mode_of_its_own(verdict: Verdict, declared: dict[str, Any], expected: str) -> None:
    assert action(declared, case(verdict=verdict)) == expected


@pytest.mark.parametrize(
    ("fail_on", "known", "verdict", "expected"),
    [
        (Severity.HIGH, False, Verdict.FAIL, "block"),
        (Severity.CRITICAL, False, Verdict.FAIL, "block"),
        (Severity.HIGH, True, Verdict.FAIL, "warn"),
        (Severity.HIGH, False, Verdict.UNKNOWN, "warn"),
        (None, False, Verdict.FAIL, "warn"),
    ],
)
def test_what_is_asked_for_on_the_command_line_only_blocks_more(
    fail_on: Severity | None, known: bool, verdict: Verdict, expected: str
) -> None:
    one = case(known=known, verdict=verdict)
    assert str(decide(one, baseline_of({}), TODAY, fail_on).action) == expected


def test_an_exception_beats_what_the_command_line_asks_for_and_off_beats_both() -> None:
    declared = {"exceptions": [exception()]}
    assert str(decide(case(), baseline_of(declared), TODAY, Severity.LOW).action) == "waived"
    off = {**declared, "modes": [{"mode": "off", "control": "privileged-container"}]}
    assert str(decide(case(), baseline_of(off), TODAY, Severity.LOW).action) == "off"


def test_the_exception_that_ends_last_is_named_and_the_others_say_why_they_do_not_hold() -> None:
    declared = {
        **BLOCK,
        "exceptions": [
            exception(id="old", expires="2026-05-31"),
            exception(id="bare", **{"while": "host-pid"}),
            exception(id="short", expires="2026-06-02"),
            exception(id="good"),
            exception(id="older", expires="2026-05-01"),
            exception(id="elsewhere", match={"name": "db"}),
        ],
    }
    found = decide(case(compensation={"host-pid": Verdict.FAIL}), baseline_of(declared), TODAY)
    assert (found.waiver, found.also) == ("good", ("short",))
    assert [(one.exception, one.why) for one in found.lapses] == [
        ("older", "expired on 2026-05-01"),
        ("old", "expired on 2026-05-31"),
        ("bare", "host-pid does not pass: fail"),
    ]


ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (-11 * 60, -210, 0, 345, 14 * 60)]


@pytest.mark.parametrize("zone", ZONES)
def test_the_second_before_and_after_midnight(zone: timezone) -> None:
    """As `wiring.scan` turns a clock into a day."""
    midnight = datetime(2026, 6, 2, tzinfo=UTC).astimezone(zone)
    before = (midnight - timedelta(seconds=1)).astimezone(UTC).date()
    after = midnight.astimezone(UTC).date()
    declared = excepting(expires="2026-06-01")
    assert (action(declared, case(), before), action(declared, case(), after)) == ("waived", "block")
    tightens = {"modes": [{"mode": "block", "from": "2026-06-02"}]}
    assert (action(tightens, case(), before), action(tightens, case(), after)) == ("warn", "block")


EXCEPTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "match": st.sampled_from([{"name": "web"}, {"name": "db"}, {"namespace": "shop"}, {"image": "*/web:*"}]),
            "expires": st.sampled_from(["2026-05-31", "2026-06-01", "2026-06-02"]),
            "approved_by": st.sampled_from(["alice", "bob"]),
            "while": st.sampled_from([[], ["host-pid"], ["host-pid", "host-ipc"]]),
        }
    ),
    max_size=6,
)


@settings(deadline=None)
@given(EXCEPTIONS, st.randoms(), st.sampled_from(list(Tier)), st.sampled_from(list(Verdict)))
def test_the_order_of_exceptions_changes_no_action(
    several: list[dict[str, Any]], shuffler: Any, tier: Tier, compensation: Verdict
) -> None:
    """And an exception waives exactly when it is about the finding, has not ended, and nothing else speaks against."""
    made = [exception(**{**one, "id": f"e{number}"}) for number, one in enumerate(several)]
    shuffled = list(made)
    shuffler.shuffle(shuffled)
    approvers = {"low": ["alice", "bob"], "medium": ["alice", "bob"], "high": ["alice"], "critical": []}
    one = case(tier=tier, compensation={"host-pid": compensation, "host-ipc": Verdict.PASS})
    found = {
        action({**BLOCK, "approvers": approvers, "exceptions": order}, one) for order in (made, shuffled)
    }  # fmt: skip
    holds = any(
        each["match"] != {"name": "db"}
        and each["expires"] >= "2026-06-01"
        and each["approved_by"] in approvers[tier.word]
        and (not each["while"] or compensation is Verdict.PASS)
        for each in several
    )
    assert found == {"waived" if holds else "block"}


def test_where_an_environment_cannot_be_told_the_tightest_mode_holds() -> None:
    declared = {
        "boundary": {"environments": {"production": {"namespaces": ["prod"]}, "test": {"namespaces": ["test"]}}},
        "modes": [
            {"mode": "block", "control": "privileged-container", "environment": "production"},
            {"mode": "off", "control": "privileged-container", "environment": "test"},
        ],
    }
    assert action(declared, case()) == "warn"
    assert action(declared, case(perhaps=("production",))) == "block"
    assert action(declared, case(environments=("test",), perhaps=("production",))) == "block"
    assert action(declared, case(environments=("production",), perhaps=("test",))) == "block"
    assert action(declared, case(perhaps=("test",))) == "warn"
