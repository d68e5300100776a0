"""Rings of a graph, held against what is reached step by step."""

from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.rings import rings

SIZE = 8
graphs = st.lists(st.lists(st.integers(0, SIZE - 1), max_size=4), min_size=SIZE, max_size=SIZE)


def reached(graph: list[list[int]], start: int) -> set[int]:
    found, pending = {start}, [start]
    while pending:
        pending.extend(set(graph[pending.pop()]) - found)
        found.update(pending)
    return found


@given(graphs)
def test_nodes_are_in_one_ring_if_each_leads_to_the_other(graph: list[list[int]]) -> None:
    found = list(rings(graph))
    assert sorted(node for ring in found for node in ring) == list(range(SIZE))
    of = {node: at for at, ring in enumerate(found) for node in ring}
    for node in range(SIZE):
        assert {other for other in reached(graph, node) if node in reached(graph, other)} == set(found[of[node]])
        assert all(of[other] <= of[node] for other in graph[node])


def test_a_graph_may_be_deep() -> None:
    count = 20_000
    assert list(rings([[at + 1] for at in range(count)] + [[]])) == [[at] for at in range(count, -1, -1)]
