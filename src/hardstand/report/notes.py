"""What the baseline's owners have to know besides the findings: exceptions that end, do not hold or match nothing, and
modes that tighten soon."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hardstand.model.run import ExceptionState, Run, Tightening

_SHOWN = 10
_ORDER = {"lapsed": 0, "expired": 1, "ending": 2, "unused": 3}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know: a sentence, and what it is about in particular."""

    level: Literal["warning", "note"]
    text: str
    details: tuple[str, ...] = ()


def notes_of(run: Run) -> Iterator[Note]:
    """The most urgent first."""
    told = [one for one in run.exceptions if one.state in _ORDER]
    for one in sorted(told, key=lambda one: (_ORDER[one.state], one.days_left, one.id)):
        yield _exception(one)
    for each in run.tightening:
        yield _tightening(each)


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


def _tightening(one: Tightening) -> Note:
    when = f"{one.day}, in {counted_days(one.days_left)}"
    if not one.objects:
        return Note("note", f"{one.scope} on {when} ({one.place}); nothing here would be blocked")
    names = ", ".join(map(str, one.objects[:_SHOWN]))
    more = f" and {len(one.objects) - _SHOWN} more" if len(one.objects) > _SHOWN else ""
    text = f"{one.scope} on {when} ({one.place}): {_counted(one.findings)} would be blocked"
    return Note("warning", text, (f"{names}{more}",))
