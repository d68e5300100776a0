"""Unusual volume, against the workload's own past."""

import pytest

from hardstand.network.alerts.alert import Alert, Kind
from hardstand.network.alerts.seen import Known, Seen
from tests.network.alerting import API, BEFORE, DAY, DB, WEB, flow, out, watched

PAY = "api.pay.example"


def _volumes(flows: list[Seen], **rest: object) -> list[Alert]:
    return [one for one in watched(flows, **rest).all if one.kind is Kind.VOLUME]  # type: ignore[arg-type]


def test_an_hour_far_above_the_past_is_told_with_its_numbers() -> None:
    (one,) = _volumes([out(API, PAY, 40_000, bytes_sent=2_000_000_000), out(API, PAY, 50_000, bytes_sent=10)])
    numbers = {each.name: each.value for each in one.numbers}
    assert (numbers["in-the-hour"], numbers["median-before"], numbers["hours-before"]) == (2_000_000_000, 300_000, 72)
    assert (one.workload, one.subject, one.severity.word) == (API, "sent to outside", "high")
    assert one.first.isoformat() == "2026-06-04T11:00:00+00:00"
    assert one.details == (f"{API} → {PAY} TCP 443: 2000000000 bytes",)


@pytest.mark.parametrize("size", [300_000, 900_000, 19_000_000])
def test_little_or_usual_is_silent(size: int) -> None:
    assert _volumes([out(API, PAY, 40_000, bytes_sent=size)]) == []


def test_a_slow_leak_shows_in_the_day() -> None:
    slow = [out(API, PAY, 3_600 * hour + 5, bytes_sent=10_000_000) for hour in range(24)]
    (one,) = _volumes(slow)
    assert {each.name: each.value for each in one.numbers}["in-the-day"] == 240_000_000
    assert one.count == 24


def test_a_nightly_copy_was_there_before() -> None:
    night = [out(API, PAY, -DAY * n + 7_200, bytes_sent=4_000_000_000) for n in (1, 2, 3)]
    assert _volumes([out(API, PAY, 7_200, bytes_sent=5_000_000_000)], before=[*BEFORE, *night]) == []
    assert len(_volumes([out(API, PAY, 7_200, bytes_sent=5_000_000_000)])) == 1


def test_a_way_that_was_never_gone_unless_it_is_declared() -> None:
    leak = [out(WEB, "198.51.100.4", 900, bytes_sent=90_000_000)]
    (one,) = _volumes(leak)
    assert one.message.endswith("never before")
    assert _volumes(leak, known=Known(declared=lambda one: one.destination == "198.51.100.4")) == []


def test_what_is_fetched_from_a_database_counts_for_who_fetches() -> None:
    fetched = [flow(API, DB, 900, 5_432, bytes_sent=9_000, bytes_received=8_000_000_000)]
    assert [one.subject for one in _volumes(fetched)] == ["fetched from shop"]


def test_what_visitors_get_counts_for_who_is_visited() -> None:
    visits = [
        flow("192.0.2.7", WEB, at, from_outside=True, bytes_sent=900, bytes_received=1_000_000)
        for at in range(-259_000, 0, 3_600)
    ]  # fmt: skip
    leak = [flow("192.0.2.7", WEB, 900, from_outside=True, bytes_sent=900, bytes_received=3_000_000_000)]
    (one,) = _volumes(leak, before=[*BEFORE, *visits])
    assert (one.workload, one.subject) == (WEB, "sent to visitors")


def test_a_new_workload_has_no_past_and_is_told_as_new_only() -> None:
    found = watched([out("shop/new[Deployment]", PAY, 900, bytes_sent=9_000_000_000)])
    assert [one.kind for one in found.all] == [Kind.NEW_WORKLOAD]


def test_flows_without_bytes_are_said_to_be_unjudged() -> None:
    found = watched([flow(WEB, API, n, 8_443) for n in range(7)])
    assert "7 flows do not tell their bytes: their volume was not judged" in found.untold
