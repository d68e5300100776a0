"""Pods are called by what a person edits, as long as they are what that says."""

import pytest
import yaml

from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.ends import start_named, starts_of
from hardstand.analysis.escalation.graph import NODE, Node
from hardstand.analysis.escalation.powers import said
from tests.analysis.escalation.picturing import pictured
from tests.analysis.objects import objects

PRIVILEGED = {"containers": [{"name": "app", "image": "a", "securityContext": {"privileged": True}}]}
PLAIN = {"containers": [{"name": "app", "image": "a"}]}


def made(kind: str, name: str, spec: object, owner: str = "") -> dict[str, object]:
    """An object of `shop`; `owner` is KIND/NAME."""
    metadata: dict[str, object] = {"name": name, "namespace": "shop"}
    if owner:
        above, _, called = owner.partition("/")
        metadata["ownerReferences"] = [
            {"kind": "Node", "name": "no-controller"},
            {"kind": above, "name": called, "controller": True},
        ]
    return {
        "apiVersion": "v1" if kind == "Pod" else "apps/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": spec if kind == "Pod" else {"template": {"spec": spec}},
    }


def estate(*found: dict[str, object]) -> str:
    return yaml.safe_dump_all(found)


DEPLOYED = (
    made("Deployment", "web", PRIVILEGED),
    made("ReplicaSet", "web-7c", PRIVILEGED, "Deployment/web"),
    made("Pod", "web-7c-a", {**PRIVILEGED, "nodeName": "one"}, "ReplicaSet/web-7c"),
    made("Pod", "web-7c-b", {**PRIVILEGED, "nodeName": "one"}, "ReplicaSet/web-7c"),
    made("Pod", "web-7c-c", {**PRIVILEGED, "nodeName": "two"}, "ReplicaSet/web-7c"),
)
ONE = Node("workload", "shop", "Deployment/web@one")
TWO = Node("workload", "shop", "Deployment/web@two")


@pytest.mark.parametrize("name", ["web", "Deployment/web"])
def test_an_owner_stands_for_its_pods_by_the_nodes_that_they_are_on(name: str) -> None:
    picture = pictured(objects(estate(*DEPLOYED)), settled=True)
    assert list(start_named(f"workload:shop/{name}", picture)) == [ONE, TWO]
    assert said(TWO) == "the pods of Deployment shop/web on node two"
    graph = graph_of(picture)
    assert [node for node in starts_of(picture, graph) if node.sort == "workload"] == [ONE, TWO]
    ends = {(step.start, step.end) for step in graph.steps if step.kind.id == "break-out"}
    assert ends == {(ONE, Node(NODE, "", "one")), (TWO, Node(NODE, "", "two"))}


def test_a_pod_and_what_is_printed_are_taken_as_names_too() -> None:
    picture = pictured(objects(estate(*DEPLOYED)), settled=True)
    assert list(start_named("workload:shop/web-7c-c", picture)) == [TWO]
    assert list(start_named(ONE.word, picture)) == [ONE]


@pytest.mark.parametrize("spec", [{**PRIVILEGED, "serviceAccountName": "strong"}, PLAIN])
def test_a_pod_that_is_not_what_its_owner_says_keeps_its_name(spec: dict[str, object]) -> None:
    odd = made("Pod", "web-7c-x", {**spec, "nodeName": "two"}, "ReplicaSet/web-7c")
    picture = pictured(objects(estate(*DEPLOYED[:4], odd)), settled=True)
    own = Node("workload", "shop", "Pod/web-7c-x")
    assert list(start_named("workload:shop/web", picture)) == [ONE, own]
    assert said(own) == "Pod shop/web-7c-x"


def test_of_an_owner_that_was_not_read_nothing_is_known() -> None:
    lone = made("Pod", "web-7c-a", {**PRIVILEGED, "nodeName": "one"}, "Rollout/web")
    circle = (
        made("Pod", "a", {**PRIVILEGED, "nodeName": "one"}, "Deployment/a"),
        made("Deployment", "a", PRIVILEGED, "Deployment/b"),
        made("Deployment", "b", PRIVILEGED, "Deployment/a"),
    )
    broken = made("Pod", "c", {**PRIVILEGED, "nodeName": "one"})
    broken["metadata"]["ownerReferences"] = "a text"  # type: ignore[index]
    picture = pictured(objects(estate(lone, *circle, broken)), settled=True)
    assert [one.place.name for one in picture.inmates] == ["Pod/web-7c-a", "Deployment/b@one", "Pod/c"]


def test_a_workload_without_pods_is_said_to_have_none() -> None:
    empty = made("Deployment", "empty", PRIVILEGED)
    picture = pictured(objects(estate(*DEPLOYED, empty)), settled=True)
    with pytest.raises(ValueError, match="has no pods now"):
        start_named("workload:shop/empty", picture)
    with pytest.raises(ValueError, match="is no workload that was read"):
        start_named("workload:shop/nothing", picture)
