"""How regular a series of calls is: the numbers of it, without a judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

_BURSTS = (0.0, 2.0, 15.0, 90.0)
"""Seconds within which calls are one (a callback that fetches a task, and then sends its result); each is tried."""
_APART = 10.0
"""The period has to be so many times the burst: else the merging itself would make calls regular."""


@dataclass(frozen=True, slots=True)
class Regular:
    """A series, as its intervals tell."""

    calls: int
    """After bursts were merged."""
    span: float
    period: float
    """The median interval, in seconds."""
    deviation: float
    """The median absolute deviation of intervals, by the period."""
    near: float
    """The share of intervals near the period, or near twice or three times it."""
    skew: float
    """Bowley's: how far the median is from the middle of the quartiles; from -1 to 1."""


def measured(times: Sequence[float], within: float) -> Regular | None:
    """The most regular view of some times in order; None where fewer than three calls are left."""
    views = [one for burst in _BURSTS if (one := _view(times, burst, within)) is not None]
    return min(views, key=lambda one: (one.deviation, -one.calls), default=None)


def _view(times: Sequence[float], burst: float, within: float) -> Regular | None:
    starts = [times[0]] if times else []
    starts += [later for earlier, later in pairwise(times) if later - earlier > burst]
    intervals = [later - earlier for earlier, later in pairwise(starts)]
    if len(intervals) < 2:
        return None
    period = median(intervals)
    if period <= 0 or period < burst * _APART:
        return None
    deviation = median(abs(one - period) for one in intervals) / period
    near = sum(_near(one / period, within) for one in intervals) / len(intervals)
    return Regular(len(starts), starts[-1] - starts[0], period, deviation, near, _skew(intervals))


def _near(multiple: float, within: float) -> bool:
    whole = round(multiple)
    return 1 <= whole <= 3 and abs(multiple - whole) <= within


def _skew(values: Sequence[float]) -> float:
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return (high + low - 2 * middle) / (high - low) if high > low else 0.0


def spread(values: Sequence[float]) -> float | None:
    """The median absolute deviation by the median; None where there is nothing to divide by."""
    middle = median(values) if values else 0
    return median(abs(one - middle) for one in values) / middle if middle else None
