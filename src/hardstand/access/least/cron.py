"""Whether a CronJob's time came up between two moments.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax, and how
github.com/robfig/cron v3 reads it, which the controller uses: a day counts where both day fields hold, or, if neither
begins with a star, where either does.
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
_PART = re.compile(r"(?P<low>\*|\?|\w+)(?:-(?P<high>\w+))?(?:/(?P<step>\d+))?")
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
        minutes, hours, days, months, weekdays = words
        return cls(
            _field(minutes, 0, 59),
            _field(hours, 0, 23),
            _field(days, 1, 31),
            _field(months, 1, 12, _MONTHS),
            _field(weekdays, 0, 6, _DAYS),
            either=not days.startswith(("*", "?")) and not weekdays.startswith(("*", "?")),
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


def _field(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        matched = _PART.fullmatch(part)
        if matched is None:
            raise ValueError(f"{part!r} is nothing that a schedule may hold")
        step = int(matched["step"] or 1)
        if matched["low"] in ("*", "?"):
            start, end = low, high
        else:
            start = _number(matched["low"], names)
            end = _number(matched["high"], names) if matched["high"] else (high if matched["step"] else start)
        if not low <= start <= end <= high or step < 1:
            raise ValueError(f"{part!r} is not between {low} and {high}")
        found.update(range(start, end + 1, step))
    return frozenset(found)


def _number(word: str, names: dict[str, int] | None) -> int:
    if names and word in names:
        return names[word]
    if not word.isdecimal():
        raise ValueError(f"{word!r} is no number")
    return int(word)
