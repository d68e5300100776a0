"""Workflow commands: read back as GitHub's runner reads them."""

from urllib.parse import unquote

from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report.github import render

from .runs import EMPTY, PAGES, finding, hostile_run, run_of, scanned, unread


def commands(run):
    """(command, properties, text) of each line but the last, by the rules of the runner's ActionCommand."""
    *lines, last = render(run, PAGES).splitlines()
    assert not last.startswith("::")
    found = []
    for line in lines:
        assert line.startswith("::")
        head, _, text = line[2:].partition("::")
        name, _, listed = head.partition(" ")
        properties = dict(part.split("=", 1) for part in listed.split(","))
        found.append((name, {key: unquote(value) for key, value in properties.items()}, unquote(text)))
    return found


def test_the_scanned_estate(monkeypatch):
    found = commands(scanned(monkeypatch))
    assert {name for name, _, _ in found} == {"error", "notice"}
    edge = next(properties for name, properties, text in found if name == "error" and "front/edge" in text)
    assert edge == {
        "file": "estate/edge.yaml",
        "line": "11",
        "endLine": "11",
        "col": "21",
        "endColumn": "25",
        "title": "critical[privileged-container]",
    }
    assert [name for name, _, _ in found] == ["error", "error", "notice", "notice", "error"]


def test_actions_are_levels():
    unknown = {"verdict": Verdict.UNKNOWN, "why": Why.CRASHED, "fix": None}
    levels = {
        "error": finding(action=Action.BLOCK),
        "warning": finding(),
        "notice": finding(**unknown),
    }
    for level, one in levels.items():
        assert [name for name, _, _ in commands(run_of(one))] == [level]
    assert commands(run_of(finding(action=Action.BLOCK, **unknown)))[0][0] == "error"
    assert commands(run_of(finding(action=Action.WAIVED))) == []
    assert commands(EMPTY) == []


def test_what_could_not_be_read_comes_first():
    found = commands(unread(run_of(finding(action=Action.BLOCK))))
    assert [(name, properties["title"]) for name, properties, _ in found[:2]] == [
        ("error", "hardstand: unreadable"),
        ("error", "hardstand: not-rendered"),
    ]


def test_each_root_cause_is_told_once_before_any_is_told_twice():
    many = [finding(id=f"{n:016x}", severity=Severity.HIGH, place_line=n + 1, place_end_line=n + 1) for n in range(30)]
    lone = finding(id="f" * 16, severity=Severity.LOW, root_cause="other", place_file="z.yaml")
    found = commands(run_of(*many, lone))
    assert [properties["file"] for _, properties, _ in found[:3]] == ["a.yaml", "z.yaml", "a.yaml"]
    assert "One of 30 places" in found[0][2]
    assert len(found) == 31


def test_an_object_is_marked_at_its_first_line_and_a_template_as_a_whole():
    whole = finding(place_line=4, place_end_line=20)
    assert set(commands(run_of(whole))[0][1]) == {"file", "line", "title"}
    rendered = commands(run_of(finding(place_rendered=True)))[0]
    assert set(rendered[1]) == {"file", "title"}
    assert "Line 2 of the rendered text." in rendered[2]


def test_hostile_text_makes_no_command_of_its_own():
    found = commands(hostile_run())
    # One fault, one unknown, one unreadable input and two notes of the baseline; what is waived is left out.
    assert len(found) == 5
    assert all("::error::,:" in text for _, _, text in found)
