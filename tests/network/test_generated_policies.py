"""Policies made of random flow tables, in random estates: what they allow is the table, pair by pair and port by port.

What is allowed is found here once more, by a naive reading of the policies' text, pod by pod; and what is intended by a
naive reading of the table. Neither knows the engine, and both must agree with it.
"""

import ipaddress
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

import yaml

from hardstand.analysis.intended.addresses import names_named, spans_named
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import Table, table_of
from hardstand.analysis.reach.estate import REACH_READS, estate_of
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import load
from hardstand.engine.words import vocabulary
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.network.generating.policies import Generator
from hardstand.network.generating.proving import objects_of, proven
from hardstand.network.generating.selectors import InseparableError
from hardstand.network.generating.writing import written

ESTATES = 100
TODAY = date(2026, 6, 1)
PROBES = [("TCP", 80), ("TCP", 443), ("TCP", 8080), ("TCP", 8085), ("UDP", 53), ("UDP", 8080), ("SCTP", 80)]
ADDRESSES = ["8.8.8.8", "10.1.2.3", "10.9.9.9", "203.0.113.7", "192.168.1.1", "169.254.169.254", "2a00::1", "fd00::1"]
PRIVATE = ["10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16", "fd00::/8"]


@dataclass(frozen=True)
class Pod:
    namespace: str
    name: str
    labels: Mapping[str, str]
    ports: Mapping[str, tuple[str, int]]


def estate(dice: random.Random) -> list[Pod]:
    pods = []
    for namespace in ("shop", "data", "ops")[: dice.randint(1, 3)]:
        for number in range(dice.randint(1, 5)):
            labels = {"app": f"a{dice.randint(0, 3)}"}
            if dice.random() < 0.6:
                labels["zone"] = dice.choice(("public", "app", "data"))
            if dice.random() < 0.4:
                labels["tier"] = dice.choice(("one", "two"))
            ports = {"web": ("TCP", dice.choice((80, 8080)))} if dice.random() < 0.6 else {}
            pods.append(Pod(namespace, f"w{number}", labels, ports))
    return pods


def manifests(pods: list[Pod]) -> str:
    return yaml.safe_dump_all(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": pod.name, "namespace": pod.namespace},
            "spec": {
                "selector": {"matchLabels": dict(pod.labels)},
                "template": {
                    "metadata": {"labels": dict(pod.labels)},
                    "spec": {"containers": [{"name": "c", "image": "i", "ports": [
                        {"name": name, "protocol": protocol, "containerPort": number}
                        for name, (protocol, number) in pod.ports.items()
                    ]}]},
                },
            },
        }
        for pod in pods
    )  # fmt: skip


def end(dice: random.Random) -> Any:
    return dice.choice(
        [
            "public", "app", "data", "internet", "office", "shop/w0", "data/*", "*/w1",
            {"labels": {"app": "a1"}}, {"namespace": "shop", "labels": {"tier": "one"}}, {"zone": "app", "name": "w*"},
        ]
    )  # fmt: skip


def table(dice: random.Random) -> dict[str, Any]:
    ports = ["TCP 80", "TCP 443", "TCP 8080-8090", "UDP 53", "UDP", "any", "TCP 8080", "SCTP"]
    flows = []
    for _ in range(dice.randint(1, 6)):
        from_, to = ([end(dice) for _ in range(dice.randint(1, 2))] for _ in range(2))
        outside = any(one in ("internet", "office") for one in to)
        asked = dice.sample([*ports, *([] if outside else ["TCP web"])], dice.randint(1, 2))
        if {"internet", "office"}.issuperset(one for one in (*from_, *to) if isinstance(one, str)):
            to.append("app")
            asked = ["TCP 443"]
        flows.append({"from": from_, "to": to, "ports": asked, "reason": "it is\nso # or not"})
    unlike = {repr((sorted(map(str, x["from"])), sorted(map(str, x["to"])), sorted(x["ports"]))): x for x in flows}
    return {
        "network": {
            "zones": {name: {"match": {"labels": {"zone": name}}} for name in ("public", "app", "data")},
            "outside": {"office": {"cidrs": ["10.0.0.0/8"], "excepts": ["10.9.0.0/16"]}},
            "flows": list(unlike.values()),
            "dns": {"to": dice.choice([[], ["ops/w0"], [{"labels": {"app": "a0"}}], ["kube-system/dns"]])},
        }
    }


