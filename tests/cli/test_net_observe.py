"""`hardstand net observe`: each pair in exactly one case, by real files through the command line."""

import copy
import csv
import io
import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hardstand.analysis.reach.connections import number_of, parse
from tests.network.observed_shop import (
    ADDRESSES,
    SHOP,
    Shop,
    at,
    flow,
    lookup,
    pod,
    policies,
    table,
    write,
)

SPEC = Path(__file__).parents[2] / "spec" / "net-observe.v1.schema.json"
GUIDE = (Path(__file__).parents[2] / "docs" / "net-observe.md").read_text(encoding="utf-8")
VALIDATOR = Draft202012Validator(json.loads(SPEC.read_text(encoding="utf-8")))
CASES = {
    (True, True, True): "used",
    (True, True, False): "idle",
    (True, False, True): "closed-yet-used",
    (True, False, False): "blocked",
    (False, True, True): "undeclared",
    (False, True, False): "needless",
    (False, False, True): "breach",
    (False, False, False): "closed",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def pairs(found: Any) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    return {(one["from"], one["to"], one["protocol"], one["port"]): one for one in found["pairs"]}


def short(one: str) -> str:
    return one.partition("/")[2].partition("[")[0]


def case_of(found: Any, source: str, destination: str, port: int) -> Iterator[str]:
    """Every case that the output has for a connection."""
    number = number_of("TCP", port)
    for one in found["pairs"]:
        if (short(one["from"]), short(one["to"]), one["port"]) == (source, destination, port):
            yield one["state"]
    for one in found["never_seen"]:
        there = source in map(short, one["from"]) and destination in map(short, one["to"])
        if there and number in parse(one["connections"]):
            yield one["state"]


@pytest.mark.parametrize("seed", range(8))
def test_each_connection_of_random_shops_is_in_exactly_its_case(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    every = [(a, b, port) for a, b in product(ADDRESSES, ADDRESSES) if a != b for port in (80, 81, 443)]
    intended, allowed, seen = ({one for one in every if dice.random() < 0.4} for _ in range(3))
    write(shop.folder, [*SHOP, *policies(allowed)], [flow(*one) for one in sorted(seen)], table(intended))
    status, found = shop.json("observe")
    assert status == 1
    VALIDATOR.validate(found)
    met = set()
    for one in every:
        expected = CASES[one in intended, one in allowed, one in seen]
        assert list(case_of(found, *one)) == ([] if expected == "closed" else [expected]), one
        met.add(expected)
    assert len(met) >= 7


ROWS = {("web", "db", 5432), ("web", "api", 8080), ("api", "db", 5432), ("job", "db", 5432)}
OPEN = {("web", "db", 5432), ("web", "api", 8080), ("web", "db", 9998), ("web", "db", 9999)}
SEEN = [flow("web", "db", 5432), flow("api", "db", 5432), flow("web", "db", 9999, 3), flow("job", "web", 1234)]


def test_text_tells_what_needs_doing_with_its_next_step(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies(OPEN)], SEEN, table(ROWS))
    status, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert status == 1
    assert out.startswith(
        """\
seen, although it is neither intended nor allowed: 1 pair
  shop/job[Pod] → shop/web[Pod]: TCP 1234
    1 connection, 500 bytes sent, 2.0 kB received, 2026-11-02T10:00:00Z
    --> flows.jsonl:4
  next: look at once: a policy was made tighter since, or the network plugin does not enforce it; then declare the \
flow or find who began it

seen and allowed, not intended: 1 pair
  shop/web[Pod] → shop/db[Pod]: TCP 9999
    1 connection, 500 bytes sent, 2.0 kB received, 2026-11-02T10:03:00Z
    --> flows.jsonl:3
  next: declare it with its reason in `network.flows`, or close it by a policy (`hardstand net generate`)

seen and intended, not allowed: 1 pair
  shop/api[Pod] → shop/db[Pod]: TCP 5432
"""
    )
    assert (
        """\
intended, not allowed, never seen
  shop/job[Pod] → shop/db[Pod]: TCP 5432
    by network.flows[1] (shop/job to shop/db on TCP 5432) at hardstand.yaml:6
"""
        in out
    )
    assert "allowed, neither intended nor seen\n  shop/web[Pod] → shop/db[Pod]: TCP 9998\n" in out
    assert "intended, allowed and seen" not in out
    assert out.splitlines()[-2] == (
        "pairs: 1 not allowed and yet seen · 1 allowed and not intended · 1 intended and not allowed · "
        "1 as they should be"
    )
    assert (
        "intended, allowed and seen: 1 pair" in shop.run("observe", "flows.jsonl", "--with", "estate.json", "--all")[1]
    )


def test_the_guide_shows_what_is_printed(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies(OPEN)], SEEN, table(ROWS))
    printed = shop.run("observe", "flows.jsonl", "--with", "estate.json")[1]
    assert "".join(f"    {line}\n" if line else "\n" for line in printed.splitlines()) in GUIDE


