"""A made-up day with attacks in it, written as logs and manifests, through the command line: what is found and told."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.network.days import estate as estates
from tests.network.days.beating import beacons
from tests.network.days.injected import Injected, Maker
from tests.network.days.names import replayed, tunnels
from tests.network.days.ordinary import DAY, Day
from tests.network.days.scanning import scans
from tests.network.days.written import records, write
from tests.network.observed_shop import Shop
from tests.network.replaying import MONDAY

TODAY = MONDAY + DAY
SINCE = "2026-06-02T00:00Z"
CLIENT = "app00/svc-0[Deployment]"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Injected]]:
    """An ordinary day as the reference; another one with scans, beacons and a tunnel."""
    folder = tmp_path_factory.mktemp("day")
    random = Random(6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estates, "APPLICATIONS", 10)
        estate = estates.Estate(random)
    flows = list(Day(estate, random, MONDAY, rollouts=4).flows())
    make = Maker(estate, random, TODAY)
    injected = [one for kind in (scans, beacons) for one in kind(make)]
    flows += [flow for one in injected for flow in one.flows]
    flows += Day(estate, random, TODAY, rollouts=4).flows()
    dug = next(lines for label, lines in sorted(tunnels().items()) if not label.startswith("ordinary"))
    write(folder, estate, records(flows, replayed(dug, CLIENT, TODAY, None)))
    return folder, injected


def observed(day: tuple[Path, list[Injected]], shop: Shop, *words: str) -> tuple[int, Any]:
    folder = day[0]
    names = (str(folder / "day.jsonl"), "--with", str(folder / "estate.json"))
    status, out, _ = shop.run("observe", *names, "--since", SINCE, "--format", "json", *words)
    return status, json.loads(out)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def test_attacks_are_found_and_ordinary_days_are_not(day: tuple[Path, list[Injected]], shop: Shop) -> None:
    status, found = observed(day, shop)
    assert status in (1, 2)
    alerts = {(one["workload"], one["kind"]) for one in found["alerts"]["alerts"]}
    attacks = [one for one in day[1] if not one.meant and not one.beyond]
    assert len(attacks) >= 20
    assert [one.label for one in attacks if (one.workload, one.kind.value) not in alerts] == []
    assert (CLIENT, "dns-tunnel") in alerts
    rightly = {one.workload for one in day[1]} | {CLIENT, "several workloads"}
    false = sorted(
        (one["kind"], one["workload"]) for one in found["alerts"]["alerts"] if one["workload"] not in rightly
    )
    assert len(false) <= 3, false


def test_rows_that_are_proposed_hold_no_attack(day: tuple[Path, list[Injected]], shop: Shop) -> None:
    folder, injected = day
    words = (str(folder / "estate.json"), "--from-flows", str(folder / "day.jsonl"), "--since", SINCE)
    status, out, _ = shop.run("generate", *words)
    assert status == 0
    network = yaml.safe_load(out)["network"]
    (shop.folder / "proposed.yaml").write_text(out)
    status, found = observed(day, shop, "--baseline", "proposed.yaml")
    alerts = [one for one in found["alerts"]["alerts"] if one["kind"] in ("beacon", "port-scan", "host-scan")]
    assert alerts, "what is left out is alerted of still"
    allowed = {cidr for one in network["outside"].values() for cidr in one.get("cidrs", ())}
    names = {name for one in network["outside"].values() for name in one.get("names", ())}
    for one in injected:
        if one.kind.value == "beacon" and not one.meant and not one.beyond:
            called = {flow.destination for flow in one.flows}
            assert not called & names, one.label
            assert not {f"{each}/32" for each in called} & allowed, one.label
    ordinary = [one for one in found["pairs"] if one["state"] == "used"]
    assert len(ordinary) > 150
