"""`hardstand net generate --from-flows`: rows that what was seen supports, and the way back to what was seen."""

import json
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.network.observed_shop import ADDRESSES, SHOP, Shop, at, flow, lookup, pod, policies, table, write


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def proposed(shop: Shop, *words: str) -> tuple[Any, str]:
    """The proposal as data, and its text. It is written beside the baseline."""
    status, out, err = shop.run("generate", "estate.json", "--from-flows", "flows.jsonl", *words)
    assert status == 0, err
    (shop.folder / "proposed.yaml").write_text(out)
    return yaml.safe_load(out)["network"], out


def listed(one: Any) -> list[Any]:
    return one if isinstance(one, list) else [one]


def meant(network: Any) -> set[tuple[str, str, str]]:
    return {
        cell
        for row in network["flows"]
        for cell in product(listed(row["from"]), listed(row["to"]), listed(row.get("ports", "")))  # A row is a product.
    }


def test_what_rows_allow_is_exactly_what_was_seen(shop: Shop) -> None:
    seen = [("web", "db", 5432), ("web", "db", 6432), ("api", "db", 5432), ("api", "web", 80), ("job", "web", 80)]
    write(shop.folder, SHOP, [*(flow(*one, minute) for one in seen for minute in range(3)), lookup("web", "db")])
    network, out = proposed(shop)
    assert network["zones"] == {"shop": {"match": {"namespace": "shop"}}}
    assert meant(network) == {(f"shop/{a}", f"shop/{b}", f"TCP {port}") for a, b, port in seen}
    assert len(network["flows"]) == 3, "equal ends are merged"
    assert "  # shop/web[Pod] → shop/db[Pod] TCP 5432: 3 connections, 1.5 kB sent" in out
    assert all(row["reason"].startswith("PROPOSED: seen ") for row in network["flows"])
    (shop.folder / "new.yaml").write_text(shop.run("generate", "estate.json", "--baseline", "proposed.yaml")[1])
    assert shop.run("check", "estate.json", "new.yaml", "--baseline", "proposed.yaml")[0] == 0
    status, found = shop.json("observe", "--with", "new.yaml", "--baseline", "proposed.yaml")
    assert status == 0
    assert {one["state"] for one in found["pairs"]} == {"used"}
    never = [one for one in found["never_seen"] if one["rows"] != ["network.dns"]]
    assert never == [], "and nothing but that is allowed or intended"


@pytest.mark.parametrize("seed", range(5))
def test_merged_rows_mean_exactly_what_random_flows_were(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    others = [pod(f"p{number}", f"10.0.0.{30 + number}", f"ns{number % 2}") for number in range(6)]
    places = {**ADDRESSES, **{one["metadata"]["name"]: one["status"]["podIP"] for one in others}}
    homes = {**dict.fromkeys(ADDRESSES, "shop"), **{f"p{number}": f"ns{number % 2}" for number in range(6)}}
    every = [(a, b, port) for a, b in product(places, places) if a != b for port in (80, 443)]
    seen = sorted(one for one in every if dice.random() < 0.35)
    write(shop.folder, [*SHOP, *others], [flow(at(places[a]), at(places[b]), port) for a, b, port in seen])
    network, _ = proposed(shop)
    assert meant(network) == {(f"{homes[a]}/{a}", f"{homes[b]}/{b}", f"TCP {port}") for a, b, port in seen}
    assert len(network["flows"]) < len(seen)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from-flows", "flows.jsonl", "--keep"), "writes rows, and no policies"),
        (("--since", "2026-11-01"), "are about flow logs"),
    ],
)
def test_what_does_not_go_together_is_said(shop: Shop, words: tuple[str, ...], told: str) -> None:
    write(shop.folder, SHOP, [flow("web", "db", 5432)])
    status, out, err = shop.run("generate", "estate.json", *words)
    assert (status, out) == (2, "")
    assert told in err