def test_the_guide_has_every_case() -> None:
    for (intended, allowed, seen), case in CASES.items():
        words = " | ".join("yes" if one else "no" for one in (intended, allowed, seen))
        assert f"| `{case}` | {words} | " in GUIDE


def test_what_is_as_it_should_be_ends_in_0(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies({("web", "db", 5432)})], SEEN[:1], table({("web", "db", 5432)}))
    status, out, err = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert (status, err) == (0, "")
    assert "pairs: 1 as they should be\n" in out


def test_without_a_table_there_are_two_columns_and_it_is_said(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies(OPEN)], SEEN)
    status, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert status == 1, "what no policy allows was seen"
    assert "no flow table is declared: two columns, allowed and seen\n" in out
    assert "seen, although no policy allows it: 2 pairs\n" in out
    assert "intended" not in out
    _, found = shop.json("observe")
    VALIDATOR.validate(found)
    assert {one["state"] for one in found["pairs"]} == {"used", "breach"}
    assert {one["intended"] for one in found["pairs"]} == {None}
    assert not any(one["declared"] for one in found["pairs"])
    assert {one["state"] for one in found["never_seen"]} == {"needless"}


def test_refused_flows_are_told_apart_and_were_not_seen(shop: Shop) -> None:
    records = [flow("job", "db", 5432, ended="refused"), flow("job", "web", 80, ended="refused")]
    write(shop.folder, [*SHOP, *policies(OPEN)], records, table(ROWS))
    status, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert status == 1, "what is intended was refused"
    assert "tried and refused, although it is intended: 1 pair\n  shop/job[Pod] → shop/db[Pod]: TCP 5432\n" in out
    assert "tried and refused, not intended: 1 pair\n  shop/job[Pod] → shop/web[Pod]: TCP 80\n    1 refused" in out
    _, found = shop.json("observe")
    told = pairs(found)["shop/job[Pod]", "shop/db[Pod]", "TCP", 5432]
    assert (told["state"], told["observed"], told["refused"], told["connections"]) == ("refused", False, 1, 0)
    write(shop.folder, [*SHOP, *policies(OPEN)], records[1:], table(ROWS))
    assert shop.run("observe", "flows.jsonl", "--with", "estate.json")[0] == 0, "policies did their work"
    told = shop.run("observe", "flows.jsonl", "--with", "estate.json")[1]
    assert "  next: policies did their work: find who tries, and why\n" in told
    for form, state in (("csv", ",refused,"), ("markdown", "| tried and refused, not intended |")):
        assert state in shop.run("observe", "flows.jsonl", "--with", "estate.json", "--format", form)[1]
    assert (
        "; 1 refused pair is not drawn"
        in shop.run("observe", "flows.jsonl", "--with", "estate.json", "--format", "svg")[1]
    )
    open_ = [flow("web", "db", 9999, ended="refused")]
    write(shop.folder, [*SHOP, *policies(OPEN)], open_, table(ROWS))
    told = shop.run("observe", "flows.jsonl", "--with", "estate.json")[1]
    assert "tried and refused, not intended, although policies allow it: 1 pair\n" in told
    assert "policies did their work" not in told
    assert "it is of another time or something else did" in told
    both = [flow("web", "db", 5432), flow("web", "db", 5432, 5, ended="refused", source_port=4)]
    write(shop.folder, [*SHOP, *policies(OPEN)], both, table(ROWS))
    told = pairs(shop.json("observe")[1])["shop/web[Pod]", "shop/db[Pod]", "TCP", 5432]
    assert (told["state"], told["connections"], told["refused"]) == ("used", 1, 1)
    assert told["last_refused"] == "2026-11-02T10:05:00Z"


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


def test_bytes_of_a_connection_that_goes_on_are_no_connection(shop: Shop) -> None:
    write(shop.folder, SHOP, [flow("web", "db", 5432), flow("web", "db", 5432, 9, count=0)], table(ROWS))
    (one,) = shop.json("observe")[1]["pairs"]
    assert (one["connections"], one["bytes_sent"]) == (1, 1_000)


