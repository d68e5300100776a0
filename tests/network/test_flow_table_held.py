"""A flow table held against policies: each state, with what decides it; and what nobody can tell."""

from datetime import date

import pytest
import yaml

from hardstand.analysis.intended.addresses import names_named, spans_named
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import table_of
from hardstand.analysis.reach.estate import REACH_READS, estate_of
from hardstand.baseline.load import load
from hardstand.engine.words import vocabulary
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.network.generating.policies import Generator
from hardstand.network.generating.proving import objects_of, proven
from hardstand.network.generating.selectors import InseparableError
from hardstand.network.generating.writing import written
from hardstand.network.intended.comparing import Comparison
from hardstand.network.intended.telling import ends_of, told_of

TODAY = date(2026, 6, 1)
ESTATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: registry.example/web, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: registry.example/db}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: probe, namespace: ops}
spec:
  template:
    metadata: {labels: {app: probe}}
    spec: {containers: [{name: c, image: registry.example/probe}]}
"""
DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
ZONES = """\
network:
  zones: {web: {match: {namespace: shop, name: web}}, data: {match: {namespace: shop, labels: {app: db}}}}
"""


def allowing(egress: str, app: str = "web") -> str:
    return f"""\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: out-of-{app}, namespace: shop}}
spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [Egress], egress: [{egress}]}}
"""


def compared(manifests: str, baseline: str) -> Comparison:
    declared = load(baseline.encode(), vocabulary(), today=TODAY)
    keeping = Keeping.of([*REACH_READS, *MEMBER_READS])
    facts = [kept for one in objects_of(manifests) if (kept := keeping.prune(one)) is not None]
    neighbours = Neighbours(facts, keeping, complete=True)
    network = declared.network
    estate = estate_of(neighbours, blocks=tuple(spans_named(network)), names=tuple(names_named(network)))
    return Comparison(estate, table_of(declared, neighbours, estate.peers, today=TODAY))


def said(comparison: Comparison) -> set[tuple[str, str, str, str]]:
    return {
        (str(one.difference.state), source, destination, str(one.difference.connections))
        for one in told_of(comparison)
        for source in one.sources
        for destination in one.destinations
    }


WEB, DB, PROBE = "shop/web[Deployment]", "shop/db[StatefulSet]", "ops/probe[Deployment]"


def test_all_denied_and_nothing_intended_is_no_difference() -> None:
    assert said(compared(ESTATE + DENY, ZONES)) == set()


def test_what_is_intended_and_denied_names_the_row_and_the_policy() -> None:
    flows = "  flows: [{from: web, to: data, ports: TCP 5432, reason: orders}]\n"
    comparison = compared(ESTATE + DENY, ZONES + flows)
    assert said(comparison) == {("intended-not-allowed", WEB, DB, "TCP 5432")}
    (told,) = told_of(comparison)
    assert [row.said for row in told.rows] == ["network.flows[0] (web to data on TCP 5432) at hardstand.yaml:3"]
    assert "NetworkPolicy shop/deny isolates it" in told.because


def test_the_table_is_a_network_of_its_own_that_can_be_asked() -> None:
    flows = "  flows: [{from: web, to: data, ports: TCP 5432, reason: orders}]\n"
    intended = compared(ESTATE, ZONES + flows).table.estate
    ends = {str(peer): peer for peer in intended.peers}
    assert str(intended.allowed(ends[WEB], ends[DB])) == "TCP 5432"
    assert not intended.allowed(ends[DB], ends[WEB])
    traced = intended.trace(ends[WEB], ends[DB], "TCP", 5432)
    assert traced.allowed
    assert "flow table network.flows[0] (web to data on TCP 5432) allows it" in traced.because
    assert not intended.trace(ends[WEB], ends[DB], "TCP", 5433).allowed


def test_what_is_allowed_on_one_side_only_is_not_allowed() -> None:
    flows = "  flows: [{from: web, to: data, ports: TCP 5432, reason: orders}]\n"
    one_side = allowing("{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}")
    (told,) = told_of(compared(ESTATE + DENY + one_side, ZONES + flows))
    assert told.because.startswith("Ingress: ")
    assert "Egress" not in told.because


def test_without_policies_everything_of_governed_namespaces_is_too_much_and_nothing_of_others() -> None:
    found = said(compared(ESTATE, ZONES + "  flows: [{from: web, to: data, ports: TCP 5432, reason: orders}]\n"))
    assert ("allowed-not-intended", PROBE, WEB, "All Connections") in found
    assert ("allowed-not-intended", WEB, PROBE, "All Connections") in found
    assert {pair[1:3] for pair in found if pair[1] == pair[2]} == {(WEB, WEB), (DB, DB)}
    assert all({WEB, DB} & {one[1], one[2]} for one in found)
    (left,) = {one[3] for one in found if one[1:3] == (WEB, DB)}
    assert left == "ICMP,ICMPv6,SCTP 1-65535,TCP 1-5431,5433-65535,UDP 1-65535,other protocols"


def test_a_row_that_has_ended_is_intended_no_more_and_is_named() -> None:
    flows = "  flows: [{from: web, to: probe, ports: TCP 80, reason: a, until: 2026-05-31}]\n"
    flows = flows.replace("to: probe", "to: ops/probe")
    comparison = compared(
        ESTATE + DENY + allowing("{to: [{namespaceSelector: {}}], ports: [{port: 80}]}"), ZONES + flows
    )
    told = [one for one in told_of(comparison) if PROBE in one.destinations]
    assert [(one.difference.state.value, str(one.difference.connections)) for one in told] == [
        ("allowed-not-intended", "TCP 80")
    ]
    assert [(row.path, row.until) for row in told[0].rows] == [("network.flows[0]", date(2026, 5, 31))]
    lasting = compared(ESTATE + DENY + allowing("{to: [{namespaceSelector: {}}], ports: [{port: 80}]}"),
                       ZONES + flows.replace("05-31", "06-01"))  # fmt: skip
    assert said(lasting) == set()


NAMED = (
    ZONES
    + """\
  outside: {cards: {names: [api.cards.example.com], ports: [TCP 443]}}
  flows: [{from: web, to: cards, reason: payments}]
