"""Blocks of addresses hold pods, too, where the cluster's network says so; and some networks enforce nothing."""

import pytest

from hardstand.analysis.reach.connections import number_of
from hardstand.analysis.reach.estate import REACH_READS, Conventions, Estate, estate_of
from hardstand.baseline.network import Cni
from tests.analysis.objects import objects, world
from tests.analysis.reach.written import peer

ESTATE = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
status: {podIP: 10.1.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: else, labels: {app: other}}
spec: {containers: [{name: a}]}
status: {podIP: 10.2.0.5}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.2.0.0/16}}]}]}
---
"""
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system}
spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: a, image: "%s"}]}}}
"""


def made(more: str = "", cni: Cni | None = None, conventions: Conventions | None = None) -> Estate:
    return estate_of(world(objects(ESTATE + more), REACH_READS), cni=cni, conventions=conventions)


def lets(of: Estate) -> bool:
    source, destination = peer(of, "else/other"), peer(of, "shop/web")
    answer = number_of("TCP", 80) in of.allowed(source, destination)
    assert of.trace(source, destination, "TCP", 80).allowed is answer
    return answer


@pytest.mark.parametrize(
    ("image", "through"),
    [
        ("quay.io/calico/node:v3.30.0", True),
        ("antrea/antrea-agent-ubuntu:v2.3.0", True),
        ("quay.io/cilium/cilium:v1.18.0", False),
    ],
)
def test_what_runs_on_every_node_tells(image: str, *, through: bool) -> None:
    found = made(AGENT % image)
    assert lets(found) is through
    assert not found.remarks
    assert not found.doubts


@pytest.mark.parametrize(("cni", "through"), [(Cni.CALICO, True), (Cni.CILIUM, False), (Cni.OVN_KUBERNETES, True)])
def test_what_is_declared_tells(cni: Cni, *, through: bool) -> None:
    found = made(cni=cni)
    assert lets(found) is through
    assert not found.remarks


def test_where_nothing_tells_pods_are_left_out_and_that_is_said() -> None:
    found = made()
    assert not lets(found)
    (remark,) = found.remarks
    assert "NetworkPolicy shop/in" in remark
    assert lets(made(conventions=Conventions(blocks_hold_pods=True)))


def test_a_block_without_pods_is_nothing_to_speak_of() -> None:
    text = ESTATE.replace("10.2.0.0/16", "203.0.113.0/24")
    assert not estate_of(world(objects(text), REACH_READS)).remarks


def test_a_network_that_enforces_nothing_is_doubted() -> None:
    for found in (made(cni=Cni.NONE), made(AGENT % "docker.io/flannel/flannel:v0.27.0")):
        (doubt,) = found.doubts
        assert "enforces no network policies" in doubt


def test_policies_that_are_not_evaluated_are_doubted() -> None:
    antrea = """
apiVersion: crd.antrea.io/v1beta1
kind: ClusterNetworkPolicy
metadata: {name: deny}
spec: {priority: 1, tier: application}
"""
    (doubt,) = made(antrea).doubts
    assert "ClusterNetworkPolicy.crd.antrea.io" in doubt
