"""The order of changes, and that every number is what judging the changed picture gives."""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.model.root_causes import counts
from hardstand.model.verdict import Action, Confidence, Severity, Verdict
from hardstand.plan.sets import plan_sets
from hardstand.plan.sets_interface import FixSets
from hardstand.plan.weighing import effort, risk, tier_of, worth
from tests.plan.pictures import Fault, Picture, finding

TIERS = st.sampled_from([None, "low", "medium", "high", "critical"])
NAMES = [f"f{at}" for at in range(9)]


@st.composite
def faults(draw: st.DrawFn) -> list[Fault]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=9, unique=True))
    made = []
    for name in names:
        page = draw(st.integers(0, 2))
        made.append(
            Fault(
                name,
                f"cause-{draw(st.integers(0, 4))}",
                page=page,
                tier=draw(TIERS),
                severity=draw(st.sampled_from(Severity)),
                action=draw(st.sampled_from(Action)),
                confidence=draw(st.sampled_from(Confidence)),
                safe=draw(st.sampled_from([True, False, None])),
            )
        )
    return made


def planned(several: Sequence[Fault], *, unsafe: bool = True, limit: int = 99) -> tuple[Picture, FixSets]:
    picture = Picture(several)
    return picture, plan_sets(picture.sources, picture.judge, picture.part, unsafe=unsafe, limit=limit)


def told(plan: FixSets) -> object:
    steps = [
        (one.root_cause, one.sum, sorted(f.id for f in one.removed), sorted(f.id for f in one.mended), one.safe)
        for one in plan.steps
    ]
    return steps, [one.root_cause for one in plan.by_hand], [one.name for one in plan.more], plan.removed, plan.total


