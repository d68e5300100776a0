"""Whose address it was decides what was seen: a history of snapshots in which an address went from pod to pod."""

import json
from pathlib import Path
from typing import Any

import pytest

from hardstand.sources.history.keeping import keep
from tests.network.observed_shop import Shop, at, flow
from tests.network.test_addresses_by_time import MAKERS, pod, zulu
from tests.network.test_addresses_by_time import at as minute
from tests.sources.clusters import spooled

TABLE = """\
network:
  zones:
    shop: {match: {namespace: shop}}
  flows:
  - {from: shop/web, to: shop/db-0, ports: TCP 5432, reason: orders}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def kept(shop: Shop, *snapshots: tuple[float, list[dict[str, Any]]]) -> None:
    for when, objects in snapshots:
        keep(str(shop.folder / "history"), spooled(objects, zulu(minute(when))))


def records(shop: Shop, *minutes: float) -> None:
    lines = []
    for number in minutes:
        line = flow(at("10.0.0.5"), at("10.0.0.7"), 5432)
        lines.append(line.replace("2026-11-02T10:00:00Z", zulu(minute(number))))
    (shop.folder / "flows.jsonl").write_text("\n".join(lines) + "\n")


OLD = pod("web-7d-a", "10.0.0.5", -60, "web-7d")
NEW = pod("api-9c-b", "10.0.0.5", 11, "api-9c")
DB = pod("db-0", "10.0.0.7", -60)


def observed(shop: Shop, *words: str) -> tuple[int, Any]:
    status, out, _ = shop.run("observe", "flows.jsonl", "--format", "json", *words)
    return status, json.loads(out)


def test_an_address_that_was_used_again_is_each_ones_in_its_time(shop: Shop) -> None:
    kept(shop, (0, [*MAKERS, OLD, DB]), (10, [*MAKERS, OLD, DB]), (20, [*MAKERS, NEW, DB]))
    (shop.folder / "hardstand.yaml").write_text(TABLE)
    records(shop, 2, 9, 10.5, 12, 13, 14)
    status, found = observed(shop, "--with", "history")
    assert status == 2
    told = {one["from"]: (one["connections"], one["intended"], one["state"]) for one in found["pairs"]}
    assert told == {
        "shop/web[Deployment]": (2, None, "unknown"),
        "shop/api[Deployment]": (3, False, "undeclared"),
    }, "that is there no more, of which no policy can tell; and who has the address now"
    (nobody,) = found["unresolved"]
    assert (nobody["from"], nobody["connections"]) == ("10.0.0.5", 1)
    assert nobody["why"] == "nobody is known to have had this address then"


def test_an_earlier_picture_knows_who_was_there_and_the_history_still_whose_it_was(shop: Shop) -> None:
    kept(shop, (0, [*MAKERS, OLD, DB]), (10, [*MAKERS, OLD, DB]), (20, [*MAKERS, NEW, DB]))
    (shop.folder / "hardstand.yaml").write_text(TABLE)
    records(shop, 2, 9)
    status, found = observed(shop, "--with", "history", "--at", zulu(minute(10)))
    assert status == 2
    assert any("Namespace" in one for one in found["doubts"]), "these snapshots did not read all there is"
    assert [(one["from"], one["state"]) for one in found["pairs"]] == [("shop/web[Deployment]", "used")]
    records(shop, 12)
    _, found = observed(shop, "--with", "history", "--at", zulu(minute(10)))
    assert [(one["from"], one["state"]) for one in found["pairs"]] == [("shop/api[Deployment]", "unknown")]


def test_one_snapshot_alone_knows_only_what_is_in_it(shop: Shop) -> None:
    kept(shop, (20, [*MAKERS, NEW, DB]))
    records(shop, 9, 12)
    _, found = observed(shop, "--with", "history")
    assert [one["from"] for one in found["pairs"]] == ["shop/api[Deployment]"]
    assert [one["connections"] for one in found["unresolved"]] == [1]
