"""Markdown: scanned text stands in code spans, as characters."""

import re

import pytest

from hardstand.report.markdown import LONGEST, code, render
from hardstand.report.safe import plain

from .runs import EMPTY, HOSTILE, PAGES, finding, hostile_run, run_of, unread


@pytest.mark.parametrize("text", [HOSTILE, "`", "``a`", " a ", "", "a`b", "plain"])
def test_code_holds_its_text(text):
    """Read back by CommonMark's rule for code spans."""
    found = code(text)
    fence, inner = re.fullmatch(r"(`+)(.*?)(?<!`)\1", found).groups()
    assert fence not in re.findall("`+", inner)
    if inner.startswith(" ") and inner.endswith(" ") and inner.strip():
        inner = inner[1:-1]
    assert inner == (plain(text) or " ")


def test_nothing_scanned_stands_outside_a_code_span():
    bare = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", render(hostile_run(), PAGES))
    for mark in ("script", "img", "alert", "team", "http", "](", "@"):
        assert mark not in bare


def test_it_fits_a_comment_and_counts_the_rest():
    run = run_of(*(finding(id=f"{n:016x}", root_cause=f"cause {n}") for n in range(2_000)))
    found = render(run, PAGES)
    assert len(found) <= LONGEST
    shown = found.count("<details>")
    assert f"**And {2_000 - shown} more root causes**" in found


def test_a_single_root_cause_too_large_is_counted_in_one_number():
    found = render(run_of(finding(message="x" * LONGEST)), PAGES)
    assert "**And 1 more root cause**" in found


def test_many_places_and_many_faults_are_counted():
    run = run_of(*(finding(id=f"{n:016x}") for n in range(12)))
    assert "- and 2 more" in render(run, PAGES)


def test_empty_and_unreadable():
    assert "Nothing to mend." in render(EMPTY, PAGES)
    found = render(unread(EMPTY), PAGES)
    assert "### 2 could not be read" in found
    assert "Nothing to mend." not in found
