"""Paths through graphs: held against a search that tries everything, on random graphs."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.escalation.graph import Fact, Graph, Node, Step, StepKind
from hardstand.analysis.escalation.paths import Path, Search, distances, shortest

DOES = StepKind("does", "does", "fix", "https://example.com")
IS = StepKind("is", "is", "fix", "https://example.com", counts=False)
MAY = StepKind("may", "may", "fix", "https://example.com", sure=False)
END = Node("cluster-admin")


def node(number: int) -> Node:
    return Node("user", "", str(number)) if number else END


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    ends = st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([DOES, IS, MAY]))
    drawn = draw(st.lists(ends, max_size=16))
    return Graph(
        Step(node(start), node(end), kind, frozenset((Fact(f"fact {at}", "so"),)))
        for at, (start, end, kind) in enumerate(drawn)
        if start != end
    )


def everything(graph: Graph, start: Node) -> list[Path]:
    """All simple paths to the end, found without any cleverness."""

    def walk(walked: tuple[Step, ...], on: frozenset[Node]) -> Iterator[Path]:
        here = walked[-1].end if walked else start
        if here == END:
            yield Path(walked)
            return
        for step in graph.steps:
            if step.start == here and step.end not in on:
                yield from walk((*walked, step), on | {step.end})

    return [path for path in walk((), frozenset((start,))) if path.steps]


@given(graphs())
@settings(max_examples=300)
def test_all_simple_paths_are_found_each_once_and_the_shorter_ones_first(graph: Graph) -> None:
    starts = [node(number) for number in range(1, 7)]
    found = Search(graph, {END}, usable=lambda _: True).run(starts, max_length=20, max_paths=100_000)
    wanted = [path.steps for start in starts for path in everything(graph, start)]
    assert not found.stopped
    assert len(found.paths) == len(wanted)
    assert {path.steps for path in found.paths} == set(wanted)
    lengths = [path.length for path in found.paths]
    assert lengths == sorted(lengths)
    for path in found.paths:
        assert all(one.end == other.start for one, other in pairwise(path.steps))


@given(graphs())
@settings(max_examples=300)
def test_the_shortest_is_as_short_as_any(graph: Graph) -> None:
    starts = [node(number) for number in range(1, 7)]
    found = {path.start: path for path in shortest(graph, starts, {END}, lambda _: True)}
    for start in starts:
        every = everything(graph, start)
        assert bool(every) == (start in found)
        if every:
            assert found[start].length == min(path.length for path in every)
            assert found[start].steps in [path.steps for path in every]


@given(graphs())
def test_where_a_path_is_told_there_is_a_way_and_the_other_way_round(graph: Graph) -> None:
    far = distances(graph, [END], lambda _: True)
    for start in graph.nodes:
        assert (start in far) == (END in graph.reachable([start]))


@given(graphs())
def test_sure_paths_have_no_step_that_is_not(graph: Graph) -> None:
    for path in Search(graph, {END}).run(graph.nodes, max_length=20, max_paths=1000).paths:
        assert path.sure


@given(graphs())
def test_without_what_a_path_needs_it_is_gone(graph: Graph) -> None:
    for path in Search(graph, {END}, usable=lambda _: True).run(graph.nodes, max_length=20, max_paths=10).paths:
        for element in path.needs:
            less = graph.without({element})
            assert not set(path.steps) <= set(less.steps)
            for start in graph.nodes:
                assert graph.reachable([start], {element}) == less.reachable([start])


def test_it_says_when_there_are_more_than_are_told() -> None:
    steps = [Step(node(1), END, DOES, frozenset((Fact(str(at), "so"),))) for at in range(5)]
    search = Search(Graph(steps), {END})
    assert Search(Graph(steps), {END}).run([node(1)], max_length=3, max_paths=5).stopped == ""
    found = search.run([node(1)], max_length=3, max_paths=4)
    assert (len(found.paths), found.stopped) == (4, "there are more than 4 paths")


def test_it_says_when_there_is_too_much_to_look_at() -> None:
    layers = [[node(10 * layer + at) for at in range(1, 9)] for layer in range(1, 6)]
    steps = [Step(one, other, DOES) for low, high in pairwise(layers) for one in low for other in high]
    steps += [Step(one, END, DOES) for one in layers[-1]]
    found = Search(Graph(steps), {END}, most_work=1000).run(layers[0], max_length=9, max_paths=10**6)
    assert found.stopped == "there was too much to look at"
    assert len(found.paths) < 8**5
