"""Two judges that know nothing of each other, neither of them the engine: the naive one here, and other people's.

What they agree on, the engine is held to in test_brute_force.py. Where the other's release is wrong by the API's own
documentation, its estates leave the thing out:

- a policy in one direction keeps the baseline from a pod in the other direction too (kube-network-policies asks whether
  any policy selects the pod), which is open in the documentation; so the policies of its admin estates have both;
- named ports of admin policies are found without number and protocol there, and nodes are told by the pods on them.
"""

import copy

import pytest

from tests.analysis.reach.brute_force import Cluster, Packet, allowed
from tests.analysis.reach.brute_force_admin import allowed_with_admin
from tests.analysis.reach.kube_network_policies import NotAvailableError, built, verdicts
from tests.analysis.reach.random_admin import admin_estate
from tests.analysis.reach.random_estates import Estate, estate


@pytest.fixture(scope="module", autouse=True)
def _judge() -> None:
    try:
        built()
    except NotAvailableError as error:
        pytest.skip(f"kube-network-policies: {error}")


def pod(name: str, **ports: int) -> dict[str, object]:
    listed = [{"name": key, "containerPort": number} for key, number in ports.items()]
    spec = {"containers": [{"name": "c", "image": "registry.example/a:1", "ports": listed}]}
    metadata = {"name": name, "namespace": "a", "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_the_other_judge_is_asked_what_it_answers() -> None:
    """Its packets are laid out by hand: that they are read as meant is told by answers that are known."""
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
    one = {
        "from": [{"podSelector": {"matchLabels": {"app": "y"}}}],
        "ports": [{"port": "web"}, {"port": 100, "endPort": 200}],
    }
    spec = {"podSelector": {"matchLabels": {"app": "x"}}, "ingress": [one, {"from": [{"ipBlock": block}]}]}
    policy = {"kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "a"}, "spec": spec}
    space = {"kind": "Namespace", "metadata": {"name": "a"}}
    objects = [space, pod("x", web=8080), pod("y"), pod("z"), policy]
    asked = Estate(objects, ["10.0.0.1", "10.1.0.1"], [("TCP", 8080), ("UDP", 8080), ("TCP", 200), ("TCP", 201)])
    (found,) = verdicts([asked])
    let_in = {
        (one.source, one.protocol, one.port) for one, verdict in found.items() if verdict and one.destination == "a/x"
    }
    assert let_in == {("a/y", "TCP", 8080), ("a/y", "TCP", 200), *(("10.0.0.1", *port) for port in asked.ports)}
    assert all(verdict for one, verdict in found.items() if one.destination != "a/x")


@pytest.mark.parametrize("family", [4, 6])
def test_core_policies(family: int) -> None:
    estates = [estate(seed, workloads=False, families=(family,)) for seed in range(family * 1000, family * 1000 + 500)]
    let = refused = 0
    for one, found in zip(estates, verdicts(estates, family), strict=True):
        cluster = Cluster.of(one.objects)
        wrong = [packet for packet, verdict in found.items() if allowed(cluster, packet) != verdict]
        assert not wrong, (wrong[:3], one.objects)
        let += sum(found.values())
        refused += len(found) - sum(found.values())
    print(f"\n{len(estates)} estates, {let + refused:,} packets, of which {refused:,} are refused")
    assert let > 60_000
    assert refused > 20_000


def test_admin_policies() -> None:
    estates = [_both_ways(admin_estate(seed, plain=True)) for seed in range(500)]
    changed = packets = 0
    for one, found in zip(estates, verdicts(estates), strict=True):
        cluster = Cluster.of(one.objects)
        wrong = [packet for packet, verdict in found.items() if allowed_with_admin(cluster, packet) != verdict]
        assert not wrong, (wrong[:3], one.objects)
        packets += len(found)
        changed += sum(allowed(cluster, packet) != verdict for packet, verdict in found.items())
    print(f"\n{len(estates)} estates, {packets:,} packets, of which {changed:,} are judged by administrators' policies")
    assert changed > 4_000


def _both_ways(one: Estate) -> Estate:
    objects = copy.deepcopy(one.objects)
    for value in objects:
        if value["kind"] == "NetworkPolicy":
            value["spec"]["policyTypes"] = ["Ingress", "Egress"]
    return Estate(objects, one.outside, one.ports)


def test_where_the_judges_part() -> None:
    """The smallest estate about which they disagree, and why it is left out above."""
    subject = {"namespaces": {}}
    deny = {"subject": subject, "egress": [{"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}]}]}
    baseline = {"kind": "BaselineAdminNetworkPolicy", "metadata": {"name": "default"}, "spec": deny}
    ingress = {"kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "a"}, "spec": {"podSelector": {}}}
    space = {"kind": "Namespace", "metadata": {"name": "a"}}
    packet = Packet("a/x", "10.0.0.1", "TCP", 80)
    estates = [
        Estate(objects, ["10.0.0.1"], [("TCP", 80)])
        for objects in ([space, pod("x"), baseline], [space, pod("x"), baseline, ingress])
    ]
    theirs = [found[packet] for found in verdicts(estates)]
    ours = [allowed_with_admin(Cluster.of(one.objects), packet) for one in estates]
    assert (theirs, ours) == ([False, True], [False, False])
