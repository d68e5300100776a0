"""What the gate counts, in Prometheus' text format 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/. Everything is counted on the loop's thread, so there are
no locks; what others know (the age of the picture, the emergency switch) is asked for when somebody reads.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Gauge = Callable[[], float | None]
"""A number at this moment; None while there is none."""

Counts = Callable[[], Mapping[str, int]]
"""What somebody else has counted up to this moment, by a word."""


class Metrics:
    """The counters of one server. `gauges` are further numbers by name, each with its line of help."""

    def __init__(self, gauges: Mapping[str, tuple[str, Gauge]] | None = None) -> None:
        self._gauges = dict(gauges or {})
        self._counted: dict[str, tuple[str, str, Counts]] = {}
        self._reviews: Counter[tuple[str, str]] = Counter()
        self._refused: Counter[str] = Counter()
        self._timed_out: Counter[str] = Counter()
        self._tls: Counter[str] = Counter()
        self._closed = 0
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def gauge(self, name: str, text: str, value: Gauge) -> None:
        """Add a number that is asked for whenever the metrics are read."""
        self._gauges[name] = (text, value)

    def counted(self, name: str, text: str, label: str, counts: Counts) -> None:
        """Add counters that somebody else keeps, one for each value of a label."""
        self._counted[name] = (text, label, counts)

    def reviewed(self, path: str, verdict: str, seconds: float) -> None:
        """One review has been answered."""
        self._reviews[path, verdict] += 1
        buckets = self._buckets.get(path)
        if buckets is None:
            buckets = self._buckets[path] = [0] * (len(_BOUNDS) + 1)
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[path] = self._seconds.get(path, 0.0) + seconds

    def refused(self, status: int) -> None:
        """One request has been answered with an error."""
        self._refused[str(status)] += 1

    def timed_out(self, phase: str) -> None:
        """One client has taken too long over `phase`."""
        self._timed_out[phase] += 1

    def made_room(self) -> None:
        """One connection has been closed or refused because there were too many."""
        self._closed += 1

    def tls_failed(self, reason: str) -> None:
        """One client could not be understood; `reason` is OpenSSL's word, one of a closed set."""
        self._tls[reason] += 1

    def text(self) -> str:
        """All of it, as Prometheus reads it."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _family("reviews_total", "counter", "Reviews answered, by path and verdict.")
        for (path, verdict), count in sorted(self._reviews.items()):
            yield _sample("reviews_total", {"path": path, "verdict": verdict}, count)
        yield from self._histogram()
        yield from _counter("refused_total", "Requests answered with an error.", "status", self._refused)
        yield from _counter("timed_out_total", "Clients that took too long.", "phase", self._timed_out)
        yield from _counter("tls_failures_total", "Clients whose TLS failed.", "reason", self._tls)
        yield from _family("connections_evicted_total", "counter", "Connections closed to make room for others.")
        yield _sample("connections_evicted_total", {}, self._closed)
        for name, (text, label, counts) in sorted(self._counted.items()):
            yield from _counter(name, text, label, counts())
        for name, (text, value) in sorted(self._gauges.items()):
            yield from _family(name, "gauge", text)
            number = value()
            if number is not None:
                yield _sample(name, {}, number)

    def _histogram(self) -> Iterator[str]:
        yield from _family("review_seconds", "histogram", "Time from a whole request to its answer.")
        for path, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, math.inf), buckets, strict=True):
                total += count
                yield _sample("review_seconds_bucket", {"path": path, "le": _number(bound)}, total)
            yield _sample("review_seconds_sum", {"path": path}, self._seconds[path])
            yield _sample("review_seconds_count", {"path": path}, total)


def _family(name: str, kind: str, text: str) -> Iterable[str]:
    return (f"# HELP hardstand_gate_{name} {text}", f"# TYPE hardstand_gate_{name} {kind}")


def _counter(name: str, text: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from _family(name, "counter", text)
    for value, count in sorted(counts.items()):
        yield _sample(name, {label: value}, count)


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"hardstand_gate_{name}{'{' + inside + '}' if inside else ''} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)