"""
)


def test_a_name_that_no_policy_lets_out_to_is_not_allowed() -> None:
    assert said(compared(ESTATE + DENY, NAMED)) == {("intended-not-allowed", WEB, "api.cards.example.com", "TCP 443")}


def test_all_addresses_hold_a_name_and_are_too_much() -> None:
    wide = allowing("{to: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}], ports: [{port: 443}]}")
    found = said(compared(ESTATE + DENY + wide, NAMED))
    assert {(one[0], one[1], one[3]) for one in found} == {("allowed-not-intended", WEB, "TCP 443")}
    assert "api.cards.example.com" not in {one[2] for one in found}


def test_whether_some_addresses_hold_a_name_nobody_can_tell() -> None:
    some = allowing("{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 443}]}")
    found = said(compared(ESTATE + DENY + some, NAMED))
    assert ("intended-not-allowed", WEB, "api.cards.example.com", "TCP 443") not in found
    assert ("intended-perhaps-not-allowed", WEB, "api.cards.example.com", "TCP 443") in found


def test_addresses_of_outside_are_without_what_is_left_out() -> None:
    table = (
        ZONES
        + """\
  outside: {office: {cidrs: [10.0.0.0/8], excepts: [10.9.0.0/16], ports: [TCP 22]}}
  flows: [{from: web, to: office, reason: a}]