@given(faults(), st.booleans(), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_input_does_not_matter(
    several: list[Fault], unsafe: bool, limit: int, chance: random.Random
) -> None:
    shuffled = list(several)
    chance.shuffle(shuffled)
    assert told(planned(several, unsafe=unsafe, limit=limit)[1]) == told(
        planned(shuffled, unsafe=unsafe, limit=limit)[1]
    )


@given(faults(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_number_is_what_judging_gives(several: list[Fault], unsafe: bool) -> None:
    picture, plan = planned(several, unsafe=unsafe)
    before, after = picture.judge({}), picture.judge(plan.pages)
    assert plan.total == sum(map(counts, before.findings))
    assert plan.total - plan.removed == sum(map(counts, after.findings))
    assert [one.sum for one in plan.steps] == [
        sum(len(one.removed) for one in plan.steps[: at + 1]) for at in range(len(plan.steps))
    ]
    assert not plan.more
    fixable = [one for one in several if one.safe is not None and (one.safe or unsafe)]
    wanted = {one.name for one in fixable if one.action in (Action.BLOCK, Action.WARN)}
    assert {found.id for one in plan.steps for found in one.removed} == wanted
    left = {found.id for found in after.findings if counts(found)}
    assert sorted(found.id for one in plan.by_hand for found in one.findings) == sorted(left)


@given(faults(), st.data())
@settings(max_examples=150, deadline=None)
def test_the_sum_holds_whatever_goes_besides(several: list[Fault], data: st.DataObject) -> None:
    linked = [
        replace(one, takes=tuple(data.draw(st.lists(st.sampled_from(mates), max_size=3, unique=True))))
        for one in several
        if (mates := [other.name for other in several if other.page == one.page])
    ]
    picture, plan = planned(linked)
    after = {found.id for found in picture.judge(plan.pages).findings if counts(found)}
    removed = [found.id for one in plan.steps for found in one.removed]
    assert len(removed) == len(set(removed)) == plan.removed == plan.total - len(after)
    assert not after.intersection(removed)


@given(faults())
@settings(max_examples=150, deadline=None)
def test_tier_comes_first_then_what_blocks_then_the_ratio(several: list[Fault]) -> None:
    _, plan = planned(several)
    worths = [worth(one.removed, one.mended) for one in plan.steps]
    assert worths == sorted(worths, reverse=True)
    tiers = [max(map(tier_of, one.removed)) for one in plan.steps]
    assert tiers == sorted(tiers, reverse=True)
    by_hand = [worth(one.findings, one.findings, by_hand=True) for one in plan.by_hand]
    assert by_hand == sorted(by_hand, reverse=True)


@given(faults())
def test_weights_are_sound(several: list[Fault]) -> None:
    found = [finding(one) for one in several]
    assert all(risk([one]) > 0 for one in found)
    assert effort(found) > 0
    safe = [finding(Fault(one.name, one.cause, one.page, safe=True)) for one in several]
    unsafe = [finding(Fault(one.name, one.cause, one.page, safe=False)) for one in several]
    assert effort(safe) < effort(unsafe) < effort(safe, by_hand=True)
    assert effort(safe[:1]) <= effort(safe)


def test_a_change_that_takes_others_with_it_comes_first_and_they_are_not_listed_again() -> None:
    several = [
        Fault("net-raw", "a", severity=Severity.MEDIUM),
        Fault("all", "b", severity=Severity.MEDIUM, takes=("net-raw", "added")),
        Fault("added", "c", severity=Severity.LOW, safe=None),
    ]
    _, plan = planned(several)
    assert [one.root_cause for one in plan.steps] == ["b"]
    assert (plan.removed, plan.total, plan.by_hand) == (3, 3, ())
    assert {found.id for found in plan.steps[0].removed} == {"net-raw", "all", "added"}


def test_what_turns_unknown_is_not_removed_and_the_change_is_left_to_a_person() -> None:
    picture, plan = planned([Fault("a", "a", clouds=("b",)), Fault("b", "b", safe=None), Fault("c", "c")])
    assert [one.root_cause for one in plan.steps] == ["c"]
    assert (plan.removed, plan.total) == (1, 3)
    reasons = {one.root_cause: one.reasons for one in plan.by_hand}
    assert reasons["a"][0].startswith("it would bring another finding")
    assert all(one.verdict is Verdict.FAIL for one in picture.judge(plan.pages).findings)


def test_a_change_that_brings_a_finding_is_not_proposed() -> None:
    _, plan = planned([Fault("a", "a", brings=("worse",)), Fault("b", "a"), Fault("c", "c", severity=Severity.LOW)])
    assert [(one.root_cause, [found.id for found in one.mended]) for one in plan.steps] == [("a", ["b"]), ("c", ["c"])]
    assert [one.finding.id for one in plan.steps[0].skipped] == ["a"]
    (left,) = plan.by_hand
    assert (left.root_cause, len(left.findings)) == ("a", 1)
    assert left.reasons[0].startswith("it would bring another finding")


def test_waived_off_and_unknown_are_neither_counted_nor_mended() -> None:
    several = [Fault("a", "a", action=Action.WAIVED), Fault("b", "a", action=Action.OFF), Fault("c", "a")]
    picture, plan = planned(several)
    assert (plan.removed, plan.total) == (1, 1)
    assert picture.there(plan.pages) == {"a", "b"}


def test_without_leave_unsafe_changes_are_left_to_a_person() -> None:
    _, plan = planned([Fault("a", "a", safe=False), Fault("b", "b", safe=True)], unsafe=False)
    assert [one.root_cause for one in plan.steps] == ["b"]
    assert [(one.root_cause, one.unsafe) for one in plan.by_hand] == [("a", True)]


def test_the_limit_bounds_what_is_judged() -> None:
    several = [Fault(f"f{at}", f"cause-{at}", page=at) for at in range(60)]
    picture = Picture(several)
    judged = 0

    def judge(changed):  # type: ignore[no-untyped-def]
        nonlocal judged
        judged += 1
        return picture.judge(changed)

    plan = plan_sets(picture.sources, judge, picture.part, unsafe=True, limit=3)
    assert (len(plan.steps), len(plan.more), plan.removed) == (3, 57, 3)
    assert judged == 4
