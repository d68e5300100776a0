"""Timestamps and durations.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions; timestamps are
written as RFC 3339 has it, durations as Go's time.ParseDuration does. The time zone is UTC unless one is named.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from hardstand.text.cel.operators import timestamp
from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import Duration, EvaluationError, Timestamp, checked_int

_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,40}))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_PART = re.compile(r"([0-9]{0,40}(?:\.[0-9]{0,40})?)(ns|us|µs|μs|ms|s|m|h)")
_OFFSET = re.compile(r"([+-]?)(\d\d):(\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@function(0, "timestamp(string)")
def timestamp_of_string(value: str) -> Timestamp:
    """The moment that RFC 3339 text names."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        raise EvaluationError("the string is no RFC 3339 timestamp")
    *parts, fraction, sign, hours, minutes = found.groups()
    try:
        local = datetime(*map(int, parts), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        raise EvaluationError("the string is no RFC 3339 timestamp") from None
    offset = (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == "-" else 1) if sign else 0
    seconds = int((local - _EPOCH) / timedelta(seconds=1)) - offset
    return timestamp(seconds * 10**9 + int(f"{fraction or '':0<9}"[:9]))


@function(0, "timestamp(int)")
def timestamp_of_int(value: int) -> Timestamp:
    """Seconds since 1970."""
    return timestamp(value * 10**9)


@function(0, "duration(string)")
def duration_of_string(value: str) -> Duration:
    """A length such as `1h30m`."""
    body = value.lstrip("+-") if value[:2] not in ("--", "++", "+-", "-+") else ""
    if body == "0":
        return Duration(0)
    total, at = Decimal(0), 0
    for part in _PART.finditer(body):
        if part.start() != at or part[1] in ("", "."):
            break
        total += Decimal(part[1]) * _UNITS[part[2]]
        at = part.end()
    if not body or at != len(body):
        raise EvaluationError("the string is no duration")
    return Duration(checked_int(int(total) * (-1 if value[0] == "-" else 1)))


@function(0, "string(timestamp)")
def string_of_timestamp(value: Timestamp) -> str:
    """In RFC 3339, UTC, with as many digits of a second as it takes."""
    seconds, rest = divmod(value.nanoseconds, 10**9)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return text + (f".{rest:09d}".rstrip("0") if rest else "") + "Z"


@function(0, "string(duration)")
def string_of_duration(value: Duration) -> str:
    """In seconds."""
    whole, rest = divmod(abs(value.nanoseconds), 10**9)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{'-' if value.nanoseconds < 0 else ''}{whole}{fraction}s"


def _zone(name: str) -> tzinfo:
    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-offset if found[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise EvaluationError("unknown time zone") from None


_PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
}


def _register(name: str, part: Callable[[datetime], int]) -> None:
    @function(0, f"<timestamp>.{name}()", f"<timestamp>.{name}(string)")
    def read(value: Timestamp, zone: str = "UTC") -> int:
        return part((_EPOCH + timedelta(seconds=value.nanoseconds // 10**9)).astimezone(_zone(zone)))


for _name, _part in _PARTS.items():
    _register(_name, _part)


@function(0, "<timestamp>.getMilliseconds()", "<timestamp>.getMilliseconds(string)")
def milliseconds_of_timestamp(value: Timestamp, _zone: str = "UTC") -> int:
    """The milliseconds of the second."""
    return value.nanoseconds % 10**9 // 10**6


def _cut(value: int, unit: int) -> int:
    return value // unit if value >= 0 else -(-value // unit)


@function(0, "<duration>.getHours()")
def hours(value: Duration) -> int:
    """All of it in hours."""
    return _cut(value.nanoseconds, _UNITS["h"])


@function(0, "<duration>.getMinutes()")
def minutes(value: Duration) -> int:
    """All of it in minutes."""
    return _cut(value.nanoseconds, _UNITS["m"])


@function(0, "<duration>.getSeconds()")
def seconds(value: Duration) -> int:
    """All of it in seconds."""
    return _cut(value.nanoseconds, _UNITS["s"])


@function(0, "<duration>.getMilliseconds()")
def milliseconds(value: Duration) -> int:
    """All of it in milliseconds."""
    return _cut(value.nanoseconds, _UNITS["ms"])
