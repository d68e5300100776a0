"""The budget, and how alerts are told."""

import json

from hardstand.network.alerts.telling import as_lines, as_object
from tests.network.alerting import API, BEFORE, DB, WEB, flow, lookup, out, watched

FLOWS = [
    *(flow(WEB, DB, 50 + port, port, answered=True) for port in range(5_001, 5_005)),
    *(out(WEB, "203.0.113.50", 300 * n, bytes_sent=512) for n in range(200)),
    flow(API, DB, 7, 22, answered=True),
]


def test_within_the_budget_the_most_severe_are_told_and_the_rest_is_one_line() -> None:
    found = watched(FLOWS, budget=2)
    assert [(one.workload, one.kind.value) for one in found.told] == [
        (WEB, "beacon"),
        (API, "new-flow"),
        (WEB, "new-flow"),
    ]
    (rest,) = found.folded
    assert str(rest) == f"{WEB} on 2026-06-04: 3 more beyond its budget (new-flow 3), at most low"
    assert {*rest.ids} | {one.id for one in found.told} == {one.id for one in found.all}


def test_no_budget_tells_all_and_none_tells_lines_only() -> None:
    assert watched(FLOWS).folded == ()
    found = watched(FLOWS, budget=0)
    assert found.told == []
    assert sum(len(one.ids) for one in found.folded) == len(found.all) == 6


def test_the_json_has_everything() -> None:
    told = json.loads(json.dumps(as_object(watched(FLOWS, budget=2))))
    assert [one["told"] for one in told["alerts"]].count(False) == 3
    assert told["folded"][0]["kinds"] == {"new-flow": 3}
    beacon = told["alerts"][0]
    assert beacon["kind"] == "beacon"
    assert {"name": "calls", "value": 200, "limit": 8, "unit": None} in beacon["numbers"]
    assert beacon["places"][0] == {"file": "flows.jsonl", "line": 1}
    assert beacon["first_seen"] == "2026-06-04T00:00:00Z"


def test_lines_say_the_numbers_the_places_and_what_to_do() -> None:
    text = "\n".join(as_lines(watched(FLOWS, budget=1)))
    assert f"high[beacon]: {WEB} calls 203.0.113.50 TCP 443 about every 5 min, 200 times" in text
    assert "calls 200 (limit 8)" in text
    assert "  --> flows.jsonl:1" in text
    assert "  help: Find the process that calls" in text
    assert "Beyond the budget" in text
    assert text.endswith("2 told; 0 things are regular or many, and were so before")


def test_what_was_scanned_cannot_steer_a_terminal() -> None:
    evil = "\x1b]0;owned\x07"
    flows = [flow(f"shop/{evil}[Pod]", DB, 5, 5_432)]
    names = [lookup(WEB, f"{n:060}{evil}.evil.example", n, "NULL") for n in range(40)]
    text = "\n".join(as_lines(watched(flows, names)))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "evil.example" in text


def test_what_was_not_judged_is_said() -> None:
    text = "\n".join(as_lines(watched([flow(WEB, API, 1)], before=())))
    assert "Not judged:\n  there is no reference" in text
    assert "Not judged" not in "\n".join(
        as_lines(watched([out(API, "api.pay.example", 1, bytes_sent=5)], before=BEFORE))
    )
