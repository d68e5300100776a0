"""JUnit: valid XML whatever was scanned, and what GitLab and Jenkins read of it."""

import xml.etree.ElementTree as ET

from hardstand.model.verdict import Action, Verdict, Why
from hardstand.report.junit import render

from .runs import EMPTY, PAGES, finding, hostile_run, run_of, scanned, unread


def suites(run):
    """The suites by name; their counts are checked."""
    root = ET.fromstring(render(run, PAGES).encode("utf-8", "backslashreplace"))
    outcomes = ("failure", "error", "skipped")
    for node in [root, *root.findall("testsuite")]:
        cases = list(node.iter("testcase"))
        assert int(node.get("tests")) == len(cases)
        for outcome, counted in zip(outcomes, ("failures", "errors", "skipped"), strict=True):
            assert int(node.get(counted)) == sum(case.find(outcome) is not None for case in cases)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)), "GitLab keeps one of several tests that share their names"
    return {node.get("name"): node for node in root.findall("testsuite")}


def test_the_scanned_estate(monkeypatch):
    run = scanned(monkeypatch)
    found = suites(run)
    assert set(found) == {"inputs", *(one.control for one in run.coverage)}
    case = found["privileged-container"].find("testcase")
    assert case.get("classname") == "workload.privileged-container"
    assert case.get("name").startswith("Deployment shop/web") or case.get("name").startswith("Pod front/edge")
    assert "explain privileged-container" in case.find("failure").text
    assert case.find("failure").get("type") == "critical"


def test_empty_and_unreadable():
    assert suites(EMPTY) == {}
    broken, unrendered = suites(unread(EMPTY))["inputs"]
    assert broken.get("name") == "estate/broken.yaml:3:5"
    assert broken.find("error").text.endswith("a tab may not start a line")
    assert unrendered.find("error").get("type") == "not-rendered"


def test_controls_without_findings_pass_or_are_skipped():
    found = suites(run_of())
    assert found["privileged-container"].find("testcase/*") is None
    assert found["quiet-control"].find("testcase/skipped") is not None


def test_unknown_is_an_error_only_where_it_blocks():
    unknown = finding(verdict=Verdict.UNKNOWN, why=Why.CRASHED, fix=None)
    case = suites(run_of(unknown))["privileged-container"].find("testcase")
    assert case.find("skipped").text.startswith("unknown: crashed")
    blocking = finding(verdict=Verdict.UNKNOWN, why=Why.CRASHED, fix=None, action=Action.BLOCK)
    assert suites(run_of(blocking))["privileged-container"].find("testcase/error").get("type") == "unknown: crashed"


def test_waived_is_skipped_with_its_waiver():
    case = suites(run_of(finding(action=Action.WAIVED, waiver="until spring")))["privileged-container"].find("testcase")
    assert case.find("skipped").text.startswith("waived: until spring")


def test_two_places_with_one_caption_keep_both():
    run = run_of(finding(), finding(id="00000000000000ab", place_file="b.yaml"))
    names = [case.get("name") for case in suites(run)["privileged-container"]]
    assert names[1] == f"{names[0]} in b.yaml (2)"


def test_hostile_text_is_text():
    found = suites(hostile_run())
    assert "</script><img src=x" in found["privileged-container"].find("testcase/failure").text
