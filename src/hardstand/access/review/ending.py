"""Whether a grant lasts longer than it was approved to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hardstand.access.review.campaign import Decision
from hardstand.access.review.deciding import Decided
from hardstand.analysis.rbac.expiry import moment

Key = tuple[str, str, str, str]


def ends(approved: Iterable[tuple[Key, Decided]]) -> Mapping[Key, Sequence[str | None]]:
    """Until when each grant may last, as it is written, by what tells it from others; None is without an end.

    Several bindings may give the same, each with an end of its own.
    """
    found: dict[Key, list[str | None]] = defaultdict(list)
    for key, one in approved:
        if one.answer is not None and one.answer.decision is Decision.KEEP:
            found[key].append(one.item.expires)
    return found


def longer(now: str | None, approved: Sequence[str | None]) -> str:
    """In which way a grant lasts longer than any that was approved; empty where it does not.

    An end that cannot be read ends nothing, so it counts as none.
    """
    if not approved or None in approved or now in approved:
        return ""
    until = [at for one in approved if one is not None and (at := _time(one)) is not None]
    if len(until) < len(approved):
        return ""  # One of them was approved although it says no time.
    at = None if now is None else _time(now)
    last = max(zip(until, approved, strict=True), key=lambda pair: pair[0])
    if at is not None and at <= last[0]:
        return ""
    said = "no end" if now is None else f"the end {now}" if at is not None else f"an end that is no time, {now!r}"
    return f"it was approved until {last[1]}, and has {said}"


def _time(text: str) -> "float | None":
    try:
        return moment(text).timestamp()
    except (ValueError, OverflowError):
        return None