def test_a_table_keeps_its_rows_and_gets_new_ones(shop: Shop) -> None:
    baseline = (
        "network:\n  zones:\n    front: {match: {namespace: shop, labels: {app: web}}}\n"
        "    back: {match: {namespace: shop, name: [db, job]}}\n"
        "  outside: {old: {cidrs: [198.51.100.0/24], ports: [TCP 443], reason: x}}\n"
        "  flows:\n  - {from: front, to: back, ports: TCP 5432, reason: orders, owner: me, until: 2099-01-01}\n"
    )
    records = [
        flow("web", "db", 5432),
        *(flow("api", one, 9100, minute) for one in ("db", "job") for minute in range(3)),
        flow("api", at("198.51.100.9"), 443),
    ]
    write(shop.folder, SHOP, records, baseline)
    network, _ = proposed(shop)
    assert list(network["zones"]) == ["front", "back"]
    first, *new = network["flows"]
    assert (first["from"], first["to"], first["reason"], first["owner"]) == (["front"], ["back"], "orders", "me")
    assert str(first["until"]) == "2099-01-01"
    assert [(row["from"], row["to"], row["ports"]) for row in new] == [
        ("shop/api", "old", "TCP 443"),
        ("shop/api", "back", "TCP 9100"),
    ]
    assert shop.run("check", "estate.json", "--baseline", "proposed.yaml")[0] == 1, (
        "it is read, and there are no policies"
    )


def test_all_else_of_the_baseline_stays_as_it_is(shop: Shop) -> None:
    baseline = (
        "# Ours.\nschema: hardstand.dev/baseline/v1\nnetwork:\n  zones: {shop: {match: {namespace: shop}}}\n  flows:\n"
        "  - {from: shop/web, to: shop/db, ports: TCP 5432, reason: orders}\n\n"
        "# Who handles what.\nclasses:\n  workloads:\n  - match: {name: db} # the orders\n    data: restricted\n"
    )
    write(shop.folder, SHOP, [flow("api", "db", 5432)], baseline)
    network, out = proposed(shop)
    assert out.endswith("\n\n" + baseline.partition("\n\n")[2])
    assert "\n# Ours.\nschema: hardstand.dev/baseline/v1\nnetwork:\n" in out
    assert [row["reason"][:8] for row in network["flows"]] == ["orders", "PROPOSED"]
    found = shop.json("observe", "--baseline", "proposed.yaml")[1]
    assert {one["intended"] for one in found["pairs"]} == {True}


def test_of_a_file_that_is_extended_nothing_is_said_again(shop: Shop) -> None:
    rows = table({("web", "db", 5432)})
    write(shop.folder, SHOP, [flow("web", "db", 5432), flow("api", "db", 5432)], "extends: platform.yaml\n")
    (shop.folder / "platform.yaml").write_text(rows)
    network, out = proposed(shop)
    assert "\nextends: platform.yaml\nnetwork:\n" in out
    assert meant(network) == {("shop/api", "shop/db", "TCP 5432")}


def test_a_section_is_told_alone_where_it_fits_into_no_line(shop: Shop) -> None:
    write(shop.folder, SHOP, [flow("api", "db", 5432)], '{"schema": "hardstand.dev/baseline/v1", "network": {}}\n')
    status, out, err = shop.run("generate", "estate.json", "--from-flows", "flows.jsonl")
    assert status == 0
    assert list(yaml.safe_load(out)) == ["network"]
    assert "paste the section `network` yourself" in err


def test_what_is_rare_does_not_hide_in_a_row_of_many(shop: Shop) -> None:
    records = [flow(one, "db", 5432, minute) for one in ("web", "job") for minute in range(5)]
    records += [flow("api", "db", 5432), *(flow("web", "db", 6432, minute) for minute in range(2))]
    records += [flow("web", "db", 7432, minute) for minute in range(59)]
    write(shop.folder, SHOP, records)
    network, _ = proposed(shop)
    assert sorted((listed(row["from"]), row["ports"]) for row in network["flows"]) == [
        (["shop/api"], "TCP 5432"),
        (["shop/job", "shop/web"], "TCP 5432"),
        (["shop/web"], "TCP 6432"),
        (["shop/web"], "TCP 7432"),
    ]


