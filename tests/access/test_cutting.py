"""The smallest cut of an abstract graph, held against trying everything out."""

import random
import sys
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.access.cutting.problem import Link, Problem, pruned, quick, way
from hardstand.access.cutting.reducing import reduced
from hardstand.access.cutting.solving import NoCutError, NoSolverError, solve


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    nodes = draw(st.integers(2, 7))
    elements = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    needs = st.frozensets(st.integers(0, elements - 1), min_size=draw(st.integers(0, 1)), max_size=3)
    links = draw(st.lists(st.builds(Link, node, node, needs), max_size=18))
    some = st.frozensets(node, min_size=1, max_size=2)
    weights = draw(st.lists(st.integers(1, 4), min_size=elements, max_size=elements))
    return Problem(nodes, tuple(links), draw(some), draw(some), tuple(weights))


def least(problem: Problem) -> int | None:
    """What the cheapest cut costs, by looking at every set of elements; None where none is a cut."""
    everything = range(len(problem.weights))
    cuts = (
        some
        for size in range(len(everything) + 1)
        for some in combinations(everything, size)
        if not reaches(problem, frozenset(some))
    )
    return min(map(problem.cost, cuts), default=None)


def reaches(problem: Problem, gone: frozenset[int]) -> bool:
    """Whether a target is reached, told without what the code under test uses for it."""
    found: set[int] = set(problem.starts)
    while True:
        more = {one.end for one in problem.links if one.start in found and not one.needs & gone} - found
        if not more:
            return bool(found & problem.targets)
        found |= more


@given(problems())
@settings(max_examples=400, deadline=None)
def test_no_cut_costs_less(problem: Problem) -> None:
    wanted = least(problem)
    if wanted is None:
        with pytest.raises(NoCutError) as raised:
            solve(problem, seconds=30)
        path = [problem.links[at] for at in raised.value.links]
        assert all(not one.needs for one in path)
        assert [one.end for one in path[:-1]] == [one.start for one in path[1:]]
        assert (path[0].start in problem.starts and path[-1].end in problem.targets) if path else (
            problem.starts & problem.targets
        )  # fmt: skip
        return
    solution = solve(problem, seconds=30)
    assert not reaches(problem, solution.chosen)
    assert solution.weight == problem.cost(solution.chosen) == wanted == solution.bound
    assert solution.exact


@given(problems())
@settings(max_examples=300, deadline=None)
def test_what_is_left_out_does_not_matter(problem: Problem) -> None:
    wanted = least(problem)
    if wanted is None:
        return
    small = reduced(problem)
    assert least(small.problem) == wanted
    assert small.problem.cost(range(len(small.elements))) == problem.cost(small.elements)
    assert reduced(small.problem).problem.links == small.problem.links


@given(problems())
@settings(max_examples=300, deadline=None)
def test_a_quick_cut_is_one_and_holds_nothing_that_it_could_do_without(problem: Problem) -> None:
    if least(problem) is None:
        return
    cut = quick(problem)
    assert not reaches(problem, cut)
    assert all(reaches(problem, cut - {one}) for one in cut)
    assert not reaches(problem, pruned(problem, range(len(problem.weights))))


def test_a_shortest_path_is_found() -> None:
    problem = Problem(
        4,
        (
            Link(0, 1, frozenset({0})),
            Link(1, 2, frozenset({1})),
            Link(2, 3, frozenset({2})),
            Link(1, 3, frozenset({3})),
        ),
        frozenset({0}),
        frozenset({3}),
        (1, 1, 1, 1),
    )
    assert way(problem) == (0, 3)
    assert way(problem, {3}) == (0, 1, 2)
    assert way(problem, {0}) is None


def test_max_flow_would_be_wrong() -> None:
    """Three disjoint paths, so that a flow of three passes; one grant holds all of them, and ends them for one."""
    middle = [Link(0, node, frozenset({node})) for node in (1, 2, 3)]
    ends = [Link(node, 4, frozenset({0})) for node in (1, 2, 3)]
    problem = Problem(5, (*middle, *ends), frozenset({0}), frozenset({4}), (2, 1, 1, 1))
    assert solve(problem, seconds=30).chosen == {0}


def test_of_the_two_grants_of_a_step_the_cheaper_goes() -> None:
    problem = Problem(2, (Link(0, 1, frozenset({0, 1})),), frozenset({0}), frozenset({1}), (5, 3))
    assert solve(problem, seconds=30).chosen == {1}


def layered(seed: int, width: int, depth: int, elements: int) -> Problem:
    """A graph of layers in which everything is interleaved, and no shape helps."""
    pick = random.Random(seed)
    nodes = width * depth + 2
    links = [Link(0, 2 + at, frozenset({pick.randrange(elements)})) for at in range(width)]
    for layer in range(depth - 1):
        for at in range(width):
            for _ in range(3):
                needs = frozenset(pick.sample(range(elements), pick.choice((1, 1, 2))))
                links.append(Link(2 + layer * width + at, 2 + (layer + 1) * width + pick.randrange(width), needs))
    links += [Link(nodes - 1 - at, 1, frozenset({pick.randrange(elements)})) for at in range(width)]
    weights = tuple(pick.randint(1, 30) for _ in range(elements))
    return Problem(nodes, tuple(links), frozenset({0}), frozenset({1}), weights)


def test_the_order_of_links_changes_nothing() -> None:
    problem = layered(1, 12, 5, 60)
    wanted = solve(problem, seconds=60)
    for seed in range(5):
        links = list(problem.links)
        random.Random(seed).shuffle(links)
        mixed = Problem(problem.nodes, tuple(links), problem.starts, problem.targets, problem.weights)
        assert solve(mixed, seconds=60) == wanted


def test_when_the_time_is_over_the_best_is_given_with_what_is_proven() -> None:
    problem = layered(3, 60, 9, 700)
    solution = solve(problem, seconds=0.0)
    assert way(problem, solution.chosen) is None
    assert 1 <= solution.bound < solution.weight == problem.cost(solution.chosen)
    assert not solution.exact


def test_the_solver_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    solve(layered(1, 12, 5, 60), seconds=60)
    assert capfd.readouterr() == ("", "")


def test_without_the_solver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(NoSolverError, match=r"pip install 'hardstand\[solver\]'"):
        solve(layered(1, 4, 3, 9), seconds=60)
