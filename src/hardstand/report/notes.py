"""What the baseline's owners have to know besides the findings: exceptions that end, do not hold or match nothing, and
modes that tighten soon."""

from collections.abc import Iterator

from hardstand.model.run import ExceptionState, Run, Tightening

_SHOWN = 3


def notes_of(run: Run) -> Iterator[str]:
    """A line or two each, the most urgent first."""
    order = {"lapsed": 0, "expired": 1, "ending": 2, "unused": 3}
    told = [one for one in run.exceptions if one.state in order]
    for one in sorted(told, key=lambda one: (order[one.state], one.days_left, one.id)):
        yield from _exception(one)
    for each in run.tightening:
        yield from _tightening(each)


def counted_days(number: int) -> str:
    """`1 day`, `9 days`."""
    return "1 day" if number == 1 else f"{number} days"


def _counted(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


def _exception(one: ExceptionState) -> Iterator[str]:
    name = f"exception `{one.id}` ({one.place}, {one.owner})"
    if one.state == "unused":
        yield f"note: {name} matches nothing in this input"
    elif one.state == "ending":
        when = "today, with the end of the day in UTC" if not one.days_left else f"in {counted_days(one.days_left)}"
        yield f"note: {name} ends {when}: {one.expires}"
    elif one.state == "expired":
        yield f"warning: {name} expired on {one.expires}" + (f" and waives {one.lapsed} no more" if one.lapsed else "")
    else:
        also = f"; it waives {one.waived} others" if one.waived else ""
        yield f"warning: {name} does not hold for {one.lapsed} of its findings{also}"
        yield from (f"  {reason}" for reason in one.reasons)


def _tightening(one: Tightening) -> Iterator[str]:
    when = f"{one.day}, in {counted_days(one.days_left)}"
    if not one.objects:
        yield f"note: {one.scope} on {when} ({one.place}); nothing here would be blocked"
        return
    names = ", ".join(map(str, one.objects[:_SHOWN]))
    more = f" and {len(one.objects) - _SHOWN} more" if len(one.objects) > _SHOWN else ""
    yield f"warning: {one.scope} on {when} ({one.place}): {_counted(one.findings)} would be blocked"
    yield f"  {names}{more}"
