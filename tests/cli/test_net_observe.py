"""`hardstand net observe`: each pair in exactly one case, by real files through the command line."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from hardstand.analysis.reach.connections import number_of, parse
from tests.cli.observing import CASES, OPEN, ROWS, SEEN, VALIDATOR, pairs, shop, short
from tests.network.observed_shop import ADDRESSES, SHOP, Shop, at, flow, pod, policies, table, write

__all__ = ["shop"]


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
