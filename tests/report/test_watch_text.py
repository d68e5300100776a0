"""What a watch tells a person of what came at once: an object a paragraph, every control named, nothing twice."""

import dataclasses
import re
from typing import Any

from hardstand.model.finding import Finding, Location
from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report.watch import WatchEvent
from hardstand.report.watch_text import text_lines
from tests.engine.live import scan_live

from .runs import HOSTILE, finding

TIME = "2026-11-22T17:05:40.000Z"
BAD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "bad", "namespace": "shop"},
    "spec": {
        "hostNetwork": True,
        "hostPID": True,
        "containers": [
            {"name": "a", "image": "a", "securityContext": {"privileged": True}},
            {"name": "b", "image": "b:latest"},
        ],
    },
}


def event(word: str, one: Finding, before: Finding | None = None) -> WatchEvent:
    return WatchEvent(TIME, word, "prod", one, before)


def told(*events: WatchEvent, colour: bool = False) -> list[str]:
    return "".join(text_lines(events, colour=colour)).splitlines()


def of_the_bad_pod() -> list[Finding]:
    return [one for one in scan_live([BAD]).findings if one.object.name == "bad"]


def test_a_bad_pod_is_a_paragraph_in_which_every_control_is_named_once() -> None:
    found = of_the_bad_pod()
    controls = {one.control for one in found}
    assert len(controls) > 12
    assert len(found) > len(controls)
    lines = told(*(event("opened", one) for one in found))
    assert len(lines) < 6 + len(found) / 2
    assert re.fullmatch(rf"17:05:40 \+ Pod shop/bad: {len(found)} opened    tier \w+", lines[0])
    assert all(line.startswith(" " * 9) for line in lines[1:])
    words = " ".join(line.strip() for line in lines[1:])
    named = re.findall(r"[a-z]+(?:-[a-z0-9]+)+(?=\]|,|$)", words)
    assert sorted(named) == sorted(controls)
    assert lines[1].startswith(" " * 9 + "+ critical[")
    assert "+ and " in words
    assert any("privileged-container] container a runs privileged (spec.containers[name=a]" in line for line in lines)
    assert any(line.endswith("    in 2 places") for line in lines) or "in 2 places" not in words


def test_what_blocks_comes_first_and_what_closed_is_named() -> None:
    low = finding(control="quiet-control", severity=Severity.LOW, action=Action.BLOCK, tier="high", message="is low")
    more = finding(tier="high", place_caption="Pod shop/web", place_field="spec.hostPID", message="is seen")
    gone = [finding(control=name, tier="high") for name in ("a-control", "b-control")]
    was = finding(control="c-control", tier="low", severity=Severity.HIGH)
    now = dataclasses.replace(was, tier="high", action=Action.WAIVED, waiver="e1")
    lines = told(
        *(event("closed", one) for one in gone), event("changed", now, was), event("opened", more), event("opened", low)
    )
    assert lines == [
        "17:05:40   Pod shop/web: 2 opened, 1 changed, 2 closed, 1 blocks    tier high",
        "         + low[quiet-control] container web is low (spec.containers[name=web].securityContext.privileged)"
        "    blocks",
        "         + critical[privileged-container] is seen (spec.hostPID)",
        "         ~ high[c-control] container web runs privileged "
        "(spec.containers[name=web].securityContext.privileged)    was tier low, warn, now waived by e1",
        "         - a-control, b-control",
    ]


def test_one_event_of_an_object_is_one_line_and_objects_stay_apart() -> None:
    other = finding(object=dataclasses.replace(finding().object, name="db"), place_caption="Pod shop/db, container db")
    made = Location("cluster:/x", 1, 1, 1, 1, "", "made by Deployment shop/db", "", rendered=False)
    other = dataclasses.replace(other, locations=(*other.locations, made))
    assert told(event("closed", finding(tier="low")), event("opened", other)) == [
        "17:05:40 - critical[privileged-container] Pod shop/web, container web runs privileged "
        "(spec.containers[name=web].securityContext.privileged)    tier low",
        "17:05:40 + critical[privileged-container] Pod shop/db, container db runs privileged "
        "(spec.containers[name=web].securityContext.privileged; made by Deployment shop/db)    warns",
    ]
    twice = told(event("opened", other), event("opened", dataclasses.replace(other, control="quiet-control")))
    assert twice[0] == "17:05:40 + Pod shop/db: 2 opened    made by Deployment shop/db"


def test_the_watch_itself_comes_last() -> None:
    counts = {"block": 1, "warn": 2, "waived": 0, "unknown": 0, "objects": 7}
    begun = WatchEvent(TIME, "begun", "prod", counts=counts)
    broken = WatchEvent(TIME, "broken", "prod", broken=[("Secret", "may not be listed")])
    lines = told(begun, broken, event("opened", finding()))
    assert lines[1:] == [
        "17:05:40   watching prod: 1 block · 2 warn · 0 waived · 0 unknown    7 objects",
        "17:05:40 ! Secret cannot be followed at the moment: may not be listed",
    ]


def test_unknown_is_told_as_such_and_nothing_scanned_steers_the_terminal() -> None:
    unknown = finding(verdict=Verdict.UNKNOWN, why=Why.CRASHED, message=f"cannot be told {HOSTILE}")
    hostile = finding(
        object=dataclasses.replace(finding().object, name=HOSTILE),
        place_caption=HOSTILE,
        place_field=HOSTILE,
        waiver=HOSTILE,
        action=Action.WAIVED,
    )
    text = "\n".join(told(event("opened", unknown), event("opened", hostile), event("closed", hostile)))
    assert "unknown[privileged-container]" in text
    for mark in "\x1b\x00\u202e":
        assert mark not in text
    coloured = told(event("opened", unknown), colour=True)
    assert "\x1b[35munknown[privileged-container]\x1b[0m" in coloured[0]
