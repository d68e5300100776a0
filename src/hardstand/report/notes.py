"""What people have to know besides the findings: exceptions that end, do not hold or match nothing, modes that tighten
soon, and which kinds may not be listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hardstand.model.run import ExceptionState, Run, Tightening
from hardstand.model.verdict import Action
from hardstand.report.naming import named
from hardstand.report.unlisted import Unlisted, read_by, unlisted

_SHOWN = 10
_ORDER = {"lapsed": 0, "expired": 1, "ending": 2, "unused": 3}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know: a sentence, and what it is about in particular."""

    level: Literal["warning", "note"]
    text: str
    details: tuple[str, ...] = ()


def notes_of(run: Run) -> Iterator[Note]:
    """The most urgent first; last, beside the sum of a report, what could not be asked."""
    told = [one for one in run.exceptions if one.state in _ORDER]
    for one in sorted(told, key=lambda one: (_ORDER[one.state], one.days_left, one.id)):
        yield _exception(one)
    for each in run.tightening:
        yield _tightening(each)
    if missing := unlisted(run):
        yield _unlisted(missing, read_by(run, "scan"))


def counted_days(number: int) -> str:
    """`1 day`, `9 days`."""
    return "1 day" if number == 1 else f"{number} days"


def _counted(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


def _exception(one: ExceptionState) -> Note:
    name = f"exception `{one.id}` ({one.place}, {one.owner})"
    if one.state == "unused":
        return Note("note", f"{name} matches nothing in this input")
    if one.state == "ending":
        when = "today, with the end of the day in UTC" if not one.days_left else f"in {counted_days(one.days_left)}"
        return Note("note", f"{name} ends {when}: {one.expires}")
    if one.state == "expired":
        more = f" and waives {_counted(one.lapsed)} no more" if one.lapsed else ""
        return Note("warning", f"{name} expired on {one.expires}{more}")
    also = f"; it waives {one.waived} others" if one.waived else ""
    return Note("warning", f"{name} does not hold for {_counted(one.lapsed)}{also}", one.reasons)


def _unlisted(missing: Sequence[Unlisted], verb: str) -> Note:
    names = [f"{one.kind} in {one.namespace}" if one.namespace else one.kind for one in missing]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    findings = {each.id: each for one in missing for each in one.findings}.values()
    controls = {one.control for one in findings}
    about = f"{len(controls)} control{'' if len(controls) == 1 else 's'} cannot answer ({_counted(len(findings))})"
    block = (
        "the baseline blocks on what is unknown"
        if any(one.action is Action.BLOCK for one in findings)
        else "with `unknown: block` in the baseline it blocks"
    )
    return Note(
        "warning",
        f"may not be listed: {', '.join(names[:_SHOWN])}{more}; for want of it {about}",
        (f"`hardstand doctor --verb {verb}` prints the role that allows it; {block}",),
    )


def _tightening(one: Tightening) -> Note:
    when = f"{one.day}, in {counted_days(one.days_left)}"
    if not one.objects:
        return Note("note", f"{one.scope} on {when} ({one.place}); nothing here would be blocked")
    text = f"{one.scope} on {when} ({one.place}): {_counted(one.findings)} would be blocked"
    return Note("warning", text, (named(one.objects, _SHOWN),))
