"""How `hardstand net observe` tells what was seen, in every form, and what is wrong with what it was given."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.observing import CASES, OPEN, ROWS, SEEN, shop, short
from tests.network.observed_shop import SHOP, Shop, at, flow, policies, table, write

__all__ = ["shop"]

GUIDE = (Path(__file__).parents[2] / "docs" / "net-observe.md").read_text(encoding="utf-8")


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
