"""Small random estates of every make of policy, as manifests."""

import random
from collections.abc import Sequence
from typing import Any

Manifest = dict[str, Any]

NAMESPACES = ("red", "green")
ADDRESSES = ("10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "192.168.1.0/24", "2001:db8::/32")
PROTOCOLS = ("TCP", "UDP", "SCTP")
ADMIN = "policy.networking.k8s.io"


class Drawn:
    """What chance makes; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def estate(self, *, admins: bool = True) -> list[Manifest]:
        """Namespaces, nodes, pods with and without addresses or on their node's network, and policies."""
        found = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name[0]}}}
            for name in NAMESPACES
        ]
        found += [_node(name, at) for at, name in enumerate(("one", "two"))]
        found += [self._pod(at) for at in range(self.chance.randint(2, 5))]
        found += [self._policy(at) for at in range(self.chance.randint(0, 4))]
        if admins:
            found += [self._admin(at) for at in range(self.chance.randint(0, 3))]
        return found

    def often(self, percent: int) -> bool:
        """True so many times of a hundred."""
        return self.chance.random() * 100 < percent

    def selector(self) -> Manifest:
        """A label selector; now and then an empty one."""
        match self.chance.randint(0, 5):
            case 0:
                return {}
            case 1:
                return {"matchExpressions": [{"key": "app", "operator": "In", "values": self.some(("a", "b"))}]}
            case 2:
                return {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": self.some(("a", "b"))}]}
            case 3:
                return {"matchExpressions": [{"key": "role", "operator": self.one(("Exists", "DoesNotExist"))}]}
        return {"matchLabels": {"app": self.one(("a", "b"))}}

    def one(self, among: Sequence[Any]) -> Any:
        """One of several."""
        return self.chance.choice(among)

    def some(self, among: Sequence[Any]) -> list[Any]:
        """At least one of several."""
        return self.chance.sample(among, self.chance.randint(1, len(among)))

    def _pod(self, at: int) -> Manifest:
        labels = {"app": self.one(("a", "b"))} | ({"role": "db"} if self.often(40) else {})
        ports = [{"name": "web", "containerPort": self.one((80, 8080))}] if self.often(60) else []
        made: Manifest = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{at}", "namespace": self.one(NAMESPACES), "labels": labels},
            "spec": {"containers": [{"name": "c", "ports": ports}], "hostNetwork": self.often(20)},
        }
        if self.often(50):
            made["spec"]["nodeName"] = self.one(("one", "two"))
        if self.often(50):
            made["status"] = {"podIP": self.one(("10.1.0.7", "10.2.0.8", "192.168.1.9"))}
        return made

    def _policy(self, at: int) -> Manifest:
        spec: Manifest = {"podSelector": self.selector()}
        if self.often(70):
            spec["policyTypes"] = self.some(("Ingress", "Egress"))
        for direction, side in (("ingress", "from"), ("egress", "to")):
            if self.often(70):
                spec[direction] = [self._rule(side) for _ in range(self.chance.randint(0, 2))]
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"n{at}", "namespace": self.one(NAMESPACES)},
            "spec": spec,
        }

    def _rule(self, side: str) -> Manifest:
        made: Manifest = {}
        if self.often(80):
            made[side] = [self._peer() for _ in range(self.chance.randint(1, 2))]
        if self.often(60):
            made["ports"] = [self._port() for _ in range(self.chance.randint(1, 2))]
        return made

    def _peer(self) -> Manifest:
        match self.chance.randint(0, 3):
            case 0:
                return {"podSelector": self.selector()}
            case 1:
                return {"namespaceSelector": self.one(({}, {"matchLabels": {"team": "r"}}))}
            case 2:
                return {"namespaceSelector": {}, "podSelector": self.selector()}
        block: Manifest = {"cidr": self.one(ADDRESSES[:3])}
        if self.often(40):
            block["except"] = ["10.1.0.0/16"] if block["cidr"] != "10.1.0.0/16" else ["10.1.2.0/24"]
        return {"ipBlock": block}

    def _port(self) -> Manifest:
        match self.chance.randint(0, 3):
            case 0:
                return {"port": "web"}
            case 1:
                return {"port": 80, "endPort": self.one((80, 90)), "protocol": self.one(PROTOCOLS)}
            case 2:
                return {"protocol": self.one(PROTOCOLS)}
        return {"port": self.one((80, 443, 8080))}

    def _admin(self, at: int) -> Manifest:
        rules = {
            direction: [self._admin_rule(side) for _ in range(self.chance.randint(0, 2))]
            for direction, side in (("ingress", "from"), ("egress", "to"))
        }
        subject = self.one(({"namespaces": {}}, {"pods": {"namespaceSelector": {}, "podSelector": self.selector()}}))
        return {
            "apiVersion": f"{ADMIN}/v1alpha2",
            "kind": "ClusterNetworkPolicy",
            "metadata": {"name": f"c{at}"},
            "spec": {
                "tier": self.one(("Admin", "Baseline")),
                "priority": self.chance.randint(0, 3),
                "subject": subject,
                **rules,
            },
        }

    def _admin_rule(self, side: str) -> Manifest:
        peers: list[Manifest] = [
            {"namespaces": self.one(({}, {"matchLabels": {"team": "r"}}))},
            {"pods": {"namespaceSelector": {}, "podSelector": self.selector()}},
        ]
        if side == "to":
            peers += [
                {"networks": self.some(ADDRESSES)},
                {"nodes": {}},
                {"domainNames": ["example.com"]},
            ]
        made: Manifest = {"action": self.one(("Accept", "Deny", "Pass")), side: [self.one(peers)]}
        if self.often(50):
            number = self.one(({"number": 80}, {"range": {"start": 80, "end": 443}}))
            made["protocols"] = [{self.one(("tcp", "udp")): {"destinationPort": number}}]
        elif self.often(30):
            made["protocols"] = [{"destinationNamedPort": "web"}]
        return made


def _node(name: str, at: int) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"zone": name}},
        "status": {"addresses": [{"type": "InternalIP", "address": f"10.0.0.{at + 1}"}]},
    }
