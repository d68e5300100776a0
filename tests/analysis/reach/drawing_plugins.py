"""Small random policies of network plugins."""

from typing import Any

from tests.analysis.reach.drawing import ADDRESSES, NAMESPACES, Drawn, Manifest

SELECTORS = (
    "all()",
    "app == 'a'",
    "app != 'a'",
    "has(role) || app in {'b'}",
    "!has(role)",
    "app not in {'a'} && projectcalico.org/namespace == 'red'",
)
NAMESPACE_SELECTORS = ("all()", "global()", "team == 'r'", "projectcalico.org/name != 'red'")


class DrawnPlugins(Drawn):
    """What chance makes of Cilium's and Calico's kinds, beside those of Kubernetes."""

    def cilium(self) -> list[Manifest]:
        """Policies of Cilium, and a group of addresses that some name."""
        group = {"metadata": {"name": "g"}, "spec": {"externalCIDRs": self.some(ADDRESSES[:2])}}
        found = [{"apiVersion": "cilium.io/v2", "kind": "CiliumCIDRGroup", **group}]
        return found + [self._cilium_policy(at) for at in range(self.chance.randint(1, 4))]

    def calico(self) -> list[Manifest]:
        """Policies of Calico with tiers and sets of addresses."""
        version = {"apiVersion": "projectcalico.org/v3"}
        order = self.one((10, 500_000, 5_000_000))
        action = self.one(("Deny", "Pass"))
        found: list[Manifest] = [
            {**version, "kind": "Tier", "metadata": {"name": "t"}, "spec": {"order": order, "defaultAction": action}},
            {
                **version,
                "kind": "GlobalNetworkSet",
                "metadata": {"name": "s", "labels": {"role": "set"}},
                "spec": {"nets": self.some(ADDRESSES[:4])},
            },
        ]
        if self.often(20):
            found.append({**version, "kind": "HostEndpoint", "metadata": {"name": "h"}, "spec": {"node": "one"}})
        return found + [{**version, **self._calico_policy(at)} for at in range(self.chance.randint(1, 4))]

    def _cilium_policy(self, at: int) -> Manifest:
        clusterwide = self.often(30)
        of_nodes = clusterwide and self.often(30)
        spec: Manifest = {"nodeSelector": {}} if of_nodes else {"endpointSelector": self.selector()}
        for section, side in (("ingress", "from"), ("egress", "to"), ("ingressDeny", "from"), ("egressDeny", "to")):
            if self.often(30 if section.endswith("Deny") else 60):
                count = self.chance.randint(0, 2)
                spec[section] = [self._cilium_rule(side, denies=section.endswith("Deny")) for _ in range(count)]
        if self.often(15):
            spec["enableDefaultDeny"] = {"ingress": self.often(50), "egress": self.often(50)}
        metadata = {"name": f"p{at}"} | ({} if clusterwide else {"namespace": self.one(NAMESPACES)})
        kind = "CiliumClusterwideNetworkPolicy" if clusterwide else "CiliumNetworkPolicy"
        return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, "spec": spec}

    def _cilium_rule(self, side: str, *, denies: bool) -> Manifest:
        made: Manifest = {}
        entities = ("all", "world", "cluster", "host", "remote-node", "kube-apiserver", "none")
        peers: list[Any] = [
            ("Endpoints", [self.selector()]),
            ("Endpoints", [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": self.one(NAMESPACES)}}]),
            ("Entities", self.some(entities)),
            ("CIDR", [self.one(ADDRESSES)]),
            ("CIDRSet", [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, {"cidrGroupRef": self.one(("g", "x"))}]),
            ("Nodes", [{}]),
            ("Requires", [self.selector()]),
        ]
        if side == "to" and not denies:
            peers.append(("FQDNs", [self.one(({"matchName": "a.example.com"}, {"matchPattern": "*.example.com"}))]))
        if self.often(80):
            key, value = self.one(peers)
            made[side + key] = value if self.often(95) else []
        if self.often(50) and side + "Requires" not in made:
            made["toPorts"] = [self._cilium_ports(denies=denies)]
        elif self.often(20):
            made["icmps"] = [{"fields": [{"type": self.one((0, 8, "Echo"))}]}]
        if self.often(10) and not denies:
            made["authentication"] = {"mode": "required"}
        return made

    def _cilium_ports(self, *, denies: bool) -> Manifest:
        number = {"port": "80", "endPort": self.one((80, 443)), "protocol": self.one(("TCP", "UDP", "ANY"))}
        made: Manifest = {"ports": [self.one((number, {"port": "web", "protocol": "TCP"}))]}
        if self.often(30) and not denies:
            made["rules"] = {"http": [self.one(({}, {"method": "GET"}))]}
        return made

    def _calico_policy(self, at: int) -> Manifest:
        everywhere = self.often(40)
        spec: Manifest = {"selector": self.one(SELECTORS)}
        if self.often(40):
            spec["tier"] = self.one(("t", "t", "kube-admin", "unheard-of"))
        if self.often(60):
            spec["order"] = self.one((1, 999.5, 1000, 1001))
        if self.often(50):
            spec["types"] = self.some(("Ingress", "Egress"))
        if self.often(20):
            spec["serviceAccountSelector"] = self.one(("projectcalico.org/name == 'default'", "has(x)"))
        if everywhere and self.often(30):
            spec["namespaceSelector"] = self.one(NAMESPACE_SELECTORS)
        for direction in ("ingress", "egress"):
            if self.often(60):
                spec[direction] = [self._calico_rule() for _ in range(self.chance.randint(0, 3))]
        metadata = {"name": f"k{at}"} | ({} if everywhere else {"namespace": self.one(NAMESPACES)})
        return {"kind": "GlobalNetworkPolicy" if everywhere else "NetworkPolicy", "metadata": metadata, "spec": spec}

    def _calico_rule(self) -> Manifest:
        made: Manifest = {"action": self.one(("Allow", "Allow", "Deny", "Pass", "Log"))}
        for side in ("source", "destination"):
            if self.often(60):
                made[side] = self._entity()
        if self.often(50):
            made["protocol"] = self.one(("TCP", "UDP"))
            if self.often(70):
                key = self.one(("ports", "notPorts"))
                made.setdefault("destination", {})[key] = self.some((80, "80:443", "web"))
        elif self.often(20):
            made |= {"protocol": "ICMP", "icmp": {"type": 8} | ({"code": 0} if self.often(30) else {})}
        elif self.often(20):
            made["notProtocol"] = "TCP"
        if self.often(10):
            made["ipVersion"] = self.one((4, 6))
        return made

    def _entity(self) -> Manifest:
        made: Manifest = {}
        if self.often(50):
            made["selector"] = self.one(SELECTORS)
        if self.often(30):
            made["namespaceSelector"] = self.one(NAMESPACE_SELECTORS)
        if self.often(20):
            made["notSelector"] = self.one(SELECTORS)
        if self.often(30):
            made["nets"] = self.some(ADDRESSES)
        if self.often(20):
            made["notNets"] = self.some(ADDRESSES[:2])
        if self.often(15):
            made["serviceAccounts"] = self.one(({"names": ["default"]}, {"selector": "has(x)"}))
        return made
