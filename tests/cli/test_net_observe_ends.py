"""Whom `hardstand net observe` takes for either end of what was seen: addresses, names, services, nodes, outside."""

import copy
import json

from tests.cli.observing import OPEN, ROWS, SEEN, pairs, shop, short
from tests.network.observed_shop import ADDRESSES, SHOP, Shop, at, flow, lookup, pod, policies, table, write

__all__ = ["shop"]


def test_who_cannot_be_told_is_a_group_of_its_own_with_counts(shop: Shop) -> None:
    records = [flow(at("10.0.0.99"), "web", 80, minute) for minute in range(3)]
    records.append(flow("web", {"namespace": "shop", "workload": "gone", "workload_kind": "Deployment"}, 80))
    write(shop.folder, SHOP, records, table(ROWS))
    status, found = shop.json("observe")
    assert status == 2
    assert {(one["from"], one["to"], one["connections"], one["why"]) for one in found["unresolved"]} == {
        ("10.0.0.99", "shop/web[Pod]", 3, "nobody is known to have had this address then")
    }
    gone = pairs(found)["shop/web[Pod]", "shop/gone[Deployment]", "TCP", 80]
    assert (gone["state"], gone["allowed"], gone["why"]) == (
        "unknown", None, ["the workload shop/gone[Deployment] is not in the picture any more"]
    )  # fmt: skip
    assert gone["intended"] is False, "nothing but names may leave the shop on port 80, whoever is called"
    assert found["connections"] == 4
    out = shop.run("observe", "flows.jsonl", "--with", "estate.json")[1]
    assert "since nobody is known to have had this address then\n    10.0.0.99 → shop/web[Pod]: TCP 80\n" in out


def test_a_private_address_is_outside_only_where_the_ranges_of_pods_are_known(shop: Shop) -> None:
    records = [flow("web", at("172.16.3.4"), 5432)]
    write(shop.folder, SHOP, records, table(ROWS))
    (key,) = pairs(shop.json("observe")[1])
    assert key[1] == "172.16.0.0/12"
    without = [one for one in SHOP if one["kind"] != "Node"]
    write(shop.folder, without, records, table(ROWS))
    status, found = shop.json("observe")
    assert (status, found["pairs"]) == (2, [])
    assert "it may be a pod's, or outside" in found["unresolved"][0]["why"]
    declared = table(ROWS).replace(
        "  flows:", "  outside: {old: {cidrs: [172.16.3.0/24], ports: [TCP 5432]}}\n  flows:"
    )
    write(shop.folder, without, records, declared)
    (key,) = pairs(shop.json("observe")[1])
    assert key[1] == "old"


def test_a_range_that_no_pod_has_its_address_from_tells_nothing(shop: Shop) -> None:
    """Some network plugins do not go by what nodes say."""
    elsewhere = copy.deepcopy(SHOP)
    next(one for one in elsewhere if one["kind"] == "Node")["spec"] = {"podCIDR": "10.9.0.0/24"}
    write(shop.folder, elsewhere, [flow("web", at("172.16.3.4"), 5432)], table(ROWS))
    assert shop.json("observe")[1]["pairs"] == []


OUTSIDE = """\
network:
  zones:
    shop: {match: {namespace: shop}}
  outside:
    pay: {names: [api.pay.example, "*.bank.example"], ports: [TCP 443], reason: cards}
    partner: {cidrs: [198.51.100.0/24], ports: [TCP 443]}
  flows:
  - {from: shop/web, to: [pay, partner], reason: cards}
  - {from: internet, to: shop/web, ports: TCP 8080, reason: people}
"""


def test_the_outside_by_names_ranges_and_as_the_internet(shop: Shop) -> None:
    records = [
        flow("web", at("203.0.113.9", name="api.pay.example"), 443),
        flow("web", at("203.0.113.8", name="eu.bank.example"), 443),
        flow("web", at("203.0.113.7", name="a.b.bank.example"), 443),
        flow("web", at("203.0.113.6", name="evil.example"), 443),
        flow("web", at("203.0.113.5"), 443),
        flow("web", at("198.51.100.7"), 443),
        flow("api", at("203.0.113.5"), 443),
        *(flow(at(f"192.0.2.{number}"), "web", 8080, number) for number in range(40)),
    ]
    write(shop.folder, SHOP, records, OUTSIDE)
    status, found = shop.json("observe")
    assert status == 2
    told = {(short(one["from"]) or one["from"], one["to"]): one for one in found["pairs"]}
    states = {key: one["state"] for key, one in told.items()}
    assert states == {
        ("web", "api.pay.example"): "used",
        ("web", "eu.bank.example"): "used",
        ("web", "a.b.bank.example"): "undeclared",
        ("web", "evil.example"): "undeclared",
        ("web", "internet"): "unknown",
        ("web", "partner"): "used",
        ("api", "internet"): "undeclared",
        ("internet", "shop/web[Pod]"): "used",
    }
    assert told["web", "internet"]["why"] == ["the address is that of api.pay.example, *.bank.example"]
    assert told["web", "internet"]["addresses"] == ["203.0.113.5"]
    assert told["internet", "shop/web[Pod]"]["connections"] == 40
    assert len(told["internet", "shop/web[Pod]"]["addresses"]) == 40


