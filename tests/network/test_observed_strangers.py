"""Whoever can write into a log can make up any number of ends: what is kept of them ends, what is known is not lost."""

from pathlib import Path
from typing import Any

import pytest

from hardstand.network.observed.strangers import MOST_STRANGERS, OTHERS
from tests.network.observed_shop import SHOP, Shop, at, flow, lookup, node, pod, write

MORE = 100
MANY = MOST_STRANGERS + MORE
NOT_JUDGED = f"there are more ends that are not in the picture than are kept: {MORE} records were not judged"

WIDE: dict[str, Any] = {**node("n3", 2), "spec": {"podCIDR": "10.9.0.0/16", "podCIDRs": ["10.9.0.0/16"]}}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def made_up(number: int) -> dict[str, Any]:
    return {"namespace": f"no-{number}", "workload": f"w{number}", "workload_kind": "Deployment"}


def others(found: Any) -> list[tuple[str, str, int, int]]:
    every = [one for one in found["unresolved"] if OTHERS in (one["from"], one["to"])]
    return [(one["from"], one["to"], one["connections"], one["lookups"]) for one in every]


def test_workloads_that_lookups_make_up_are_counted_together_from_some_number_on(shop: Shop) -> None:
    flood = [lookup(made_up(number), "a.example") for number in range(MANY)]
    write(shop.folder, SHOP, [*flood, lookup("web", "db.shop.svc.cluster.local", 9)])
    status, found = shop.json("observe")
    assert status == 2
    assert others(found) == [(OTHERS, "kube-system/dns[Pod]", 0, MORE)]
    assert len(found["pairs"]) == MOST_STRANGERS + 1
    assert "shop/web[Pod]" in {one["from"] for one in found["pairs"]}, "who is in the picture is told, however late"
    assert sum(one["lookups"] for one in (*found["pairs"], *found["unresolved"])) == MANY + 1
    assert NOT_JUDGED in found["alerts"]["not_judged"]
    assert found["alerts"]["lookups"] == MOST_STRANGERS + 1


@pytest.mark.parametrize(
    "end",
    [
        made_up,
        lambda number: {"namespace": f"no-{number}", "pod": "p"},
        lambda number: at(f"10.9.{number >> 8}.{number & 255}"),
    ],
)
def test_flows_of_made_up_ends_are_too_and_hide_no_scan(shop: Shop, end: Any) -> None:
    flood = [flow(end(number), "db", 5432) for number in range(MANY)]
    targets = [pod(f"p{number}", f"10.0.0.{number}") for number in range(20, 60)]
    scan = [flow("job", at(f"10.0.0.{number}"), 5432, number, ended="refused") for number in range(20, 60)]
    write(shop.folder, [*SHOP, WIDE, *targets], [*flood, *scan])
    _, found = shop.json("observe")
    assert [one[:2] for one in others(found)] == [(OTHERS, "shop/db[Pod]")]
    assert sum(one["connections"] + one["refused"] for one in (*found["pairs"], *found["unresolved"])) == MANY + 40
    assert NOT_JUDGED in found["alerts"]["not_judged"]
    assert {one["workload"] for one in found["alerts"]["alerts"] if one["kind"] == "host-scan"} == {"shop/job[Pod]"}


def test_services_that_records_make_up_are_counted_together(shop: Shop) -> None:
    flood = [flow("web", {"namespace": f"no-{number}", "service": "s"}, 80) for number in range(MANY)]
    write(shop.folder, SHOP, [*flood, flow("web", "db", 5432)])
    _, found = shop.json("observe")
    assert others(found) == [("shop/web[Pod]", OTHERS, MORE, 0)]
    assert f"shop/web[Pod] speaks to more ends that are not in the picture than are kept: {MORE} records were not " in (
        "".join(found["alerts"]["not_judged"])
    )
    assert "shop/db[Pod]" in {one["to"] for one in found["pairs"]}
