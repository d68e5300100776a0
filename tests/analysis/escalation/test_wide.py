"""How large the graph becomes where rights are given many times over: as their number, and not as its square."""

from typing import Any

import pytest

from hardstand.analysis.escalation.graph import ADMIN, Graph, identity
from hardstand.analysis.escalation.parts import PART
from hardstand.analysis.escalation.paths import shortest
from hardstand.analysis.rbac.who import user
from tests.analysis.escalation.picturing import graphed
from tests.analysis.objects import as_objects

RBAC = "rbac.authorization.k8s.io"
JANE = identity(user("jane"))
VERBS = (["bind", "approve"], ["create"])


def _object(kind: str, name: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": {"name": name}, **rest}


def wide(bindings: int, who: int = 1, group: str = "*") -> Graph:
    """Two halves of many steps, given by turns to one user, or to many."""
    rules = [[{"apiGroups": [group], "resources": ["*"], "verbs": verbs}] for verbs in VERBS]
    found = [_object("ClusterRole", f"half-{at}", rules=one) for at, one in enumerate(rules)]
    for at in range(bindings):
        name = "jane" if who == 1 else f"user-{at // 2 % who}"
        role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"half-{at % 2}"}
        subject = {"kind": "User", "apiGroup": RBAC, "name": name}
        found.append(_object("ClusterRoleBinding", f"b-{at}", roleRef=role, subjects=[subject]))
    return graphed([kube for one in found for kube in as_objects(one)])


@pytest.mark.parametrize("who", [1, 10_000])
def test_the_graph_grows_with_the_bindings_and_not_with_their_square(who: int) -> None:
    few, many = (len(wide(size, who).steps) for size in (100, 400))
    assert many < 5 * few


def test_of_each_half_all_grants_have_to_go() -> None:
    graph = wide(60, group=RBAC)
    needs = {element for step in graph.steps for element in step.needs}
    halves = [{one for one in needs if str(one).count(f"ClusterRole half-{at}")} for at in (0, 1)]
    assert [len(half) for half in halves] == [30, 30]
    assert ADMIN in graph.reachable([JANE])
    for half in halves:
        assert ADMIN not in graph.reachable([JANE], half)
        assert ADMIN in graph.reachable([JANE], set(list(half)[1:]))


def test_a_path_tells_of_whole_steps() -> None:
    (path,) = shortest(wide(60, group=RBAC), [JANE], {ADMIN})
    assert len(path.steps) == 1
    assert len(path.needs) == len(path.steps[0].proofs) >= 2
    assert PART not in {node.sort for step in path.steps for node in (step.start, step.end)}
