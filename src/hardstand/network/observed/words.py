"""Counts, sizes and times of what was seen, in words."""

from datetime import UTC, datetime

from hardstand.network.observed.traffic import Tally


def moment(one: datetime) -> str:
    """`2026-11-01T10:00:00Z`."""
    return one.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def many(count: int, what: str) -> str:
    """`1 pair`, `1,200 pairs`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """`1.2 MB`, in powers of ten."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1_000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1_000
    return f"{value:.1f} TB"


def how_much(one: Tally) -> str:
    """How often, how much, and from when to when."""
    parts = []
    if one.through:
        parts.append(many(one.through, "connection"))
    elif one.passed:
        parts.append("a connection that goes on")
    if one.lookups:
        parts.append(many(one.lookups, "lookup"))
    if one.refused or not parts:
        parts.append(f"{one.refused:,} refused")
    if one.sized:
        parts.append(f"{size(one.sent)} sent, {size(one.received)} received")
    if one.answered is False and one.through:
        parts.append("never answered")
    when = moment(one.first) if one.first == one.last else f"{moment(one.first)} to {moment(one.last)}"
    return f"{', '.join(parts)}, {when}"


def addresses(one: Tally, most: int = 3) -> str:
    """The first addresses outside, and how many there are."""
    if not one.addresses:
        return ""
    shown = list(one.addresses)[:most]
    left = len(one.addresses) - len(shown)
    more = f" and {'more than ' if one.more_addresses else ''}{left:,} more" if left else ""
    return f"{', '.join(shown)}{more}"
