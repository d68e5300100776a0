"""Scans: what makes one, and what is like one and is none."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hardstand.model.flow import End, Ended, Flow, NameQuery, Place
from hardstand.network.alerts.alert import Alert, Kind
from hardstand.network.alerts.limits import Limits, ScanLimits
from hardstand.network.alerts.seen import Asked, Seen, answered, asked_of, seen_of
from tests.network.alerting import API, BEFORE, DB, WEB, flow, out, watched

NOBODY = {"answered": False}


def _scans(flows: Sequence[Seen], before: Sequence[Seen] = BEFORE, limits: Limits | None = None) -> list[Alert]:
    found = watched(flows, before=before, limits=limits)
    return [one for one in found.all if one.kind in (Kind.PORT_SCAN, Kind.HOST_SCAN)]


@pytest.mark.parametrize("pause", [0.05, 10.0, 1_500.0, 5_000.0])
def test_ports_of_a_host_quick_or_slow(pause: float) -> None:
    count = min(40, int(80_000 / pause))
    tries = [flow(WEB, DB, n * pause, 1 + n, address="10.0.0.3", **NOBODY) for n in range(count)]
    (one,) = _scans([*tries, flow(WEB, DB, 5 * pause, 9_999, address="10.0.0.3", answered=True)])
    assert (one.kind, one.workload, one.subject) == (Kind.PORT_SCAN, WEB, "10.0.0.3")
    assert one.details[0] == "10.0.0.3 TCP 9999 answered"
    assert {each.name: each.value for each in one.numbers}["unanswered"] == count


def test_the_flows_of_a_scan_are_told_by_the_scan_alone() -> None:
    found = watched([flow(WEB, DB, n, 1 + n, address="10.0.0.3", **NOBODY) for n in range(40)])
    assert [one.kind for one in found.all] == [Kind.PORT_SCAN]


def test_slower_than_the_window_is_no_scan() -> None:
    tries = [flow(WEB, DB, n * 9_000, 1 + n, address="10.0.0.3", **NOBODY) for n in range(40)]
    assert _scans(tries) == []


def test_a_window_does_not_end_at_midnight() -> None:
    tries = [flow(WEB, DB, 64_800 + n * 3_600, 1 + n, address="10.0.0.3", **NOBODY) for n in range(14)]
    assert [one.kind for one in _scans(tries)] == [Kind.PORT_SCAN]


def test_hosts_on_a_port_that_do_not_answer() -> None:
    tries = [flow(WEB, f"10.0.9.{n}", n * 3_000, 22, address=f"10.0.9.{n}", **NOBODY) for n in range(25)]
    (one,) = _scans(tries)
    assert (one.kind, one.subject) == (Kind.HOST_SCAN, "TCP 22")


def test_hosts_that_answer_where_the_source_never_called_so_many() -> None:
    tries = [flow(WEB, API, n * 100, 80, address=f"10.0.9.{n}", answered=True) for n in range(60)]
    assert [one.confidence.value for one in _scans(tries)] == ["medium"]
    assert _scans(tries, before=()) == []


def test_monitoring_calls_many_always() -> None:
    before = [*BEFORE, *(flow(WEB, API, -9_000 + n, 9_100, address=f"10.0.8.{n}", answered=True) for n in range(60))]
    rolled = [flow(WEB, API, n * 100, 9_100, address=f"10.0.9.{n}", answered=True) for n in range(60)]
    assert _scans(rolled, before=before) == []


def test_dead_addresses_after_a_rollout_are_no_scan() -> None:
    """They answered until noon."""
    alive = [flow(WEB, API, 100 + n, 8_443, address=f"10.0.9.{n}", answered=True) for n in range(30)]
    dead = [flow(WEB, API, 43_200 + n, 8_443, address=f"10.0.9.{n}", **NOBODY) for n in range(30)]
    assert _scans([*alive, *dead]) == []
    assert [one.kind for one in _scans(dead)] == [Kind.HOST_SCAN]


def test_high_ports_that_answer_are_a_log_that_began_amid_connections() -> None:
    turned = [flow(WEB, DB, n, 40_000 + n, address="10.0.0.3", answered=True) for n in range(200)]
    assert _scans(turned) == []
    assert len(_scans([flow(WEB, DB, n, 40_000 + n, address="10.0.0.3", **NOBODY) for n in range(200)])) == 1


def test_a_crawler_with_dead_links_is_no_scan_and_telnet_everywhere_is() -> None:
    crawled = [out(WEB, f"198.51.{n % 200}.{n // 200}", n) for n in range(400)]
    dead = [flow(WEB, f"192.0.{n}.9", n, outside=True, address=f"192.0.{n}.9", **NOBODY) for n in range(60)]
    assert _scans([*crawled, *dead]) == []
    telnet = [flow(WEB, f"192.0.{n}.9", n, 23, outside=True, address=f"192.0.{n}.9", **NOBODY) for n in range(60)]
    assert [one.subject for one in _scans(telnet)] == ["outside TCP 23"]


def test_who_scans_from_outside_is_not_looked_for() -> None:
    assert _scans([flow("192.0.2.7", DB, n, 1 + n, from_outside=True, **NOBODY) for n in range(99)]) == []


def test_more_targets_than_are_kept_are_said() -> None:
    tries = [flow(WEB, DB, n, 1 + n, address="10.0.0.3", **NOBODY) for n in range(40)]
    found = watched(tries, limits=Limits(scan=ScanLimits(kept=20)))
    assert [one.kind for one in found.all][:1] == [Kind.PORT_SCAN]
    assert any(one.startswith(f"{WEB} has more different targets") for one in found.untold)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ended": Ended.REFUSED, "bytes_received": 9_000}, False),
        ({"bytes_received": None}, None),
        ({"bytes_received": 40}, False),
        ({"bytes_received": 4_000}, True),
        ({"bytes_received": 400, "count": 10}, False),
        ({"bytes_received": 0, "protocol": "UDP"}, None),
        ({"bytes_received": 60, "protocol": "UDP"}, True),
        ({"ended": Ended.ALLOWED}, None),
    ],
)
def test_what_a_record_of_packets_tells_of_answers(given: dict[str, object], expected: bool | None) -> None:
    words = {"protocol": "TCP", "port": 80, **given}
    flow_ = Flow(datetime(2026, 6, 4, tzinfo=UTC), End("10.0.0.1"), End("10.0.0.2"), **words)  # type: ignore[arg-type]
    assert answered(flow_) is expected
    assert seen_of(flow_, WEB, DB).answered is expected


def test_a_record_becomes_what_is_looked_at() -> None:
    now = datetime(2026, 6, 4, 1, tzinfo=timezone(timedelta(hours=1)))
    place = Place("flows.jsonl", 7)
    record = Flow(now, End("10.0.0.1", pod="web-1"), End("203.0.113.9"), "TCP", 443, 50_000, bytes_sent=7, place=place)
    assert seen_of(record, WEB, "api.example", outside=True) == Seen(
        1_780_531_200.0, WEB, "api.example", "TCP", 443, True, False, "203.0.113.9", "web-1", None, 7, None, 1, place,
        50_000,
    )  # fmt: skip
    query = NameQuery(now, End("10.0.0.1"), "a.example", "TXT", "NOERROR", 40, 90, place=place)
    assert asked_of(query, WEB) == Asked(1_780_531_200.0, WEB, "a.example", "TXT", "NOERROR", 40, 90)