def test_lookups_are_flows_to_the_resolvers(shop: Shop) -> None:
    resolver = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kube-dns", "namespace": "kube-system"}}
    ports = [{"port": 53, "targetPort": 5353, "protocol": "UDP"}]
    resolver["spec"] = {"selector": {"k8s-app": "kube-dns"}, "clusterIP": "10.96.0.10", "ports": ports}
    records = [lookup("web", "db.shop.svc.cluster.local"), flow("web", at("10.96.0.10"), 53, protocol="UDP")]
    write(
        shop.folder,
        [*SHOP, resolver],
        records,
        table(ROWS).replace("  flows", "  dns: {to: [kube-system/dns], ports: [UDP 5353]}\n  flows"),
    )
    told = pairs(shop.json("observe")[1])
    (one,) = [each for each in told.values() if each["to"] == "kube-system/dns[Pod]"]
    assert (one["port"], one["lookups"], one["connections"], one["state"]) == (5353, 1, 1, "used")


def test_a_service_is_who_is_behind_it_on_its_own_port(shop: Shop) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "data", "namespace": "shop"}}
    service["spec"] = {"selector": {"app": "db"}, "clusterIP": "10.96.0.7", "ports": [{"port": 80, "targetPort": 5432}]}
    write(shop.folder, [*SHOP, service, *policies(OPEN)], [flow("web", at("10.96.0.7"), 80)], table(ROWS))
    assert list(pairs(shop.json("observe")[1])) == [("shop/web[Pod]", "shop/db[Pod]", "TCP", 5432)]
    records = [flow("web", {"namespace": "shop", "service": "data"}, 80)]
    write(shop.folder, [*SHOP, service, *policies(OPEN)], records, table(ROWS))
    assert list(pairs(shop.json("observe")[1])) == [("shop/web[Pod]", "shop/db[Pod]", "TCP", 5432)]
    service["spec"]["selector"] = {"tier": "both"}
    both = [pod(name, ADDRESSES[name], app=name, tier="both") for name in ("api", "db")]
    others = [one for one in SHOP if one["metadata"]["name"] not in ("api", "db")]
    write(shop.folder, [*others, *both, service, *policies(OPEN)], [flow("web", at("10.96.0.7"), 80)], table(ROWS))
    (one,) = shop.json("observe")[1]["pairs"]
    assert (one["to"], one["allowed"], one["state"]) == ("Service shop/data", None, "unknown")
    assert "some of its pods" in one["why"][0]


def test_nodes_and_their_own_pods_are_counted_and_not_told(shop: Shop) -> None:
    records = [
        flow(at("192.168.1.1"), "web", 8080),
        flow(at("192.168.1.2"), "web", 8080),
        flow(at("127.0.0.1"), "web", 1),
        flow(at("203.0.113.1"), at("203.0.113.2"), 443),
    ]
    write(shop.folder, [*SHOP, *policies(OPEN)], records, table(ROWS))
    _, found = shop.json("observe")
    assert (found["own_node"], found["within_machines"], found["outside"]) == (1, 1, 1)
    (one,) = found["pairs"]
    assert (one["from"], one["allowed"], one["state"]) == ("node n2", False, "breach")


def test_the_api_server_is_found_behind_its_service(shop: Shop) -> None:
    api = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubernetes", "namespace": "default"}}
    api["spec"] = {"clusterIP": "10.96.0.1", "ports": [{"port": 443, "targetPort": 6443}]}
    piece = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "endpoints": [{"addresses": ["203.0.113.1"]}],
        "ports": [{"port": 6443, "protocol": "TCP"}],
    }
    baseline = table(ROWS).replace(
        "  flows:\n",
        "  outside: {control: {cidrs: [203.0.113.1/32], ports: [TCP 6443]}}\n  flows:\n"
        "  - {from: shop/web, to: control, reason: leases}\n",
    )
    records = [flow("web", at("10.96.0.1"), 443), flow("web", at("203.0.113.1"), 6443)]
    write(shop.folder, [*SHOP, api, piece], records, baseline)
    (one,) = shop.json("observe")[1]["pairs"]
    assert (one["to"], one["port"], one["connections"], one["state"]) == ("kube-apiserver", 6443, 2, "used")


def test_pods_of_one_workload_that_differ_are_not_told_alike(shop: Shop) -> None:
    reference = [{"kind": "ReplicaSet", "name": "two", "uid": "r", "controller": True}]
    two = [pod(f"two-{number}", f"10.0.0.{20 + number}", app=name) for number, name in enumerate(("web", "odd"))]
    for one in two:
        one["metadata"]["ownerReferences"] = reference
    write(shop.folder, [*SHOP, *two, *policies(OPEN)], [flow(at("10.0.0.20"), "db", 5432)])
    (one,) = shop.json("observe")[1]["pairs"]
    assert (one["from"], one["allowed"], one["state"]) == ("shop/two[ReplicaSet]", None, "unknown")


def test_a_log_taken_with_prefixes_tells_whose_it_is(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN, table(ROWS))
    asked = 'A IN a.example. udp 40 false 512" NOERROR qr,rd,ra 80 0.001s'
    line = f'[pod/dns/coredns] 2026-11-02T10:00:00Z [INFO] {ADDRESSES["web"]}:4242 - 1 "{asked}'
    (shop.folder / "dns.log").write_text(f"{line}\n")
    _, out, _ = shop.run("observe", "dns.log", "--with", "estate.json", "--format", "json")
    (one,) = json.loads(out)["pairs"]
    assert (one["from"], one["to"], one["lookups"]) == ("shop/web[Pod]", "kube-system/dns[Pod]", 1)


def test_who_wrote_an_access_log_is_asked_for(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN, table(ROWS))
    line = f'{ADDRESSES["web"]} - - [02/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"'
    (shop.folder / "access.log").write_text(f"{line}\n")
    _, out, _ = shop.run("observe", "access.log", "--with", "estate.json")
    assert "one end cannot be told: 1 pair" in out
    assert "(`nginx@NS/NAME:FILE`, `coredns@NS/NAME:FILE`)" in out
