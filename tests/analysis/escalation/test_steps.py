"""Each kind of step, in an estate where it opens a path, and in one that differs in a single grant or object."""

from pathlib import Path

import pytest

from hardstand.analysis.escalation.building import kinds
from hardstand.analysis.escalation.graph import Graph, Node
from hardstand.analysis.escalation.paths import Path as Way
from hardstand.analysis.escalation.paths import Search
from tests.analysis.escalation.picturing import Estate, estate, estates, graphed, pictured

BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def ends(graph: Graph, end: Node) -> set[Node]:
    """A target, or any node of the cluster where that is the target."""
    return {node for node in graph.nodes if node == end or (end.sort == "node" and node.sort == "node")} | {end}


def ways(graph: Graph, one: Estate) -> list[Way]:
    search = Search(graph, ends(graph, one.end), usable=lambda _: True)
    return list(search.run([one.start], max_length=8, max_paths=1000).paths)


@pytest.mark.parametrize("path", estates(), ids=lambda path: path.stem)
def test_the_path_is_there_with_the_one_grant_and_not_without(path: Path) -> None:
    one = estate(path)
    found = ways(graphed([*one.objects, one.only], settled=one.settled, also=[one.start]), one)
    assert any(step.kind.id == one.step for way in found for step in way.steps), [
        [step.kind.id for step in way.steps] for way in found
    ]
    assert not ways(graphed(one.objects, settled=one.settled, also=[one.start]), one)


@pytest.mark.parametrize("path", estates(), ids=lambda path: path.stem)
def test_the_two_estates_differ_in_one_grant_or_in_one_object(path: Path) -> None:
    one = estate(path)
    assert path.stem == one.step
    more = pictured([*one.objects, one.only], settled=one.settled).permissions.grants
    less = pictured(one.objects, settled=one.settled).permissions.grants
    assert len(more) - len(less) == (1 if one.only.kind.name in BINDINGS else 0)


def test_every_kind_of_step_has_its_estates() -> None:
    done = {path.stem for path in estates()}
    assert {kind.id for kind in kinds() if kind.counts} - done == set()
    assert done <= {kind.id for kind in kinds()}


def test_every_kind_that_only_says_what_one_is_is_on_some_path() -> None:
    seen = set()
    for path in estates():
        one = estate(path)
        for way in ways(graphed([*one.objects, one.only], settled=one.settled, also=[one.start]), one):
            seen |= {step.kind.id for step in way.steps}
    assert {kind.id for kind in kinds()} - seen == set()


@pytest.mark.parametrize("path", estates(), ids=lambda path: path.stem)
def test_each_need_of_each_step_ends_it(path: Path) -> None:
    one = estate(path)
    graph = graphed([*one.objects, one.only], settled=one.settled, also=[one.start])
    for step in graph.steps:
        for element in step.needs:
            assert step not in graph.without({element}).steps
    for way in ways(graph, one):
        for element in way.needs:
            assert way.steps not in [other.steps for other in ways(graph.without({element}), one)]


@pytest.mark.parametrize("path", estates(), ids=lambda path: path.stem)
def test_every_step_says_what_is_done_what_ends_it_and_where_that_is_written(path: Path) -> None:
    one = estate(path)
    for step in graphed([*one.objects, one.only], settled=one.settled).steps:
        assert step.sentence
        assert "{" not in step.sentence + step.fix
        assert step.fix
        assert step.kind.source.startswith("https://")
        assert {proof.grant for proof in step.proofs} <= step.needs | {None}
