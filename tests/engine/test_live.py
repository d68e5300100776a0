"""A picture that is kept up to date says of each object what a scan of the whole would."""

import copy
import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.engine.catalog import load as controls
from hardstand.engine.findings import Page
from hardstand.engine.live import Live, NoObjectError
from hardstand.engine.settings import Settings
from hardstand.model.finding import Finding
from hardstand.model.kind import Kind
from hardstand.model.verdict import Action, Why
from hardstand.sources.interface import Gap
from tests.baseline.making import baseline_of, exception
from tests.engine.live import page, scan_live
from tests.engine.test_live_pages import deployment, pod, replica_set

BLOCK: dict[str, Any] = {"modes": [{"mode": "block"}]}
SHOP = Path(__file__).parents[2] / "examples" / "shop"


def shop() -> list[dict[str, Any]]:
    """The objects of the example, each with a uid."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(SHOP.rglob("*.yaml")):
        if "charts" in file.parts or file.name == "hardstand.yaml":
            continue
        for one in yaml.safe_load_all(file.read_text()):
            if isinstance(one, dict) and one.get("kind") and one.get("metadata", {}).get("name"):
                one["metadata"].setdefault("namespace", "shop")
                one["metadata"]["uid"] = f"uid-{len(found)}"
                found.setdefault(page(one).name, one)
    assert len(found) > 10
    return list(found.values())


def engine_page(one: dict[str, Any]) -> Page:
    made = page(one)
    return Page(made.name, made.data, live=True)


WIDE = frozenset(one.id for one in controls() if one.wide)


def said(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """What is found, but for what only a scan can find: it takes all of the network."""
    return sorted(
        (one.id, one.verdict, one.action, str(one.tier), one.message, str(one.waiver), str(one.object))
        for one in findings
        if one.control not in WIDE
    )


def by_judging(objects: Sequence[dict[str, Any]], live: Live) -> list[tuple[str, ...]]:
    return said(found for one in objects for found in live.judge(engine_page(one)).findings)


SETTINGS = Settings(complete=True, cluster="test")


def built(objects: Iterable[dict[str, Any]], settings: Settings = SETTINGS) -> Live:
    live = Live(controls(), settings)
    for one in objects:
        live.put(engine_page(one))
    return live


def test_every_object_is_judged_as_a_scan_does() -> None:
    objects = shop()
    assert by_judging(objects, built(objects)) == said(scan_live(objects).findings)


def test_a_pending_object_is_judged_as_if_it_were_there() -> None:
    objects = shop()
    live, whole = built(objects), said(scan_live(objects).findings)
    for pending in objects:
        one = engine_page(pending)
        live.remove(one.name)
        judgement = live.judge(one)
        live.put(one)
        # The tier of what makes no pods is that of the picture: only what is found is compared.
        expected = [each[:2] for each in whole if each[-1] == str(judgement.object)]
        assert [each[:2] for each in said(judgement.findings)] == expected


@pytest.mark.parametrize("seed", range(6))
def test_changes_come_to_what_a_scan_of_the_end_says(seed: int) -> None:
    chance = random.Random(seed)
    objects = {page(one).name: one for one in shop()}
    live, there = built(()), dict[str, dict[str, Any]]()
    for _ in range(80):
        name = chance.choice(sorted(objects))
        if name in there and chance.random() < 0.3:
            assert live.remove(name) is not None
            del there[name]
            continue
        one = copy.deepcopy(objects[name])
        if chance.random() < 0.5:
            one["metadata"].setdefault("labels", {})["changed"] = str(chance.random())
        if chance.random() < 0.3:
            one.get("spec", {}).pop("selector", None)
        live.put(engine_page(one))
        there[name] = one
        live.judge(engine_page(chance.choice(list(objects.values()))))
    assert len(live) == len(there)
    assert by_judging(list(there.values()), live) == said(scan_live(list(there.values())).findings)


@pytest.mark.parametrize("holds", [True, False])
def test_blocks_and_exceptions_are_those_of_the_baseline(holds: bool) -> None:
    declared = {**BLOCK, "exceptions": [exception(**{"while": ["host-pid"]})]}
    settings = Settings(complete=True, cluster="test", today=date(2026, 8, 1), baseline=baseline_of(declared))
    web = deployment(securityContext={"privileged": True})
    if not holds:
        web["spec"]["template"]["spec"]["hostPID"] = True
    for only in (None, "privileged-container"):
        chosen = [one for one in controls() if only in (None, one.id)]
        live = Live(chosen, settings)
        found = live.judge(engine_page(web)).findings
        told = [(one.action, one.waiver) for one in found if one.control == "privileged-container"]
        assert told == [(Action.WAIVED, "e1") if holds else (Action.BLOCK, None)]
        run = scan_live([web], settings, controls=[one.id for one in chosen], now=datetime(2026, 8, 1, tzinfo=UTC))
        assert said(found) == said(run.findings)


def test_what_is_about_all_of_the_network_is_left_to_scans() -> None:
    """It is neither found nor passed; an exception that depends on it does not hold, since nobody knows."""
    declared = {**BLOCK, "exceptions": [exception(**{"while": ["metadata-endpoint-reachable"]})]}
    settings = Settings(complete=True, cluster="test", today=date(2026, 8, 1), baseline=baseline_of(declared))
    web = deployment(securityContext={"privileged": True})
    shut = {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    }  # fmt: skip
    shut["metadata"]["namespace"] = web["metadata"].get("namespace", "default")
    live = Live(controls(), settings)
    live.put(engine_page(shut))
    found = live.judge(engine_page(web)).findings
    assert not {one.control for one in found} & WIDE
    assert [one.action for one in found if one.control == "privileged-container"] == [Action.BLOCK]
    run = scan_live([web, shut], settings, now=datetime(2026, 8, 1, tzinfo=UTC))
    assert [one.action for one in run.findings if one.control == "privileged-container"] == [Action.WAIVED]
    open_ = scan_live([web], settings, now=datetime(2026, 8, 1, tzinfo=UTC))
    assert "metadata-endpoint-reachable" in {one.control for one in open_.findings}
    assert [one.action for one in open_.findings if one.control == "privileged-container"] == [Action.BLOCK]


def test_a_gap_is_unknown_here_too() -> None:
    live = built([deployment(envFrom=[{"secretRef": {"name": "s"}}])])
    live.missing([Gap(Kind("", "ServiceAccount"), None, Why.MAY_NOT_LIST, "service accounts may not be listed")])
    web = deployment()
    web["spec"]["template"]["spec"]["serviceAccountName"] = "other"
    found = live.judge(engine_page(web)).findings
    assert Why.MAY_NOT_LIST in {one.why for one in found if one.control == "service-account-not-found"}


def test_who_owns_a_pod_is_told() -> None:
    web = deployment()
    first = replica_set(web)
    live = built([web, first])
    owned = live.judge(engine_page(pod(first))).owned
    assert owned is not None
    assert (owned.alike, str(owned.maker.ref), str(owned.by.ref)) == (
        True,
        "ReplicaSet shop/web-5d",
        "Deployment shop/web",
    )
    forged = pod(first)
    forged["spec"]["hostPID"] = True
    assert not live.judge(engine_page(forged)).owned.alike  # type: ignore[union-attr]
    stranger = pod(first)
    stranger["metadata"]["ownerReferences"][0]["uid"] = "no such"
    assert live.judge(engine_page(stranger)).owned is None


def test_what_is_no_object_is_said() -> None:
    with pytest.raises(NoObjectError, match=r"no metadata\.name"):
        built(()).judge(Page("cluster:/x", json.dumps({"apiVersion": "v1", "kind": "Pod"}).encode(), live=True))


def test_nothing_blocks_without_a_baseline() -> None:
    objects = shop()
    assert {one.action for one in built(objects).judge(engine_page(objects[0])).findings} <= {Action.WARN}