def test_a_connection_that_goes_on_was_seen_and_was_not_refused(shop: Shop) -> None:
    """Its record counts for none, may tell no bytes, and may stand beside one that was refused."""
    bare: dict[str, Any] = {"count": 0, "bytes_sent": None, "bytes_received": None}
    records = [
        flow("web", "db", 5432, **bare),
        flow("api", "db", 5432, 1, ended="refused"),
        flow("api", "db", 5432, 2, **bare),
        flow("job", "db", 5432, 3, count=0, ended="refused"),
    ]
    write(shop.folder, SHOP, records)
    _, found = shop.json("observe")
    told = {one["from"]: (one["observed"], one["connections"], one["refused"]) for one in found["pairs"]}
    assert told == {
        "shop/web[Pod]": (True, 0, 0),
        "shop/api[Pod]": (True, 0, 1),
        "shop/job[Pod]": (False, 0, 0),
    }
    assert next(one for one in found["pairs"] if one["refused"])["places"][0]["line"] == 3, "what was not refused first"
    _, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json", "--all")
    assert "TCP 5432\n    a connection that goes on, 2026-" in out
    assert "a connection that goes on, 1 refused, " in out
    _, found = shop.json("forecast", "--default-deny", "-n", "shop")
    assert {(one["from"], one["fate"]) for one in found["pairs"]} == {
        ("shop/web[Pod]", "breaks"),
        ("shop/api[Pod]", "breaks"),
    }


def test_only_what_was_seen_within_the_time_counts(shop: Shop) -> None:
    records = [flow("web", "db", port, minute) for minute, port in enumerate((1, 2, 3, 4))]
    write(shop.folder, SHOP, records, table(ROWS))
    _, found = shop.json("observe", "--since", "2026-11-02T10:01Z", "--until", "2026-11-02T11:02:00+01:00")
    assert [one["port"] for one in found["pairs"]] == [2, 3]
    assert (found["first_seen"], found["last_seen"]) == ("2026-11-02T10:01:00Z", "2026-11-02T10:02:00Z")
    new = [one for one in found["alerts"]["alerts"] if one["kind"] == "new-flow"]
    assert len(new) == 2, "what was before is the reference"


def test_alerts_end_in_1_from_a_severity_on(shop: Shop) -> None:
    rows = {("web", "db", 5432)}
    scan = [flow("job", at(f"10.0.0.{number}"), 5432, number, ended="refused") for number in range(20, 60)]
    objects = [*SHOP, *(pod(f"p{number}", f"10.0.0.{number}") for number in range(20, 60)), *policies(rows)]
    write(shop.folder, objects, [flow("web", "db", 5432), *scan], table(rows))
    status, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert status == 1
    assert "host-scan" in out
    assert shop.run("observe", "flows.jsonl", "--with", "estate.json", "--fail-on", "critical")[0] == 0


@pytest.mark.parametrize("form", ["csv", "markdown", "svg"])
def test_other_forms_tell_the_same_pairs(shop: Shop, form: str) -> None:
    write(shop.folder, [*SHOP, *policies(OPEN)], SEEN, table(ROWS))
    status, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json", "--format", form)
    assert status == 1
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert {(short(one["from"]), short(one["to"]), one["port"], one["state"]) for one in rows} == {
            ("web", "db", "5432", "used"), ("api", "db", "5432", "closed-yet-used"),
            ("web", "db", "9999", "undeclared"), ("job", "web", "1234", "breach"),
        }  # fmt: skip
    elif form == "markdown":
        assert len(out.splitlines()) == 6
        assert "| shop/job\\[Pod\\] | shop/web\\[Pod\\] | TCP 1234 | no | no | 1 |" in out
    else:
        assert out.count('class="line odd"') == 3, "two, and the legend"
        assert "Who was seen talking to whom" in out
        assert "2 of them unexpected" in out


def test_what_cannot_be_read_is_told_and_ends_in_2(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies({("web", "db", 5432)})], [SEEN[0], '{"schema":'], table({("web", "db", 5432)}))
    status, _, err = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert status == 2
    assert "flows.jsonl:2" in err
    (shop.folder / "broken.yaml").write_text("kind: [")
    assert shop.run("observe", "flows.jsonl", "--with", "estate.json", "--with", "broken.yaml")[0] == 2
    (shop.folder / "flows.jsonl").write_text("")
    assert shop.run("observe", "flows.jsonl", "--with", "estate.json")[0] == 2, "silence is no pass"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--with", "estate.json"), "no flow log is named"),
        (("flows.jsonl",), "`--with PATH` is missing"),
        (("flows.jsonl", "--with", "estate.json", "--since", "yesterday"), "`yesterday` is no time"),
        (("flows.jsonl", "--with", "estate.json", "--fail-on", "odd"), "'odd' is not one of"),
    ],
)
def test_what_is_wrong_is_said(shop: Shop, words: tuple[str, ...], told: str) -> None:
    write(shop.folder, SHOP, SEEN, table(ROWS))
    status, out, err = shop.run("observe", *words)
    assert (status, out) == (2, "")
    assert told in err


def test_names_of_records_cannot_steer_a_terminal(shop: Shop) -> None:
    write(shop.folder, SHOP, [flow("web", at("203.0.113.9", name="a\u001b[31m.example"), 443)], table(ROWS))
    _, out, _ = shop.run("observe", "flows.jsonl", "--with", "estate.json")
    assert "\u001b" not in out


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
