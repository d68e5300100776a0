"""Annotations of a pull request's lines: workflow commands that GitHub's runner reads from a step's output.

GitHub keeps ten errors, ten warnings and ten notices of a step, and the first ones. So one place of each root cause
comes first, the most urgent root cause first, and only then the other places. What could not be decided for one reason
is told once.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands for the commands, their
implementation in github.com/actions/runner (ActionCommand, IssueCommandExtension) for the escapes and for columns,
which it takes only when an annotation begins and ends on one line.
"""

from collections.abc import Iterator

from hardstand.model.finding import Finding
from hardstand.model.run import Run, Unreadable
from hardstand.model.verdict import Action, Verdict
from hardstand.report.grouping import Entry, entries
from hardstand.report.interface import Pages
from hardstand.report.notes import Note, notes_of
from hardstand.report.safe import plain
from hardstand.report.text import last_line


def render(run: Run, _pages: Pages) -> str:
    """One command a place, then the line that counts. What is waived or switched off is not annotated."""
    told = [one for one in run.findings if one.action in (Action.BLOCK, Action.WARN)]
    groups = entries(told)
    lines = [_unreadable(fault) for fault in run.unreadable]
    lines += [_finding(entry.first, entry) for entry in groups]
    faults = [entry for entry in groups if entry.verdict is Verdict.FAIL]
    lines += [_finding(one, entry) for entry in faults for one in entry.findings if one is not entry.first]
    lines += [_note(one) for one in notes_of(run)]
    return "\n".join([*lines, last_line(run)]) + "\n"


def _unreadable(fault: Unreadable) -> str:
    place = {"file": fault.path, "line": str(fault.line), "col": str(fault.column)}
    return _command("error", place | {"title": f"hardstand: {fault.why}"}, fault.reason)


def _note(one: Note) -> str:
    level = "notice" if one.level == "note" else one.level
    return _command(level, {"title": "hardstand: the baseline"}, "\n".join([one.text, *one.details]))


def _finding(one: Finding, entry: Entry) -> str:
    word = "unknown" if one.verdict is Verdict.UNKNOWN else one.severity.word
    place = one.locations[0]
    text = [f"{place.caption}: {one.message}"]
    if place.rendered:
        text.append(f"Line {place.line} of the rendered text.")
    if one is entry.first and len(entry.findings) > 1:
        text.append(f"One of {len(entry.findings)} places with the same root cause.")
    text.append(f"`hardstand explain {one.control}` tells why and how to mend it.")
    properties = dict(_place(one)) | {"title": f"{word}[{one.control}]"}
    return _command(_level(one), properties, "\n".join(text))


def _level(one: Finding) -> str:
    if one.action is Action.BLOCK:
        return "error"
    return "notice" if one.verdict is Verdict.UNKNOWN else "warning"


def _place(one: Finding) -> Iterator[tuple[str, str]]:
    """Where to pin the annotation: a whole object at its first line, what was rendered at the template as a whole."""
    place = one.locations[0]
    yield "file", place.file
    if place.rendered:
        return
    yield "line", str(place.line)
    if place.line == place.end_line and place.end_column > place.column:
        yield "endLine", str(place.end_line)
        yield "col", str(place.column)
        yield "endColumn", str(place.end_column)


def _command(name: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(text)}"


def _data(text: str) -> str:
    """A command's text on one line; the lines that we put in ourselves stay apart."""
    return "%0A".join(plain(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return plain(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
