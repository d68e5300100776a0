"""SARIF: valid by the published schema, addressed and fingerprinted so that its readers can rely on it."""

import dataclasses
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report.sarif import FINGERPRINT, SCHEMA, render
from hardstand.report.sarif_text import artifact_location, message

from .runs import EMPTY, HOSTILE, PAGES, excepted, finding, hostile_run, page, run_of, scanned, unread

PUBLISHED = Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json"
VALIDATOR = Draft4Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def log(run, pages=PAGES):
    """The log, valid; and every index in it leads to the thing of that name."""
    found = json.loads(render(run, pages))
    VALIDATOR.validate(found)
    assert found["$schema"] == SCHEMA == VALIDATOR.schema["id"]
    (told,) = found["runs"]
    driver = told["tool"]["driver"]
    for result in told["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    places = [place for result in told["results"] for place in result["locations"]]
    places += [
        place for one in told["invocations"][0]["toolExecutionNotifications"] for place in one.get("locations", [])
    ]
    for place in places:
        address = dict(place["physicalLocation"]["artifactLocation"])
        assert told["artifacts"][address.pop("index")]["location"] == address
    for rule in driver["rules"]:
        for relationship in rule.get("relationships", []):
            target = relationship["target"]
            taxonomy = told["taxonomies"][target["toolComponent"]["index"]]
            assert taxonomy["name"] == target["toolComponent"]["name"]
            assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
    for notification in told["invocations"][0]["toolExecutionNotifications"]:
        if "descriptor" not in notification:
            continue  # What the baseline says is of no sort that is listed.
        named = notification["descriptor"]
        assert driver["notifications"][named["index"]]["id"] == named["id"]
    return told


@pytest.mark.parametrize("make", [lambda: EMPTY, lambda: unread(EMPTY), hostile_run, lambda: run_of(finding())])
def test_it_is_valid_by_the_published_schema(make):
    log(make())


def test_the_scanned_estate(monkeypatch):
    run = scanned(monkeypatch)
    told = log(run)
    assert told["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in told["tool"]["driver"]["rules"]] == [one.control for one in run.coverage]
    assert len(told["results"]) == len(run.findings) > 0
    assert {result["partialFingerprints"][FINGERPRINT] for result in told["results"]} == {
        one.id for one in run.findings
    }
    edge = next(one for one in told["results"] if "edge" in one["message"]["text"] and one["kind"] == "fail")
    (place,) = edge["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "estate/edge.yaml"
    region = {"startLine": 11, "startColumn": 21, "endLine": 11, "endColumn": 25, "snippet": {"text": "true"}}
    assert place["physicalLocation"]["region"] == region
    assert edge["level"] == "error"
    assert told["invocations"][0]["executionSuccessful"] is True


def test_rules_carry_the_page_and_githubs_severity():
    pages = dict(PAGES)
    for severity in Severity:
        pages[severity.word] = page(severity.word, "workload", severity.word)
    told = log(run_of(*(finding(control=one.word, severity=one) for one in Severity)), pages)
    rules = {rule["id"]: rule for rule in told["tool"]["driver"]["rules"]}
    bands = {"low": (0.1, 4.0), "medium": (4.0, 7.0), "high": (7.0, 9.0), "critical": (9.01, 10.01)}
    for word, (least, below) in bands.items():
        assert least <= float(rules[word]["properties"]["security-severity"]) < below
    assert [rules[word]["defaultConfiguration"]["level"] for word in bands] == ["note", "warning", "error", "error"]
    rule = rules["privileged-container"]
    assert rule["shortDescription"]["text"] == "Privileged container"
    assert rule["fullDescription"]["text"] == "It is bad when `privileged-container`."
    assert "## Fix\n\nMend it at the field." in rule["help"]["markdown"]
    assert "And {{worse}} later." in rule["help"]["text"], "braces are doubled (SARIF 3.11.5)"
    assert len(rule["properties"]["tags"]) <= 10, "GitHub shows ten tags and refuses more than twenty"


def test_unknown_is_open_and_of_no_level():
    (result,) = log(run_of(finding(verdict=Verdict.UNKNOWN, why=Why.NOT_IN_INPUT)))["results"]
    assert (result["kind"], result["level"], result["properties"]["why"]) == ("open", "none", "not-in-input")


def test_waived_is_suppressed_and_the_others_say_that_they_are_not():
    waived = finding(id="00000000000000ab", action=Action.WAIVED, waiver="until spring")
    one, other = log(run_of(finding(), waived))["results"]
    assert one["suppressions"] == []
    assert other["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "until spring"}]
    (alone,) = log(run_of(finding()))["results"]
    assert "suppressions" not in alone


def test_what_could_not_be_read_makes_the_run_unsuccessful():
    (invocation,) = log(unread(EMPTY))["invocations"]
    assert invocation["executionSuccessful"] is False
    broken, unrendered = invocation["toolExecutionNotifications"]
    assert (broken["descriptor"]["id"], broken["level"]) == ("unreadable", "error")
    assert broken["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}
    assert unrendered["descriptor"]["id"] == "not-rendered"


def test_a_line_of_rendered_text_is_no_region_of_the_template():
    (result,) = log(run_of(finding(place_rendered=True)))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "line 2 of the rendered text" in result["message"]["text"]


@pytest.mark.parametrize(
    ("path", "uri", "based"),
    [
        ("deploy/web.yaml", "deploy/web.yaml", True),
        ("./deploy//web.yaml", "deploy/web.yaml", True),
        ("a b/ü%.yaml", "a%20b/%C3%BC%25.yaml", True),
        ("c:/web#1?.yaml", "c%3A/web%231%3F.yaml", True),
        ("raw\udcff.yaml", "raw%FF.yaml", True),
        ("../up.yaml", "../up.yaml", False),
        ("/srv/a b.yaml", "file:///srv/a%20b.yaml", False),
        ("<stdin>", "%3Cstdin%3E", True),
    ],
)
def test_addresses_are_encoded(path, uri, based):
    found = artifact_location(path)
    assert found["uri"] == uri
    assert ("uriBaseId" in found) is based


def test_a_hostile_path_stays_one_address():
    uri = artifact_location(f"dir/{HOSTILE}")["uri"]
    assert set(uri) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%/")
    assert unquote(uri) == f"dir/{HOSTILE}"


def test_messages_hold_no_placeholder_and_no_link():
    assert message("see [here](1) and {0}")["text"] == "see \\[here](1) and {{0}}"
    assert message("containers[name=web]")["text"] == "containers[name=web]"


def test_fixes_are_told_as_changes_of_the_object():
    (result,) = log(run_of(finding()))["results"]
    assert "fixes" not in result
    assert result["properties"]["fix"]["patch"][0]["op"] == "remove"
    (bare,) = log(run_of(dataclasses.replace(finding(), fix=None)))["results"]
    assert "fix" not in bare["properties"]


def test_a_suppression_is_justified_by_its_exception():
    one = finding(action=Action.WAIVED, waiver="agent")
    (result,) = log(run_of(one, exceptions=(excepted("agent", "active"),)))["results"]
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "agent: it has to stay (approved by ciso, until 2026-12-01, SEC-1)",
        }
    ]
