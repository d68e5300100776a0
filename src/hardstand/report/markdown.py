"""Markdown, for the comment on a pull request: a table that counts, then an entry a root cause that opens.

Whatever comes from scanned input stands in a code span, whose content is not read as Markdown: there it can make no
link, image, mention, reference or markup, in GitHub's Markdown and in GitLab's. A comment holds 65,536 characters at
GitHub; what would not fit is counted at the end instead of being cut by somebody else.
"""

import html
import re
from collections.abc import Iterator, Sequence

from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Verdict
from hardstand.report.advice import advice
from hardstand.report.grouping import Entry, entries
from hardstand.report.interface import ControlPage, Pages
from hardstand.report.json import summary
from hardstand.report.notes import Note, notes_of
from hardstand.report.safe import plain
from hardstand.report.text import last_line

LONGEST = 60_000
"""Characters; GitHub refuses a comment of more than 65,536."""

_SHOWN_PLACES = 10
_SHOWN_FAULTS = 50
_COUNTED = (
    ("block", "blocks"),
    ("warn", "warns"),
    ("waived", "waived"),
    ("unknown", "unknown"),
    ("pass", "pass"),
    ("not_applicable", "not applicable"),
)


def render(run: Run, pages: Pages) -> str:
    """The Run as Markdown, at most LONGEST characters."""
    blocks = ["## Hardstand", _table(run)]
    if run.unreadable:
        blocks.append(_unreadable(run))
    notes = list(notes_of(run))
    if notes:
        blocks.append(_notes(notes))
    told = [one for one in run.findings if one.action is not Action.OFF]
    groups = entries(told)
    size = sum(map(len, blocks)) + 1_000
    for shown, entry in enumerate(groups):
        block = "\n".join(_entry(entry, pages[entry.first.control]))
        size += len(block) + 2
        if size > LONGEST:
            rest = len(groups) - shown
            blocks.append(
                f"**And {rest} more root cause{'s' if rest > 1 else ''}**, told by the html and json reports."
            )
            break
        blocks.append(block)
    if not groups and not run.unreadable:
        blocks.append("Nothing to mend.")
    return "\n\n".join([*blocks, last_line(run).replace("    ", " · ")]) + "\n"


def _table(run: Run) -> str:
    numbers = summary(run)
    names, values = [word for _, word in _COUNTED], [str(numbers[key]) for key, _ in _COUNTED]
    if run.unreadable:
        names.insert(0, "unreadable")
        values.insert(0, str(len(run.unreadable)))
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, ["--:"] * len(names), values))


def _unreadable(run: Run) -> str:
    faults = run.unreadable
    lines = [f"### {len(faults)} could not be read", ""]
    shown = faults[:_SHOWN_FAULTS]
    lines += [f"- {code(f'{one.path}:{one.line}:{one.column}')} {code(one.reason)}" for one in shown]
    if len(faults) > _SHOWN_FAULTS:
        lines.append(f"- and {len(faults) - _SHOWN_FAULTS} more")
    return "\n".join(lines)


def _notes(notes: Sequence[Note]) -> str:
    lines = ["### What the baseline says", ""]
    for one in notes[:_SHOWN_FAULTS]:
        lines.append(f"- **{one.level}** {code(one.text)}")
        lines += [f"  - {code(detail)}" for detail in one.details]
    if len(notes) > _SHOWN_FAULTS:
        lines.append(f"- and {len(notes) - _SHOWN_FAULTS} more")
    return "\n".join(lines)


def _entry(entry: Entry, page: ControlPage) -> Iterator[str]:
    first = entry.first
    unknown = entry.verdict is Verdict.UNKNOWN
    word = "unknown" if unknown else entry.severity.word
    note = {Action.BLOCK: ", <b>blocks</b>", Action.WAIVED: ", waived"}.get(first.action, "")
    places = "1 place" if len(entry.findings) == 1 else f"{len(entry.findings)} places"
    controls = sorted({one.control for one in entry.findings})
    what = f"<code>{page.id}</code> {html.escape(page.summary)}" if len(controls) == 1 else f"{len(controls)} controls"
    yield f"<details><summary><b>{word}</b> {what}: {places}{note}</summary>"
    yield ""
    for one in entry.findings[:_SHOWN_PLACES]:
        yield f"- {_place(one, named=len(controls) > 1)}"
    if len(entry.findings) > _SHOWN_PLACES:
        yield f"- and {len(entry.findings) - _SHOWN_PLACES} more"
    if not unknown:
        yield from _advice(first, page)
    yield ""
    yield "</details>"


def _advice(first: Finding, page: ControlPage) -> Iterator[str]:
    words = advice(page, first)
    if words:
        yield ""
        yield f"**Fix** {words}"
    if first.fix:
        yield ""
        yield f"{'A safe fix' if first.fix.safe else 'A fix to look at before it is applied'}: {first.fix.title}."


def _place(one: Finding, *, named: bool) -> str:
    place = one.locations[0]
    parts = [code(f"{place.file}:{place.line}:{place.column}")]
    if place.rendered:
        parts.append("(line of the rendered text)")
    parts.append(code(f"{place.caption}: {one.message}"))
    parts += [code(one.control)] if named else []
    parts += [code(one.waiver)] if one.waiver else []
    return " ".join(parts)


def code(text: str) -> str:
    """`text` as a code span between more backticks than it holds in a row (CommonMark 0.31, 6.1)."""
    shown = plain(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    # One space on both sides is taken away again; without it an edge of the text could be read as fence or be lost.
    edge = " " if shown[:1] in ("`", " ") or shown[-1:] in ("`", " ") else ""
    return f"{fence}{edge}{shown or ' '}{edge}{fence}"