"""
    )
    exact = allowing("{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.9.0.0/16]}}], ports: [{port: 22}]}")
    assert said(compared(ESTATE + DENY + exact, table)) == set()
    whole = allowing("{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 22}]}")
    assert said(compared(ESTATE + DENY + whole, table)) == {("allowed-not-intended", WEB, "10.9.0.0/16", "TCP 22")}


def test_the_internet_is_public_addresses_as_a_destination_and_everybody_as_an_origin() -> None:
    table = ZONES + "  flows: [{from: web, to: internet, ports: TCP 443, reason: a}]\n"
    comparison = compared(ESTATE + DENY, table)
    (one,) = comparison.differences()
    blocks = ends_of(comparison.peers, one.destinations)
    assert "1.0.0.0-9.255.255.255" in blocks
    assert not any(text.startswith(("10.", "169.254", "192.168")) for text in blocks)
    comparison = compared(ESTATE + DENY, ZONES + "  flows: [{from: internet, to: web, ports: TCP http, reason: a}]\n")
    (one,) = comparison.differences()
    assert ends_of(comparison.peers, one.sources) == ("0.0.0.0/0", "::/0")
    assert str(one.connections) == "TCP 8080"


def test_a_workload_of_two_zones_is_a_fault_with_both_lines() -> None:
    table = "network:\n  zones:\n    a: {match: {name: web}}\n    b: {match: {namespace: shop}}\n"
    assert compared(ESTATE, table).table.faults == [
        "shop/web[Deployment] lies in the zones `a` and `b` (hardstand.yaml:3 and hardstand.yaml:4), "
        "and a workload lies in one at most"
    ]


TWIN = ESTATE.replace("name: db,", "name: twin,").replace("app: db", "app: web").replace("StatefulSet", "Deployment")


def test_workloads_that_no_policy_can_tell_apart_are_a_fault() -> None:
    plain = "spec: {containers: [{name: c, image: registry.example/db}]}"
    alike = "spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}"
    twin = TWIN.replace(plain, alike)
    (fault,) = compared(twin, ZONES).table.faults
    assert "shop/web[Deployment] is meant and shop/twin[Deployment] is not" in fault


def test_pods_that_differ_in_their_ports_alone_cannot_be_told_apart_by_labels() -> None:
    comparison = compared(TWIN, ZONES + "  flows: [{from: web, to: ops/probe, ports: TCP 80, reason: a}]\n")
    declared = load((ZONES + "  flows: [{from: web, to: ops/probe, ports: TCP 80, reason: a}]\n").encode(),
                    vocabulary(), today=TODAY)  # fmt: skip
    assert not comparison.table.faults
    with pytest.raises(InseparableError, match="no label tells shop/web"):
        Generator(comparison.table, declared.network).generated()


def test_a_name_of_a_port_that_nobody_has_and_ends_that_are_not_there_are_remarked() -> None:
    flows = "  flows: [{from: shop/wbe, to: data, ports: TCP sql, reason: a}]\n"
    assert list(compared(ESTATE, ZONES + flows).table.unmet) == [
        "nothing that was read is `shop/wbe` of network.flows[0]: did you mean `shop/web`?",
        "nothing that network.flows[0] calls has a port named `sql` for TCP",
    ]


HOST = """\
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: ops}
spec:
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: c, image: i}]}
"""


def test_nodes_reach_their_pods_whatever_is_intended_and_are_called_only_if_it_is() -> None:
    assert said(compared(ESTATE + HOST + DENY, ZONES)) == set()
    found = said(compared(ESTATE + HOST, ZONES))
    assert {one[:3] for one in found if "agent" in one[1]} == set()
    assert ("allowed-not-intended", WEB, "a node", "All Connections") in found


def test_what_no_policy_can_say_is_said_and_not_widened() -> None:
    comparison = compared(ESTATE + HOST + DENY, NAMED)
    declared = load(NAMED.encode(), vocabulary(), today=TODAY)
    made = Generator(comparison.table, declared.network).generated()
    (unsaid,) = made.unsaid
    assert "a NetworkPolicy knows no names, so api.cards.example.com may not be called by it" in unsaid
    assert [one.name for one in made.policies] == ["default-deny", "allow-dns"]
    assert "ipBlock" not in written(made.policies)


def test_a_reason_cannot_write_anything_but_a_comment() -> None:
    evil = (
        ZONES + '  flows: [{from: web, to: data, ports: TCP 1, reason: "a\\n  - {}\\u2028  - {}\\u0085x\\u001b[2J"}]\n'
    )
    declared = load(evil.encode(), vocabulary(), today=TODAY)
    comparison = compared(ESTATE, evil)
    text = written(Generator(comparison.table, declared.network).generated().policies)
    documents = [one for one in yaml.safe_load_all(text) if one]
    rules = [rule for one in documents for rule in one["spec"].get("ingress", [])]
    assert rules == [
        {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"protocol": "TCP", "port": 1}]}
    ]


def test_policies_that_are_kept_count_in_the_proof() -> None:
    declared = load(ZONES.encode(), vocabulary(), today=TODAY)
    keeping = Keeping.of([*REACH_READS, *MEMBER_READS])
    wide = allowing("{to: [{podSelector: {}}]}") + allowing("{}", "db").replace("Egress", "Ingress").replace(
        "egress", "ingress"
    )
    facts = [kept for one in objects_of(ESTATE + wide) if (kept := keeping.prune(one)) is not None]
    neighbours = Neighbours(facts, keeping, complete=True)
    estate = estate_of(neighbours, blocks=tuple(spans_named(declared.network)))
    text = written(
        Generator(table_of(declared, neighbours, estate.peers, today=TODAY), declared.network).generated().policies
    )
    kept = proven(declared, neighbours, text, today=TODAY)
    assert ("allowed-not-intended", WEB, DB, "All Connections") in said(kept)
    there = neighbours.anywhere(NetworkPolicy)
    assert proven(declared, neighbours, text, without=there, today=TODAY).differences() == []
