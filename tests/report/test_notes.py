"""What the baseline's owners have to know is in every report that people read, and in the contract."""

import dataclasses
import html
import json

import pytest

from hardstand.model.finding import ObjectRef
from hardstand.model.run import Tightening
from hardstand.model.verdict import Action, Verdict, Why
from hardstand.report import render
from hardstand.report.notes import notes_of
from hardstand.report.text import last_line

from .runs import PAGES, excepted, finding, run_of

SOON = Tightening(
    "hardstand.yaml:9",
    "2026-12-01",
    9,
    "control host-pid turns to block",
    2,
    (ObjectRef("v1", "Pod", "shop", "web"),),
    ("host-pid",),
)
RUN = run_of(
    exceptions=(
        excepted("used", "active", days_left=90, expires="2027-02-20", waived=3),
        excepted("unneeded", "unused", days_left=90),
        excepted("last-days", "ending", waived=1),
        excepted("today", "ending", days_left=0, waived=1),
        excepted("gone", "expired", days_left=-1, expires="2026-11-21", lapsed=2),
        excepted("alone", "lapsed", lapsed=1, waived=2, reasons=("Pod shop/web: host-pid does not pass: fail",)),
    ),
    tightening=(SOON, dataclasses.replace(SOON, place="hardstand.yaml:10", findings=0, objects=(), controls=())),
)


def test_the_most_urgent_comes_first_and_what_is_well_is_not_told() -> None:
    told = [(one.level, one.text, *one.details) for one in notes_of(RUN)]
    assert told == [
        (
            "warning",
            "exception `alone` (hardstand.yaml:7, team-a) does not hold for 1 finding; it waives 2 others",
            "Pod shop/web: host-pid does not pass: fail",
        ),
        ("warning", "exception `gone` (hardstand.yaml:7, team-a) expired on 2026-11-21 and waives 2 findings no more"),
        (
            "note",
            "exception `today` (hardstand.yaml:7, team-a) ends today, with the end of the day in UTC: 2026-12-01",
        ),
        ("note", "exception `last-days` (hardstand.yaml:7, team-a) ends in 9 days: 2026-12-01"),
        ("note", "exception `unneeded` (hardstand.yaml:7, team-a) matches nothing in this input"),
        (
            "warning",
            "control host-pid turns to block on 2026-12-01, in 9 days (hardstand.yaml:9): 2 findings would be blocked",
            "Pod shop/web",
        ),
        (
            "note",
            "control host-pid turns to block on 2026-12-01, in 9 days (hardstand.yaml:10); "
            "nothing here would be blocked",
        ),
    ]


@pytest.mark.parametrize("name", ["text", "markdown", "github", "html", "sarif", "junit"])
def test_each_is_in_what_people_read(name: str) -> None:
    found = html.unescape(render(name, RUN, PAGES))
    for note in notes_of(RUN):
        for words in (note.text, *note.details):
            assert words in found, words


def test_the_last_line_counts_those_that_end() -> None:
    assert "0 waived (2 end in 0 days)" in last_line(RUN)


def test_the_contract_holds_them_all() -> None:
    told = json.loads(render("json", RUN, PAGES))
    assert [one["state"] for one in told["exceptions"]] == [one.state for one in RUN.exceptions]
    assert told["tightening"][0]["objects"] == [{"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web"}]


def test_without_a_baseline_the_contract_has_neither() -> None:
    assert not {"exceptions", "tightening", "tiers"} & json.loads(render("json", run_of(), PAGES)).keys()


UNLISTED = {
    "verdict": Verdict.UNKNOWN,
    "why": Why.MAY_NOT_LIST,
    "message": "Secret may not be listed; `hardstand doctor` prints the role that allows it",
    "fix": None,
}
POOR = run_of(
    finding(id="00000000000000b1", root_cause="may-not-list:Secret:", **UNLISTED),
    finding(id="00000000000000b2", root_cause="may-not-list:Secret:", control="quiet-control", **UNLISTED),
    finding(id="00000000000000b3", root_cause="may-not-list:NetworkPolicy.networking.k8s.io:shop", **UNLISTED),
    finding(id="00000000000000b4", root_cause="may-not-list:Role:", action=Action.OFF, **UNLISTED),
)


@pytest.mark.parametrize("name", ["text", "markdown", "github", "html", "sarif", "junit"])
def test_what_may_not_be_listed_is_said_at_the_end_with_the_remedy(name: str) -> None:
    found = html.unescape(render(name, POOR, PAGES))
    words = (
        "may not be listed: NetworkPolicy.networking.k8s.io in shop, Secret; for want of it 2 controls cannot answer"
    )
    assert f"{words} (3 findings)" in found
    remedy = (
        "`hardstand doctor --verb scan` prints the role that allows it; with `unknown: block` in the baseline it blocks"
    )
    assert remedy in found
    if name == "text":
        *_, warning, hint, empty, _ = found.splitlines()
        assert (warning.partition(":")[0], hint[:2], empty) == ("warning", "  ", "")


def test_where_it_blocks_that_is_said() -> None:
    blocking = run_of(dataclasses.replace(POOR.findings[0], action=Action.BLOCK))
    assert "allows it; the baseline blocks on what is unknown" in render("text", blocking, PAGES)


def test_the_contract_says_what_may_not_be_listed() -> None:
    assert json.loads(render("json", POOR, PAGES))["unlisted"] == [
        {
            "kind": "NetworkPolicy.networking.k8s.io",
            "namespace": "shop",
            "findings": 1,
            "controls": ["privileged-container"],
        },
        {"kind": "Secret", "namespace": None, "findings": 2, "controls": ["privileged-container", "quiet-control"]},
    ]
    assert "unlisted" not in json.loads(render("json", RUN, PAGES))
