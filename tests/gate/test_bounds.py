"""What is told stays within what the API server lets through, whatever is found."""

import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.baseline.load import built_in
from hardstand.engine import catalog
from hardstand.gate.annotating import annotations
from hardstand.gate.telling import Line, lines, told_findings
from hardstand.gate.words import Fixes, causes, denial, warnings
from hardstand.model.finding import Finding, Location, ObjectRef
from hardstand.model.verdict import Action, Confidence, Severity, Verdict
from tests.baseline.making import baseline_of, exception
from tests.gate.reviewing import answered, message, notes, review, reviewer

CONTROLS = catalog.load()
FIXES = Fixes(CONTROLS)
TEXT = st.text(max_size=20) | st.text(min_size=250, max_size=300)


@st.composite
def finding(draw: st.DrawFn) -> Finding:
    one = draw(st.sampled_from(CONTROLS))
    location = Location("f", 1, 1, 1, 1, draw(TEXT), draw(TEXT), "", rendered=False)
    return Finding(
        id=draw(st.text("0123456789abcdef", min_size=16, max_size=16)),
        control=one.id,
        area=one.area,
        verdict=draw(st.sampled_from([Verdict.FAIL, Verdict.UNKNOWN])),
        why=None,
        severity=one.severity,
        confidence=Confidence.HIGH,
        tier="high",
        action=draw(st.sampled_from([Action.BLOCK, Action.WARN, Action.WAIVED])),
        object=ObjectRef("v1", "Pod", "shop", "web"),
        locations=(location,),
        message=draw(TEXT),
        root_cause="",
        fix=None,
        frameworks=(),
        waiver=draw(st.none() | TEXT),
    )


def harmless(text: str) -> bool:
    """Nothing in it steers a terminal, breaks a line or is no character."""
    return not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in text)


FINDINGS = st.lists(finding(), min_size=1, max_size=30).map(lambda found: lines(told_findings(found)))
REF = st.builds(ObjectRef, st.just("v1"), TEXT, st.none() | TEXT, TEXT)


@settings(deadline=None, max_examples=50)
@given(REF, FINDINGS)
def test_a_denial_is_short_whole_and_printable(ref: ObjectRef, found: list[Line]) -> None:
    text = denial(ref, "high", found, FIXES, built_in())
    assert len(text) <= 3_000
    first, *lines = text.split("\n")
    assert all(map(harmless, text.split("\n")))
    assert first.startswith("Hardstand refuses ")
    assert lines[-1].startswith("To ask for an exception")
    told = [one for one in lines[:-1] if not one.startswith("and ")]
    assert told
    left = [int(one.split()[1]) for one in lines[:-1] if one.startswith("and ")]
    assert len(told) + sum(left) == len(found)
    order = [Severity.named(one.word) for one in found if one.word != "unknown"]
    assert order == sorted(order, reverse=True)


def headers(given_: list[str]) -> list[str]:
    """What a client gets of warnings, as k8s.io/apiserver 1.36 does it in pkg/endpoints/filters/warning.go."""
    ordered: list[str] = []
    written: list[str] = []
    truncating = False
    for text in given_:
        if not text or text in ordered or (sum(map(len, written)) >= 4096 and truncating):
            continue
        ordered.append(text)
        text = text[:256] if truncating else text
        if any(unicodedata.category(one) in ("Cc", "Cs") for one in text):
            continue
        if sum(map(len, written)) + len(text) <= 4096 or truncating:
            written.append(text)
            continue
        truncating = True
        written = [one[:256] for one in ordered]
    return written


@settings(deadline=None, max_examples=50)
@given(st.lists(TEXT, max_size=2), FINDINGS, st.lists(st.text("x", min_size=300, max_size=900), max_size=8))
def test_warnings_come_through_whole_whatever_others_add(
    first: list[str], found: list[Line], others: list[str]
) -> None:
    told = warnings([one for one in first if one], found)
    assert all(len(one) <= 256 and harmless(one) for one in told)
    assert sum(map(len, told)) <= 3_000
    assert [one for one in headers([*told, *others]) if one in told] == list(dict.fromkeys(told))


@settings(deadline=None, max_examples=50)
@given(FINDINGS)
def test_annotations_and_causes_are_bounded(found: list[Line]) -> None:
    notes = annotations("denied", "enforce", "high", found, None, None)
    for key, value in notes.items():
        assert 0 < len(key) <= 63
        assert key.replace("-", "").isalnum()
        assert 0 < len(value) <= 4_000
        assert harmless(value)
    assert len(causes(found)) <= 50
    assert all(len(text) <= 480 for one in causes(found) for text in one.values())


def test_a_thousand_findings_are_counted() -> None:
    sent: Any = review("pod-create-privileged")
    container = sent["request"]["object"]["spec"]["containers"][0]
    sent["request"]["object"]["spec"]["containers"] = [{**container, "name": f"app-{one}"} for one in range(1_000)]
    declared = {"modes": [{"mode": "block", "control": "privileged-container"}], "exceptions": [exception()]}
    answer = answered(reviewer(declared), sent)
    assert answer.verdict == "denied"
    lines = message(answer).splitlines()
    assert lines[0] == "Hardstand refuses Pod shop/privileged, tier high: 1000 findings block"
    told = sum(one.startswith("critical[privileged-container]") for one in lines)
    assert lines[-2] == f"and {1_000 - told} more: `hardstand scan` of the manifest tells all of them"
    assert len(notes(answer)["findings"]) < 2_000
    assert notes(answer)["findings"].endswith(" more")
    assert baseline_of(declared).digest == notes(answer)["baseline"]