def test_what_is_refused_unanswered_or_not_known_is_left_out_and_said(shop: Shop) -> None:
    records = [
        flow("web", "db", 5432),
        flow("job", "db", 5432, ended="refused"),
        flow("job", "api", 22, bytes_received=0),
        flow(at("10.0.0.99"), "web", 80),
        flow("web", "db", None, protocol="ICMP"),
        flow(at("192.168.1.2"), "web", 8080),
    ]
    write(shop.folder, SHOP, records)
    network, out = proposed(shop)
    assert meant(network) == {("shop/web", "shop/db", "TCP 5432")}
    for told in (
        "# Left out, 1 pair: was refused: shop/job[Pod] → shop/db[Pod] TCP 5432",
        "# Left out, 1 pair: was never answered: shop/job[Pod] → shop/api[Pod] TCP 22",
        "# Left out, 1 pair: one end cannot be told: 10.0.0.99 → shop/web[Pod]",
        "# Left out, 1 pair: is of a protocol or port that no flow table knows: shop/web[Pod] → shop/db[Pod] ICMP",
        "# Left out, 1 pair: began at a node, of which no row can be: node n2 → shop/web[Pod] TCP 8080",
    ):
        assert told in out.splitlines()


def test_what_alerts_tell_of_is_left_out(shop: Shop) -> None:
    """A scan that finds something, and a beacon beside other calls to the same port."""
    pods = [pod(f"p{number}", f"10.0.0.{number}") for number in range(20, 60)]
    scan = [flow("job", at(f"10.0.0.{n}"), 5432, n, bytes_received=0 if n % 2 else 900) for n in range(20, 60)]
    beacon = [flow("web", at("203.0.113.66"), 443, minute) for minute in range(0, 300, 5)]
    write(shop.folder, [*SHOP, *pods], [flow("web", "db", 5432), *scan, *beacon, flow("web", at("192.0.2.1"), 443)])
    network, out = proposed(shop)
    assert meant(network) == {("shop/web", "shop/db", "TCP 5432"), ("shop/web", "outside-192-0-2-1", "TCP 443")}
    assert network["outside"]["outside-192-0-2-1"]["cidrs"] == ["192.0.2.1/32"]
    assert "an alert tells of it: " in out
    assert "203.0.113.66" not in str(network)


def test_the_outside_by_names_addresses_ranges_and_as_the_internet(shop: Shop) -> None:
    records = [
        flow("web", at("203.0.113.9", name="api.pay.example"), 443),
        flow("web", at("203.0.113.8", name="eu.pay.example"), 443),
        flow("api", at("198.51.100.1"), 443),
        *(flow("job", at(f"198.51.100.{n}"), 8443, n) for n in range(1, 7)),
        *(flow("db", at(f"{n}.7.7.7"), 25, n - 20) for n in range(20, 60)),
        *(flow(at(f"192.0.2.{n}"), "web", 8080, n) for n in range(20)),
        flow(at("192.0.2.1"), "api", 8080),
    ]
    write(shop.folder, SHOP, records)
    network, out = proposed(shop)
    assert meant(network) == {
        ("shop/web", "pay-example", "TCP 443"),
        ("shop/api", "outside-198-51-100-1", "TCP 443"),
        ("shop/job", "outside-198-51-100-0-24", "TCP 8443"),
        ("shop/db", "internet", "TCP 25"),
        ("internet", "shop/web", "TCP 8080"),
        ("outside-192-0-2-1", "shop/api", "TCP 8080"),
    }
    assert network["outside"]["pay-example"]["names"] == ["api.pay.example", "eu.pay.example"]
    assert network["outside"]["outside-198-51-100-0-24"]["cidrs"] == ["198.51.100.0/24"]
    assert "# 6 addresses were seen; 198.51.100.0/24 is all of the range" in out
    status, _, err = shop.run("check", "estate.json", "--baseline", "proposed.yaml")
    assert "error" not in err
    assert status in (1, 2)


