"""JUnit XML, for what shows test results: a suite per control, a test per place where it does not hold.

GitLab shows a test's `classname` and `name` and the text inside `failure`, `error` and `skipped`, compares branches by
the two names, and keeps one of several tests that share them; Jenkins files tests by the dots in `classname`.
So `classname` is AREA.CONTROL, `name` says which part of which object, and everything worth reading is element text.

A fault is a failure. What could not be decided is an error where it blocks and is skipped where it only warns: nobody
should be taught to ignore a red build. An input that could not be read is always an error.

Sources: https://docs.gitlab.com/ci/testing/unit_test_reports/ and https://github.com/testmoapp/junitxml
"""

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardstand.model.finding import Finding
from hardstand.model.run import Coverage, Input, Run
from hardstand.model.verdict import Action, Verdict
from hardstand.report.interface import ControlPage, Pages
from hardstand.report.notes import Note, notes_of
from hardstand.report.safe import plain


@dataclass(frozen=True, slots=True)
class _Case:
    """One test; `outcome` is empty for one that passed."""

    classname: str
    name: str
    file: str = ""
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Suite:
    """Tests that stand together."""

    name: str
    cases: Sequence[_Case]

    def count(self, outcome: str) -> int:
        """How many tests ended so."""
        return sum(case.outcome == outcome for case in self.cases)


def render(run: Run, pages: Pages) -> str:
    """The Run as JUnit XML. Findings that the baseline switched off are left out."""
    found: dict[str, list[Finding]] = {one.control: [] for one in run.coverage}
    for one in run.findings:
        if one.action is not Action.OFF:
            found.setdefault(one.control, []).append(one)
    coverage = {one.control: one for one in run.coverage}
    suites = [_Suite("inputs", list(_inputs(run.inputs)))] if run.inputs else []
    notes = [_note(one) for one in notes_of(run)]
    suites += [_Suite("baseline", _numbered(notes))] if notes else []
    suites += [
        _Suite(control, _cases(pages[control], findings, coverage.get(control))) for control, findings in found.items()
    ]
    return "\n".join(_document(run, suites)) + "\n"


def _inputs(inputs: Iterable[Input]) -> Iterator[_Case]:
    for one in inputs:
        for fault in one.unreadable:
            place = f"{fault.path}:{fault.line}:{fault.column}"
            yield _Case("inputs", place, fault.path, "error", fault.why.value, fault.reason, f"{place}\n{fault.reason}")
        if not one.unreadable:
            yield _Case("inputs", one.path)


def _note(one: Note) -> _Case:
    """What the baseline's owners have to know fails nothing, and is told where skipped tests are."""
    return _Case("baseline", one.text, "", "skipped", one.level, one.text, "\n".join([one.text, *one.details]))


def _cases(page: ControlPage, findings: Sequence[Finding], coverage: Coverage | None) -> list[_Case]:
    classname = f"{page.area}.{page.id}"
    if findings:
        return _numbered([_case(classname, one, page) for one in findings])
    if coverage is not None and not coverage.passed:
        word = "no object that it speaks of" if not coverage.not_applicable else "not applicable"
        return [_Case(classname, "every object", "", "skipped", "not-applicable", word, word)]
    return [_Case(classname, "every object")]


def _case(classname: str, one: Finding, page: ControlPage) -> _Case:
    place = one.locations[0]
    name = f"{place.caption}: {place.field}" if place.field else place.caption
    lines = [
        f"{one.severity.word}: {place.caption}: {one.message}",
        f"{place.file}:{place.line}:{place.column}{' (line of the rendered text)' if place.rendered else ''}",
        *([place.excerpt.strip()] if place.excerpt else []),
        f"{page.summary}. `hardstand explain {one.control}` tells why and how to mend it.",
        f"finding {one.id}",
    ]
    return _Case(classname, name, place.file, _outcome(one), _type(one), one.message, "\n".join(lines))


def _outcome(one: Finding) -> str:
    if one.action is Action.WAIVED:
        return "skipped"
    if one.verdict is Verdict.FAIL:
        return "failure"
    return "error" if one.action is Action.BLOCK else "skipped"


def _type(one: Finding) -> str:
    if one.action is Action.WAIVED:
        return f"waived: {one.waiver}" if one.waiver else "waived"
    return one.severity.word if one.verdict is Verdict.FAIL else f"unknown: {one.why}"


def _numbered(cases: list[_Case]) -> list[_Case]:
    """The same cases with names that are all different: the second of a name says where it is."""
    seen: Counter[str] = Counter()
    made = []
    for case in cases:
        seen[case.name] += 1
        name = case.name if seen[case.name] == 1 else f"{case.name} in {case.file} ({seen[case.name]})"
        made.append(_Case(case.classname, name, case.file, case.outcome, case.type, case.message, case.text))
    return made


def _document(run: Run, suites: Sequence[_Suite]) -> Iterator[str]:
    tests = sum(len(suite.cases) for suite in suites)
    counts = _counts(tests, *(sum(suite.count(word) for suite in suites) for word in ("failure", "error", "skipped")))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="hardstand" {counts} time="{run.duration_s:.3f}">'
    for suite in suites:
        counts = _counts(len(suite.cases), suite.count("failure"), suite.count("error"), suite.count("skipped"))
        when = _attribute("timestamp", run.evaluated_at)
        yield f'  <testsuite{_attribute("name", suite.name)} {counts}{when} time="0">'
        for case in suite.cases:
            yield from _testcase(case)
        yield "  </testsuite>"
    yield "</testsuites>"


def _counts(tests: int, failures: int, errors: int, skipped: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _testcase(case: _Case) -> Iterator[str]:
    head = f"    <testcase{_attribute('classname', case.classname)}{_attribute('name', case.name)}"
    head += f'{_attribute("file", case.file)} time="0"'
    if not case.outcome:
        yield f"{head}/>"
        return
    yield f"{head}>"
    about = _attribute("message", case.message) + ("" if case.outcome == "skipped" else _attribute("type", case.type))
    text = case.text if case.outcome != "skipped" else f"{case.type}: {case.text}"
    yield f"      <{case.outcome}{about}>{_xml(text)}</{case.outcome}>"
    yield "    </testcase>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_xml(value)}"' if value else ""


def _xml(text: str) -> str:
    """Text that XML 1.0 can hold (its section 2.2 leaves out controls and noncharacters), escaped."""
    lines = (plain(line).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for line in text.split("\n"))
    return html.escape("\n".join(lines))
