"""Small streams of flows and lookups for tests of single detectors."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hardstand.model.flow import Place
from hardstand.network.alerts.limits import Limits
from hardstand.network.alerts.seen import Asked, Known, Seen
from hardstand.network.alerts.watching import Alerts, alerts

TODAY = 1_780_531_200.0
"""2026-06-04 00:00 UTC."""
DAY = 86_400.0
WEB, API, DB = "shop/web[Deployment]", "shop/api[Deployment]", "shop/db[StatefulSet]"


def flow(source: str, destination: str, at: float, port: int = 443, **rest: object) -> Seen:
    """`at` is in seconds of today; before it, below zero."""
    made = Seen(TODAY + at, source, destination, "TCP", port, place=Place("flows.jsonl", int(at) + 1))
    return replace(made, **rest)  # type: ignore[arg-type]


def out(source: str, destination: str, at: float, port: int = 443, **rest: object) -> Seen:
    return flow(source, destination, at, port, outside=True, address=destination, answered=True, **rest)


def lookup(client: str, name: str, at: float, record_type: str = "A", **rest: object) -> Asked:
    made = Asked(TODAY + at, client, name, record_type, place=Place("queries.log", int(at) + 1))
    return replace(made, **rest)  # type: ignore[arg-type]


BEFORE: Sequence[Seen] = tuple(
    one
    for hour in range(72)
    for one in (
        flow(WEB, API, -3 * DAY + hour * 3_600 + 7, 8_443, address="10.0.0.2", answered=True, bytes_sent=9_000),
        flow(API, DB, -3 * DAY + hour * 3_600 + 9, 5_432, address="10.0.0.3", answered=True, bytes_sent=900),
        out(API, "api.pay.example", -3 * DAY + hour * 3_600 + (hour * 977) % 3_000, bytes_sent=300_000),
    )
)
"""Three days of three workloads."""


def watched(
    flows: Iterable[Seen] = (),
    lookups: Iterable[Asked] = (),
    *,
    budget: int | None = None,
    limits: Limits | None = None,
    known: Known | None = None,
    before: Iterable[Seen] = BEFORE,
) -> Alerts:
    return alerts([*before, *flows], lookups, since=TODAY, budget=budget, limits=limits, known=known)
