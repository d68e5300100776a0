"""Which pods stand for whom: owners, what has ended, and what yet is to run."""

from tests.analysis.reach.written import estate

CHAIN = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a}]}}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a}]}}}
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata:
  name: %s
  namespace: shop
  labels: {app: web, pod-template-hash: "1"}
  ownerReferences: [{kind: Node, name: n}, {kind: ReplicaSet, name: web-1, controller: true}]
spec: {containers: [{name: a}]}
status: {phase: %s, podIP: 10.0.0.%d}
---
"""


def pods(text: str) -> list[tuple[str, str]]:
    return sorted((str(pod.owner), pod.name) for peer in estate(text).peers for pod in peer.pods)


def test_a_workload_without_pods_stands_for_those_to_come() -> None:
    assert pods(CHAIN) == [("shop/web[Deployment]", "web")]


def test_pods_stand_for_what_made_them() -> None:
    running = CHAIN + POD % ("web-1-a", "Running", 1) + POD % ("web-1-b", "Pending", 2)
    assert pods(running) == [("shop/web[Deployment]", "web-1-a"), ("shop/web[Deployment]", "web-1-b")]
    alone = POD % ("web-1-a", "Running", 1)
    assert pods(alone) == [("shop/web-1[ReplicaSet]", "web-1-a")]


def test_pods_that_have_ended_talk_to_nobody() -> None:
    assert pods(POD % ("web-1-a", "Succeeded", 1) + POD % ("web-1-b", "Failed", 2)) == []
    assert pods(CHAIN + POD % ("web-1-a", "Failed", 1)) == [("shop/web[Deployment]", "web")]


def test_pods_of_one_workload_that_differ_are_added_up() -> None:
    other = POD.replace('pod-template-hash: "1"', "canary: yes") % ("web-1-c", "Running", 3)
    policy = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: canary, namespace: shop}
spec: {podSelector: {matchLabels: {canary: "yes"}}, policyTypes: [Egress], egress: [{ports: [{port: 443}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: rest, namespace: shop}
spec: {podSelector: {matchLabels: {pod-template-hash: "1"}}, policyTypes: [Egress], egress: [{ports: [{port: 80}]}]}
"""
    text = (POD % ("web-1-a", "Running", 1) + other + policy).replace("canary: yes", 'canary: "yes"')
    assert [str(edge.connections) for edge in estate(text).edges if "web-1" in str(edge.source)] == ["TCP 80,443"]


def test_a_workload_that_cannot_be_read_is_doubted() -> None:
    made = estate("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {containers: 7}}")
    assert made.doubts
    assert "shop/a[Pod]" in made.doubts[0]
