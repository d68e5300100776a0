"""New flows and new workloads."""

import random

from hardstand.network.alerts.alert import SEVERAL, Alert, Kind
from hardstand.network.alerts.pairs import area_of
from hardstand.network.alerts.seen import Known
from tests.network.alerting import API, BEFORE, DAY, DB, WEB, flow, out, watched


def test_what_was_there_before_is_silent() -> None:
    again = [flow(WEB, API, 100, 8_443), flow(API, DB, 100, 5_432), out(API, "api.pay.example", 50)]
    assert watched(again).all == []


def test_a_new_pair_and_a_new_port_are_told_once_with_their_count_and_places() -> None:
    found = watched([flow(WEB, DB, at, 5_432, answered=True) for at in range(1_000, 1_050)])
    (one,) = found.all
    assert (one.kind, one.workload, one.count) == (Kind.NEW_FLOW, WEB, 50)
    assert one.message == f"{WEB} speaks to {DB} on TCP 5432 for the first time"
    assert [place.line for place in one.places] == [1_001, 1_002, 1_003, 1_004, 1_050]
    assert (one.first.isoformat(), one.last.isoformat()) == ("2026-06-04T00:16:40+00:00", "2026-06-04T00:17:29+00:00")
    assert [each.subject for each in watched([flow(WEB, API, 5, 22)]).all] == [f"{WEB} → {API} TCP 22"]


def test_ids_stay_by_kind_workload_subject_and_day() -> None:
    first, later = (watched([flow(WEB, DB, at, 5_432)]).all[0] for at in (10, 40_000))
    assert first.id == later.id == "bef2eaa2ef8a8313"
    assert watched([flow(WEB, DB, DAY + 10, 5_432)]).all[0].id != first.id


def test_the_order_of_records_does_not_matter() -> None:
    flows = [*BEFORE, flow(WEB, DB, 10, 5_432), *(out(WEB, "203.0.113.5", 600 * n) for n in range(100))]
    expected = watched(flows, before=()).all
    assert {one.kind for one in expected} == {Kind.NEW_FLOW, Kind.BEACON}
    random.Random(1).shuffle(flows)
    assert [_numbers(one) for one in watched(flows, before=()).all] == [_numbers(one) for one in expected]


def _numbers(one: Alert) -> tuple[object, ...]:
    return one.id, one.count, one.numbers, one.first, one.last


def test_a_new_workload_is_one_alert_with_all_that_comes_with_it() -> None:
    canary = "shop/canary[Deployment]"
    flows = [
        flow(canary, DB, 10, 5_432),
        flow(canary, API, 11, 8_443),
        flow(WEB, canary, 12, 80),
        out(canary, "a.example", 13),
    ]
    (one,) = watched(flows).all
    assert (one.kind, one.workload) == (Kind.NEW_WORKLOAD, canary)
    assert {each.name: each.value for each in one.numbers}["new-flows"] == 4
    assert {each.name: each.value for each in one.numbers}["with-outside"] == 1


def test_what_is_declared_is_no_alert() -> None:
    known = Known(declared=lambda one: one.destination == DB and one.port == 5_432)
    assert watched([flow(WEB, DB, 10, 5_432)], known=known).all == []
    assert len(watched([flow(WEB, DB, 10, 22)], known=known).all) == 1


def test_outside_another_address_of_a_known_network_or_domain_is_not_new() -> None:
    before = [*BEFORE, out(API, "203.0.113.5", -100), out(API, "2001:db8:1:2::5", -100)]
    same = [out(API, "203.0.113.77", 5), out(API, "eu.pay.example", 6), out(API, "2001:db8:1:9::1", 7)]
    assert watched(same, before=before).all == []
    other = [out(API, "203.0.114.5", 5), out(API, "pay.sample", 6)]
    assert len(watched(other, before=before).all) == 2


def test_who_calls_many_outside_calls_one_more() -> None:
    before = [*BEFORE, *(out(API, f"198.51.{n}.7", -5_000 - n) for n in range(25))]
    found = watched([out(API, "192.0.2.9", 50)], before=before)
    assert found.all == []
    assert found.settled == [f"{API} calls many outside, and 1 new ones"]
    assert len(watched([out(API, "192.0.2.9", 50, 22)], before=before).all) == 1


def test_what_many_begin_to_call_is_one_alert() -> None:
    names = [f"shop/svc-{n}[Deployment]" for n in range(6)]
    before = [*BEFORE, *(flow(name, DB, -500, 5_432) for name in names)]
    (one,) = watched([out(name, "api.moved.example", 50 + n) for n, name in enumerate(names)], before=before).all
    assert (one.workload, one.subject) == (SEVERAL, "moved.example TCP 443")


def test_visitors_are_one_source_and_a_port_open_to_them_is_new_once() -> None:
    visits = [flow(f"192.0.2.{n}", DB, 5 + n, 5_432, from_outside=True) for n in range(40)]
    (one,) = watched(visits).all
    assert (one.workload, one.count, one.severity.word) == (DB, 40, "medium")


def test_without_a_reference_nothing_is_new_and_that_is_said() -> None:
    found = watched([flow(WEB, DB, 10, 5_432)], before=())
    assert found.all == []
    assert any("no reference" in one for one in found.untold)


def test_areas() -> None:
    assert area_of("203.0.113.9") == "203.0.113.0/24"
    assert area_of("2001:db8:1:2::9") == "2001:0db8:0001::/48"
    assert area_of("a.b.Example.co.uk.") == "example.co.uk"