class Intended:
    """The table, read naively."""

    def __init__(self, declared: dict[str, Any], pods: list[Pod]) -> None:
        self.network = declared["network"]
        self.governed = {pod.namespace for pod in pods if "zone" in pod.labels}

    def is_governed(self, one: Pod | str) -> bool:
        return isinstance(one, Pod) and one.namespace in self.governed

    def means(self, end: Any, one: Pod | str, *, calls: bool) -> bool:
        if isinstance(one, str):
            inside = [ipaddress.ip_address(one) in ipaddress.ip_network(net) for net in PRIVATE]
            if end == "internet":
                return calls or not any(inside)
            return end == "office" and one == "10.1.2.3"
        if isinstance(end, dict):
            zone = end.get("zone", one.labels.get("zone"))
            labels = end.get("labels", {})
            return (
                one.labels.get("zone") == zone
                and fnmatchcase(one.name, end.get("name", "*"))
                and fnmatchcase(one.namespace, end.get("namespace", "*"))
                and all(one.labels.get(key) == value for key, value in labels.items())
            )
        if "/" in end:
            namespace, name = end.split("/")
            return fnmatchcase(one.namespace, namespace) and fnmatchcase(one.name, name)
        return one.labels.get("zone") == end

    def allows(self, source: Pod | str, destination: Pod | str, protocol: str, port: int) -> bool:
        dns = {"to": self.network["dns"]["to"], "ports": ["UDP 53", "TCP 53"]}
        for row in [*self.network["flows"], dns]:
            callers = row.get("from")
            if callers is None:
                if not isinstance(source, Pod):
                    continue
            elif not any(self.means(one, source, calls=True) for one in callers):
                continue
            if not any(self.means(one, destination, calls=False) for one in row["to"]):
                continue
            if any(fits(one, destination, protocol, port) for one in row["ports"]):
                return True
        return False


def fits(text: str, called: Pod | str, protocol: str, port: int) -> bool:
    if text == "any":
        return True
    asked, _, number = text.partition(" ")
    if asked != protocol:
        return False
    if number == "web":
        return isinstance(called, Pod) and called.ports.get("web") == (protocol, port)
    low, _, high = number.partition("-")
    return not number or int(low) <= port <= int(high or low)


class Allowed:
    """Policies, read naively from their text."""

    def __init__(self, text: str) -> None:
        self.policies = [one for one in yaml.safe_load_all(text) if one]

    def allows(self, source: Pod | str, destination: Pod | str, protocol: str, port: int) -> bool:
        return self._side("Egress", "egress", "to", source, destination, destination, protocol, port) and self._side(
            "Ingress", "ingress", "from", destination, source, destination, protocol, port
        )

    def _side(
        self,
        kind: str,
        key: str,
        peers: str,
        me: Pod | str,
        other: Pod | str,
        called: Pod | str,
        protocol: str,
        port: int,
    ) -> bool:
        if isinstance(me, str):
            return True
        mine = [
            one["spec"]
            for one in self.policies
            if one["metadata"]["namespace"] == me.namespace
            and kind in one["spec"]["policyTypes"]
            and chosen(one["spec"]["podSelector"], me.labels)
        ]
        if not mine:
            return True
        for rule in (rule for spec in mine for rule in spec.get(key, [])):
            if peers in rule and not any(is_peer(one, other, me.namespace) for one in rule[peers]):
                continue
            if "ports" not in rule or any(is_port(one, called, protocol, port) for one in rule["ports"]):
                return True
        return False


def chosen(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions", []):
        value = labels.get(one["key"])
        holds = {
            "In": value in one.get("values", []),
            "DoesNotExist": value is None,
        }[one["operator"]]
        if not holds:
            return False
    return True


def is_peer(peer: Mapping[str, Any], other: Pod | str, home: str) -> bool:
    if isinstance(other, str):
        if "ipBlock" not in peer:
            return False
        at = ipaddress.ip_address(other)
        nets = [ipaddress.ip_network(one) for one in peer["ipBlock"].get("except", [])]
        return at in ipaddress.ip_network(peer["ipBlock"]["cidr"]) and not any(at in net for net in nets)
    if "ipBlock" in peer:
        return False
    if "namespaceSelector" in peer:
        if not chosen(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace}):
            return False
    elif other.namespace != home:
        return False
    return chosen(peer.get("podSelector", {}), other.labels)


