"""What holds for the graph of any estate, on random ones: more grants never lead to less, and each need counts."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.escalation.building import kinds
from hardstand.analysis.escalation.graph import ADMIN, Graph, Node, key_of
from hardstand.inventory.objects import KubeObject
from tests.analysis.escalation.picturing import estate, estates, graphed
from tests.analysis.objects import as_objects

RBAC = "rbac.authorization.k8s.io"
RULES: tuple[tuple[str, str, str, str], ...] = tuple(
    (group, resource, verb, name)
    for group, resource, verb in (
        ("", "pods", "create"),
        ("", "pods/exec", "create"),
        ("", "pods/ephemeralcontainers", "patch"),
        ("", "secrets", "get"),
        ("", "secrets", "create"),
        ("", "serviceaccounts/token", "create"),
        ("", "serviceaccounts", "impersonate"),
        ("", "users", "impersonate"),
        ("", "groups", "impersonate"),
        ("", "namespaces", "patch"),
        ("", "nodes/proxy", "get"),
        ("", "persistentvolumes", "create"),
        ("", "persistentvolumeclaims", "create"),
        ("apps", "deployments", "patch"),
        (RBAC, "roles", "escalate"),
        (RBAC, "roles", "update"),
        (RBAC, "roles", "bind"),
        (RBAC, "rolebindings", "create"),
        (RBAC, "clusterroles", "escalate"),
        (RBAC, "clusterroles", "patch"),
        (RBAC, "clusterroles", "create"),
        (RBAC, "clusterroles", "bind"),
        (RBAC, "clusterrolebindings", "create"),
        (RBAC, "clusterrolebindings", "patch"),
        ("certificates.k8s.io", "certificatesigningrequests", "create"),
        ("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
        ("certificates.k8s.io", "signers", "approve"),
        ("*", "*", "*"),
    )
    for name in ("", "", "role-1", "shop")
)
SUBJECTS = (
    {"kind": "User", "apiGroup": RBAC, "name": "jane"},
    {"kind": "Group", "apiGroup": RBAC, "name": "system:serviceaccounts:shop"},
    {"kind": "Group", "apiGroup": RBAC, "name": "system:authenticated"},
    {"kind": "ServiceAccount", "namespace": "shop", "name": "web"},
    {"kind": "ServiceAccount", "namespace": "ops", "name": "admin"},
)


def _object(kind: str, name: str, namespace: str, version: str = f"{RBAC}/v1", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def made(seed: int) -> list[KubeObject]:
    """A small estate; its bindings come last."""
    rng = random.Random(seed)
    found: list[dict[str, Any]] = []
    namespaces = ("shop", "ops")
    for home in namespaces:
        labels = {"pod-security.kubernetes.io/enforce": rng.choice(["restricted", "privileged"])}
        found.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": home, "labels": labels}})
        container = {"name": "app", "image": "a", "securityContext": {"privileged": rng.random() < 0.4}}
        spec = {
            "serviceAccountName": rng.choice(["web", "admin"]),
            "nodeName": rng.choice("ab"),
            "containers": [container],
        }
        found.append(_object("Pod", "one", home, "v1", spec=spec))
    roles = [("", "role-0"), ("", "role-1"), ("shop", "role-2"), ("ops", "role-3"), ("", "role-4")]
    for home, name in roles:
        rules = [_rule(*rng.choice(RULES)) for _ in range(rng.randint(1, 6))]
        found.append(_object("Role" if home else "ClusterRole", name, home, rules=rules))
    found.append(_object("ClusterRole", "all", "", rules=[_rule("*", "*", "*", "")]))
    admin = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "all"}
    found.append(_object("ClusterRoleBinding", "admin", "", roleRef=admin, subjects=[SUBJECTS[-1]]))
    for number in range(rng.randint(3, 8)):
        home, name = rng.choice(roles)
        where = home or rng.choice(("", *namespaces))
        reference = {"apiGroup": RBAC, "kind": "Role" if home else "ClusterRole", "name": name}
        kind = "RoleBinding" if where else "ClusterRoleBinding"
        found.append(_object(kind, f"b-{number}", where, roleRef=reference, subjects=[rng.choice(SUBJECTS)]))
    return [kube for one in found for kube in as_objects(one)]


def _rule(group: str, resource: str, verb: str, name: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
    return rule | ({"resourceNames": [name]} if name else {})


def ways(graph: Graph) -> set[tuple[Node, Node]]:
    """Who gets where, of everybody that there is."""
    return {(start, end) for start in graph.nodes if start.who for end in graph.reachable([start])}


@given(st.integers(0, 10**9), st.booleans())
@settings(max_examples=200, deadline=None)
def test_one_grant_more_never_takes_a_way_away(seed: int, settled: bool) -> None:
    objects = made(seed)
    less, more = graphed(objects[:-1], settled=settled), graphed(objects, settled=settled)
    assert ways(less) <= ways(more)


@given(st.integers(0, 10**9), st.booleans())
@settings(max_examples=100, deadline=None)
def test_without_a_grant_the_graph_is_the_one_of_the_estate_without_it(seed: int, settled: bool) -> None:
    objects = made(seed)
    graph = graphed(objects, settled=settled)
    gone = {
        element
        for step in graph.steps
        for element in step.needs
        if key_of(element)[1] in (_called(objects[-1]), f"binding {_named(objects[-1])}")
    }
    less = graphed(objects[:-1], settled=settled)
    assert _reach(graph.without(gone), less) == _reach(less, less)


def _reach(graph: Graph, of: Graph) -> set[Node]:
    """Of those whom a graph has, who gets to the cluster in another one."""
    return {node for node in of.nodes if node.who and ADMIN in graph.reachable([node])}


def _called(binding: KubeObject) -> str:
    return f"{binding.kind.name} {binding.namespace or ''}/{binding.name}"


def _named(binding: KubeObject) -> str:
    home = f"{binding.namespace}/" if binding.namespace else ""
    return f"{binding.kind.name} {home}{binding.name}"


@given(st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_no_step_says_only_what_another_one_says_with_less(seed: int) -> None:
    graph = graphed(made(seed))
    for step in graph.steps:
        for other in graph.leaving[step.start]:
            if other is not step and other.end == step.end:
                assert not (other.needs <= step.needs and other.kind.sure >= step.kind.sure)


@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_objects_does_not_matter(seed: int, rng: random.Random) -> None:
    objects = made(seed)
    mixed = rng.sample(objects, len(objects))
    assert [step.key for step in graphed(objects).steps] == [step.key for step in graphed(mixed).steps]


@pytest.mark.parametrize("path", estates(), ids=lambda path: path.stem)
def test_the_order_of_an_estate_does_not_matter(path: Any) -> None:
    one = estate(path)
    objects = [*one.objects, one.only]
    forth, back = (graphed(some, settled=one.settled) for some in (objects, objects[::-1]))
    assert [step.key for step in forth.steps] == [step.key for step in back.steps]


def test_random_estates_are_worth_looking_at() -> None:
    """The rules above would hold for graphs in which nobody gets anywhere."""
    reaching = differing = 0
    for seed in range(100):
        objects = made(seed)
        less, more = graphed(objects[:-1], settled=True), graphed(objects, settled=True)
        there = [node for node in more.nodes if node.sort in ("user", "group") and not node.name.endswith("masters")]
        reaching += any(ADMIN in more.reachable([node]) for node in there)
        differing += ways(less) != ways(more)
    assert reaching >= 50
    assert differing >= 50


def test_there_are_as_many_kinds_as_are_asked_for() -> None:
    assert sum(kind.counts for kind in kinds()) >= 50
    assert len({kind.does for kind in kinds() if kind.counts}) == sum(kind.counts for kind in kinds())