def test_nothing_to_propose_ends_in_1(shop: Shop) -> None:
    write(shop.folder, SHOP, [flow("web", "db", 5432)], table({("web", "db", 5432)}))
    status, out, err = shop.run("generate", "estate.json", "--from-flows", "flows.jsonl")
    assert status == 1
    assert "left out, 1 pair: is intended already" in err
    assert len(yaml.safe_load(out)["network"]["flows"]) == 1


def test_two_workloads_with_one_name_are_told_apart_by_their_kind(shop: Shop) -> None:
    def made(kind: str, app: str) -> dict[str, Any]:
        spec = {"containers": [{"name": "c", "image": "registry.example/c:1"}]}
        template = {"metadata": {"labels": {"app": app}}, "spec": spec}
        meta = {"name": "twin", "namespace": "shop"}
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": {"template": template}}

    twins = [made("Deployment", "one"), made("StatefulSet", "two")]
    source = {"namespace": "shop", "workload": "twin", "workload_kind": "StatefulSet"}
    write(shop.folder, [*SHOP, *twins], [flow(source, "db", 5432)])
    network, _ = proposed(shop)
    (row,) = network["flows"]
    assert row["from"] == {"namespace": "shop", "kind": "StatefulSet", "name": "twin"}
    status, found = shop.json("observe", "--baseline", "proposed.yaml")
    assert status == 0
    assert found["pairs"][0]["state"] == "used"


def test_the_calls_of_a_real_application_come_back_as_policies(suite: Any, shop: Shop) -> None:
    """From its manifests alone who calls whom; flows of that; rows; policies; and these let exactly that through."""
    from tests.network.test_generated_demo import calls

    folder = suite("realistic-microservices-demo") / "microservices-demo" / "kubernetes-manifests"
    real = sorted(set(calls(folder)))
    assert len(real) == 16

    def of(name: str) -> dict[str, str]:
        return {"namespace": "default", "workload": name, "workload_kind": "Deployment"}

    records = [flow(of(caller), of(called), port, 1) for caller, called, port in real]
    records += [flow(at(f"203.0.113.{n}"), of("frontend"), 8080, n) for n in range(30)]
    write(shop.folder, [], [*records, *(lookup(of(caller), "a.example") for caller, _, _ in real)])
    status, out, _ = shop.run("generate", str(folder), "--from-flows", "flows.jsonl")
    assert status == 0
    (shop.folder / "proposed.yaml").write_text(out)
    network = yaml.safe_load(out)["network"]
    wanted = {(f"default/{a}", f"default/{b}", f"TCP {port}") for a, b, port in real}
    assert meant(network) == {*wanted, ("internet", "default/frontend", "TCP 8080")}
    status, made, _ = shop.run("generate", str(folder), "--baseline", "proposed.yaml")
    assert status == 0, "proven: what they allow is exactly the table"
    (shop.folder / "new.yaml").write_text(made)
    words = ("--with", str(folder), "--with", "new.yaml", "--baseline", "proposed.yaml", "--format", "json")
    _, out, _ = shop.run("observe", "flows.jsonl", *words)
    found = json.loads(out)
    seen = {(one["from"], one["to"], one["port"]) for one in found["pairs"] if one["state"] == "used"}
    assert {(f"default/{a}[Deployment]", f"default/{b}[Deployment]", port) for a, b, port in real} <= seen
    assert {one["state"] for one in found["never_seen"]} <= {"idle"}
    assert {row for one in found["never_seen"] for row in one["rows"]} <= {"network.dns"}


def test_policies_that_are_there_do_not_matter_for_what_is_proposed(shop: Shop) -> None:
    records = [flow("web", "db", 5432)]
    write(shop.folder, [*SHOP, *policies({("web", "db", 5432)})], records)
    assert meant(proposed(shop)[0]) == {("shop/web", "shop/db", "TCP 5432")}
