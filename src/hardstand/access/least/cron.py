"""Whether a CronJob's time came up between two moments.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax, and how
github.com/robfig/cron v3 reads it, which the controller uses (parser.go, `getRange`; spec.go, `dayMatches`): a day
counts where both day fields hold if one of them has a star anywhere in its list, and else where either does. A star
with a step above 1 is none: `*/2` is every other day and `1,*` every day.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * at - 3 : 3 * at]: at for at in range(1, 13)}
_DAYS = {"sunmontuewedthufrisat"[3 * at : 3 * at + 3]: at for at in range(7)}
_PART = re.compile(r"(?P<low>\*|\?|\w+)(?:-(?P<high>\w+))?(?:/(?P<step>\d{1,4}))?", re.ASCII)
_MOST_DAYS = 5 * 366
"""Of longer windows the last years count: every schedule that ever comes up does within them."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule, read."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either: bool
    """A day needs only be one of `days` or of `weekdays`."""

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """ValueError where it is none that Kubernetes takes. `@every` counts from a start that nobody knows."""
        words = _MACROS.get(text.strip().lower(), text).split()
        if len(words) != 5:
            raise ValueError(f"{text!r} is not a schedule of five fields")
        days, any_day = _field(words[2], 1, 31)
        weekdays, any_weekday = _field(words[4], 0, 6, _DAYS)
        return cls(
            _field(words[0], 0, 59)[0],
            _field(words[1], 0, 23)[0],
            days,
            _field(words[3], 1, 12, _MONTHS)[0],
            weekdays,
            either=not (any_day or any_weekday),
        )

    def on(self, day: date) -> bool:
        """Whether it comes up on a day at all."""
        if day.month not in self.months:
            return False
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_month or by_week) if self.either else (by_month and by_week)

    def came_up(self, first: datetime, last: datetime, zone: str = "UTC") -> bool:
        """Whether it came up from `first` to `last`. ValueError for a zone that is not known."""
        try:
            where = ZoneInfo(zone)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"{zone!r} is no time zone that is known here") from error
        day, end = first.astimezone(where).date(), last.astimezone(where).date()
        day = max(day, end - timedelta(days=_MOST_DAYS))
        while day <= end:
            if self.on(day) and any(
                first <= self._at(day, hour, minute, where) <= last for hour, minute in self._times
            ):
                return True
            day += timedelta(days=1)
        return False

    @property
    def _times(self) -> list[tuple[int, int]]:
        return [(hour, minute) for hour in self.hours for minute in self.minutes]

    @staticmethod
    def _at(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def _field(text: str, low: int, high: int, names: dict[str, int] | None = None) -> tuple[frozenset[int], bool]:
    """What a field names, and whether there is a star in it; parts of its list may be empty."""
    found: set[int] = set()
    star = False
    for part in filter(None, text.lower().split(",")):
        matched = _PART.fullmatch(part)
        if matched is None:
            raise ValueError(f"{part!r} is nothing that a schedule may hold")
        step = int(matched["step"] or 1)
        if matched["low"] in ("*", "?"):
            start, end = low, high
            star = star or step == 1
        else:
            start = _number(matched["low"], names)
            end = _end(matched, start, high, names)
        if not low <= start <= end <= high or step < 1:
            raise ValueError(f"{part!r} is not between {low} and {high}")
        found.update(range(start, end + 1, step))
    return frozenset(found), star


def _end(part: re.Match[str], start: int, high: int, names: dict[str, int] | None) -> int:
    """The last of a range; one that is not written and has a step goes on to the end."""
    if part["high"]:
        return _number(part["high"], names)
    return high if part["step"] else start


def _number(word: str, names: dict[str, int] | None) -> int:
    if names and word in names:
        return names[word]
    if not word.isdecimal():
        raise ValueError(f"{word!r} is no number")
    return int(word)
