"""The exact text that a person sees, and what every format makes of empty, unreadable and hostile input."""

import html
import os
import re

import pytest

from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report import FORMATS, render
from hardstand.report.text import last_line

from .runs import EMPTY, HERE, PAGES, finding, hostile_run, run_of, scanned, unread


def expected(name: str, found: str) -> str:
    """The stored text; with HARDSTAND_WRITE_EXPECTED set it is written first, to be read in the diff."""
    path = HERE / "expected" / name
    if os.environ.get("HARDSTAND_WRITE_EXPECTED"):
        path.write_text(found, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["text", "github", "markdown", "junit", "sarif", "json"])
def test_the_small_estate_reads_as_expected(monkeypatch, name):
    found = render(name, unread(scanned(monkeypatch)), PAGES)
    assert found == expected(f"estate.{name}", found)


def test_colour_says_the_same(monkeypatch):
    run = unread(scanned(monkeypatch))
    coloured = render("text", run, PAGES, colour=True)
    assert coloured != render("text", run, PAGES)
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == render("text", run, PAGES)
    assert len(re.findall(r"\x1b\[[0-9;]*m[^\x1b]*\x1b\[0m", coloured)) == coloured.count("\x1b[0m") > 0
    assert "\x1b[1;31mcritical[privileged-container]\x1b[0m" in coloured
    assert "\x1b[35munknown[not-in-input]\x1b[0m" in coloured


def test_the_last_line_counts():
    block, warn = finding(action=Action.BLOCK), finding(id="00000000000000ab")
    waived = finding(id="00000000000000ac", action=Action.WAIVED, waiver="until spring")
    run = run_of(block, warn, waived)
    assert last_line(run) == "1 block · 1 warn · 1 waived · 0 unknown · 1 pass    2 objects, 1 skipped, 0.2 s"
    assert render("text", run, PAGES).splitlines()[-1] == last_line(run)
    assert last_line(EMPTY) == "0 block · 0 warn · 0 waived · 0 unknown · 0 pass    0 objects, 0.0 s"
    assert last_line(unread(EMPTY)).startswith("2 unreadable · 0 block")


def test_what_is_switched_off_is_not_told():
    run = run_of(finding(action=Action.OFF, message="is not to be seen"))
    for name in set(FORMATS) - {"json"}:
        assert "is not to be seen" not in render(name, run, PAGES), name
    assert "is not to be seen" in render("json", run, PAGES)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_run_is_told(name):
    found = render(name, EMPTY, PAGES)
    assert found.endswith("\n")
    assert found.strip()


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_hides_what_could_not_be_read(name):
    found = render(name, unread(EMPTY), PAGES)
    assert "a tab may not start a line" in found
    assert "broken.yaml" in found
    assert "helm is not here" in found


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_hides_what_is_unknown(name):
    one = finding(verdict=Verdict.UNKNOWN, why=Why.CRASHED, message="cannot be told: the control failed", fix=None)
    assert "cannot be told: the control failed" in html.unescape(render(name, run_of(one), PAGES))


@pytest.mark.parametrize("name", FORMATS)
def test_scanned_text_steers_nothing(name):
    found = render(name, hostile_run(), PAGES)
    if name == "json":  # Kept as it is, escaped by JSON.
        assert "\x1b" not in found
        return
    for character in "\x1b\x00\u202e":
        assert character not in found, f"{name} lets {character!r} through"


def test_severities_stand_in_order_and_blocking_comes_first():
    run = run_of(
        finding(id="00000000000000a1", severity=Severity.LOW, root_cause="a", message="is low"),
        finding(id="00000000000000a2", severity=Severity.CRITICAL, root_cause="b", message="is critical"),
        finding(id="00000000000000a3", severity=Severity.MEDIUM, root_cause="c", message="blocks", action=Action.BLOCK),
    )
    heads = [line for line in render("text", run, PAGES).splitlines() if re.match(r"\w+\[", line)]
    assert [line.partition("[")[0] for line in heads] == ["medium", "critical", "low"]
    assert heads[0].endswith("    blocks")
