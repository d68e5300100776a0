"""Whoever creates a Pod has written its `nodeName`; once it is there, that is the scheduler's doing."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.request import request_of
from hardstand.model.live import live_name
from hardstand.model.verdict import Verdict
from tests.baseline.making import TODAY, baseline_of
from tests.engine.live import scan_live
from tests.gate.reviewing import allowed, answered, review, reviewer

PINNED = "node-pinned"
BLOCK: dict[str, Any] = {"modes": [{"mode": "block", "control": PINNED}]}


def _created(**spec: Any) -> dict[str, Any]:
    """The review of a Pod that is to be created, as the server sent it, with this in its specification."""
    made = review("pod-create")
    made["request"]["object"]["spec"].update(spec)
    return made


def _found(objects: list[dict[str, Any]], settings: Settings | None = None) -> list[str]:
    run = scan_live(objects, settings)
    return [one.locations[0].field for one in run.findings if one.control == PINNED and one.verdict is Verdict.FAIL]


def test_a_pod_that_is_there_has_its_node_from_the_scheduler() -> None:
    assert _found([_created(nodeName="node-7")["request"]["object"]]) == []


def test_other_ways_are_still_reported_of_it() -> None:
    by = baseline_of({"parameters": {PINNED: {"by": ["nodeName", "nodeSelector"]}}})
    settings = Settings(complete=True, cluster="test", baseline=by)
    pod = _created(nodeName="node-7", nodeSelector={"disk": "ssd"})["request"]["object"]
    assert _found([pod], settings) == ["spec.nodeSelector"]


def test_a_template_has_it_from_whoever_wrote_it() -> None:
    made = review("deployment-create")["request"]["object"]
    made["spec"]["template"]["spec"]["nodeName"] = "node-7"
    assert _found([made]) == ["spec.template.spec.nodeName"]


@pytest.mark.parametrize("there", [False, True], ids=["new", "of a name that is there"])
def test_a_pod_that_is_created_so_is_refused(there: bool) -> None:
    asked = _created(nodeName="node-7")
    made = reviewer(BLOCK, *([asked] if there else []))
    assert [allowed(answered(made, one)) for one in (asked, _created(), asked)] == [False, True, False]


def test_an_update_of_one_that_is_there_is_judged_as_in_a_scan() -> None:
    asked = _created(nodeName="node-7")
    before = copy.deepcopy(asked["request"]["object"])
    update = copy.deepcopy(asked)
    update["request"] |= {"operation": "UPDATE", "oldObject": before}
    update["request"]["object"]["spec"]["containers"][0]["image"] = "registry.example/another:2"
    made = reviewer(BLOCK, asked)
    assert [allowed(answered(made, one)) for one in (asked, update, asked)] == [False, True, False]


def test_a_picture_tells_the_two_apart_by_the_page_alone() -> None:
    every = catalog.load()
    live = Live(every, Settings(baseline=baseline_of({}), cluster="test", today=TODAY))
    asked = _created(nodeName="node-7")
    data = json.dumps(asked["request"]["object"]).encode()
    there = Page(live_name(request_of(asked).path), data, live=True)
    live.put(there)
    for page, found in ((there, False), (replace(there, pending=True), True)) * 2:
        assert (PINNED in {one.control for one in live.judge(page).findings}) is found