def is_port(one: Mapping[str, Any], called: Pod | str, protocol: str, port: int) -> bool:
    if one["protocol"] != protocol:
        return False
    if isinstance(one.get("port"), str):
        return isinstance(called, Pod) and called.ports.get(one["port"]) == (protocol, port)
    return "port" not in one or one["port"] <= port <= one.get("endPort", one["port"])


def neighbours_of(text: str) -> Neighbours:
    keeping = Keeping.of([*REACH_READS, *MEMBER_READS])
    facts = [kept for one in objects_of(text) if (kept := keeping.prune(one)) is not None]
    return Neighbours(facts, keeping, complete=True)


def baseline_of(declared: dict[str, Any]) -> Baseline:
    return load(yaml.safe_dump(declared).encode(), vocabulary(), today=TODAY)


def table_in(baseline: Baseline, neighbours: Neighbours) -> Table:
    network = baseline.network
    made = estate_of(neighbours, blocks=tuple(spans_named(network)), names=tuple(names_named(network)))
    assert not made.doubts
    return table_of(baseline, neighbours, made.peers, today=TODAY)


def pairs(pods: list[Pod], intended: Intended) -> Iterator[tuple[Pod | str, Pod | str]]:
    ends = [*pods, *ADDRESSES]
    for source in ends:
        for destination in ends:
            if source != destination and (intended.is_governed(source) or intended.is_governed(destination)):
                yield source, destination


def test_what_is_allowed_is_exactly_the_table() -> None:
    held = inseparable = 0
    for seed in range(ESTATES):
        dice = random.Random(seed)
        pods = estate(dice)
        declared = table(dice)
        intended = Intended(declared, pods)
        baseline, neighbours = baseline_of(declared), neighbours_of(manifests(pods))
        found = table_in(baseline, neighbours)
        assert set(found.namespaces) == intended.governed
        if found.faults:
            inseparable += 1
            continue
        try:
            made = Generator(found, baseline.network).generated()
        except InseparableError:
            inseparable += 1
            continue
        text = written(made.policies)
        assert all("nothing that was read is" in one for one in made.unsaid), seed
        assert proven(baseline, neighbours, text, today=TODAY).differences() == [], seed
        allowed = Allowed(text)
        for source, destination in pairs(pods, intended):
            for protocol, port in PROBES:
                expected = intended.allows(source, destination, protocol, port)
                assert allowed.allows(source, destination, protocol, port) is expected, (
                    seed,
                    source,
                    destination,
                    port,
                )
        held += 1
    assert held > ESTATES * 0.6
    assert inseparable > 0


def test_a_policy_more_or_a_rule_less_is_a_difference() -> None:
    """The proof is one that can fail: whatever is changed in what was written is found."""
    found = 0
    for seed in range(60):
        dice = random.Random(seed)
        pods = estate(dice)
        baseline, neighbours = baseline_of(table(dice)), neighbours_of(manifests(pods))
        read = table_in(baseline, neighbours)
        if read.faults:
            continue
        try:
            made = Generator(read, baseline.network).generated()
        except InseparableError:
            continue
        governed = set(read.namespaces)
        without = [one for one in made.policies if one.name != "default-deny"]
        if made.policies and [pod for pod in pods if pod.namespace in governed]:
            open_ = proven(baseline, neighbours, written(without), today=TODAY)
            naive = Allowed(written(without))
            intended = Intended(table(again(seed)), pods)
            differs = any(
                naive.allows(source, destination, *probe) is not intended.allows(source, destination, *probe)
                for source, destination in pairs(pods, intended)
                for probe in PROBES
            )
            assert not differs or open_.differences(), seed
            found += bool(open_.differences())
    assert found > 20


def again(seed: int) -> random.Random:
    """Dice that have been cast for the estate already."""
    dice = random.Random(seed)
    estate(dice)
    return dice
