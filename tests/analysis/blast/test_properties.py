"""What holds for the radii of any estate, on random ones."""

import random

import pytest

from hardstand.analysis.blast.board import Board, board_of
from hardstand.analysis.blast.changes.best import prove
from hardstand.analysis.blast.changes.candidates import candidates
from hardstand.analysis.blast.changes.change import Taken
from hardstand.analysis.blast.cutting import Cut
from hardstand.analysis.blast.radius import radius, sums
from hardstand.analysis.escalation.graph import Element
from hardstand.analysis.reach.connections import number_of
from hardstand.analysis.reach.peers import numbers_in
from tests.analysis.blast.boarding import grounded, plainly
from tests.analysis.blast.generating import estate

SEEDS = range(60)


def board(seed: int) -> Board:
    return board_of(grounded(estate(seed), settled=bool(seed % 2)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_are_the_number_and_a_plain_search_finds_the_same(seed: int) -> None:
    made = board(seed)
    for start in made.ground.nodes:
        for most in (None, 1, 2, 3):
            found = radius(made, start, most_hops=most)
            assert found.total == sum(one.worth >> one.halvings for one in found.parts)
            assert sums(made, start, most_hops=most) == found.sums
            for one in found.parts:
                assert sum(hop.halvings for hop in one.way) == one.halvings
                assert most is None or one.hops <= most
                for before, after in zip(one.way, one.way[1:], strict=False):
                    homes = made.ground.places
                    assert homes.get(before.end, before.end) == homes.get(after.start, after.start)
            plain = plainly(made, start, most)
            expected = {
                node: made.worth(node) >> cost
                for node, cost in plain.items()
                if made.sort(node) is not None and made.worth(node) >> cost
            }
            assert {one.thing: one.points for one in found.parts} == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_anything_away_never_widens_a_radius(seed: int) -> None:
    made = board(seed)
    needs: set[Element] = {need for step in made.ground.graph.steps for need in step.needs}
    cuts = [
        *(Cut(elements=frozenset((need,))) for need in needs),
        *(Cut(silent=frozenset((node,))) for node in made.ground.nodes),
        *(Cut(closed=frozenset((node,))) for node in made.ground.nodes),
        *(Cut(tokens=frozenset((place,))) for place in made.ground.places),
    ]
    before = {start: sums(made, start).total for start in made.ground.nodes}
    for cut in cuts:
        after = board_of(made.ground, cut)
        assert all(sums(after, start).total <= total for start, total in before.items())


@pytest.mark.parametrize("seed", range(16))
def test_what_is_estimated_of_a_change_is_what_it_does(seed: int) -> None:
    """The steps that a change is said to end, and no others, are gone from the picture in which it was made."""
    made = board(seed)
    for start in made.ground.nodes:
        found = radius(made, start)
        for one in candidates(made, found):
            estimated = sums(board_of(made.ground, one.change.cut), start).total
            after = prove(made, found, one.change).after
            if one.change.taken is Taken.SECRET:
                assert after <= estimated  # A Secret that nothing names any more, and that was not read, is not known.
            else:
                assert after == estimated, one.change.title
            assert found.total - estimated <= one.through, one.change.title


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_objects_does_not_matter(seed: int) -> None:
    objects = estate(seed)
    shuffled = list(objects)
    random.Random(seed).shuffle(shuffled)
    one, other = (board_of(grounded(several, settled=bool(seed % 2))) for several in (objects, shuffled))
    for start in one.ground.nodes:
        first, second = radius(one, start), radius(other, start)
        assert [(part.thing, part.points) for part in first.parts] == [
            (part.thing, part.points) for part in second.parts
        ]
        assert [[hop.said for hop in part.way] for part in first.parts] == [
            [hop.said for hop in part.way] for part in second.parts
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_whom_a_workload_calls_is_what_pair_by_pair_is_allowed(seed: int) -> None:
    ground = board(seed).ground
    ends = [(owner, peer) for owner in ground.workloads for peer in ground.estate.peers if owner in peer.owners]
    for number, owner in enumerate(ground.workloads):
        near, far = set(), set()
        for other, peer in ends:
            for _, source in ((one, each) for one, each in ends if one == owner):
                allowed = ground.estate.allowed(source, peer)
                for pod in (pod for pod in peer.pods if pod.owner == other and allowed):
                    listens = not pod.declared or any(number_of(*port) in allowed for port in pod.declared)
                    (near if listens else far).add(ground.workloads.index(other))
        found = ground.calls.of(number)
        assert (set(numbers_in(found[0])), set(numbers_in(found[1]))) == (near, far - near)
