"""Callbacks: how regular is regular, and what is regular and silent."""

from collections.abc import Callable
from random import Random

import pytest

from hardstand.network.alerts.alert import SEVERAL, Alert, Kind
from hardstand.network.alerts.beacons import Beacons
from hardstand.network.alerts.limits import Limits
from hardstand.network.alerts.regular import measured
from hardstand.network.alerts.seen import Known, Seen
from tests.network.alerting import API, BEFORE, DAY, DB, WEB, flow, out, watched

C2 = "203.0.113.50"


def _beacons(flows: list[Seen], **rest: object) -> list[Alert]:
    return [one for one in watched(flows, **rest).all if one.kind is Kind.BEACON]  # type: ignore[arg-type]


def _each(period: float, jitter: float, seed: int = 1, source: str = WEB, to: str = C2, **rest: object) -> list[Seen]:
    random, at, made = Random(seed), 500.0, []
    while at < DAY - 100:
        made.append(out(source, to, at, bytes_sent=512, **rest))
        at += period * (1 + random.uniform(-jitter, jitter))
    return made


@pytest.mark.parametrize("period", [10.0, 60.0, 900.0, 3_600.0, 7_200.0])
@pytest.mark.parametrize("jitter", [0.0, 0.1])
def test_quick_and_slow(period: float, jitter: float) -> None:
    (one,) = _beacons(_each(period, jitter))
    numbers = {each.name: each for each in one.numbers}
    assert numbers["period"].value == pytest.approx(period, rel=0.1)
    assert numbers["deviation"].value <= numbers["deviation"].limit  # type: ignore[operator]
    assert (one.workload, one.subject) == (WEB, f"{C2} TCP 443")


def test_one_pod_of_many_calls_back_and_the_others_do_not() -> None:
    random = Random(3)
    others = [out(WEB, C2, random.uniform(0, DAY), instance=f"web-{random.randrange(1, 4)}") for _ in range(300)]
    assert len(_beacons([*others, *_each(600, 0.2, instance="web-0")])) == 1
    assert _beacons(others) == []


def test_pods_that_follow_one_another_are_one_series() -> None:
    beats = _each(3_600, 0.05)
    followed = [out(WEB, C2, one.time - beats[0].time + 500, instance=f"web-{n // 4}") for n, one in enumerate(beats)]
    assert len(_beacons(followed)) == 1


def test_a_cron_job_calls_from_a_pod_of_its_own_each_hour() -> None:
    job = "shop/report[CronJob]"
    before = [*BEFORE, flow(job, DB, -900, 5_432)]
    calls = [out(job, C2, 3_600 * hour + n, instance=f"report-{hour}") for hour in range(24) for n in (1, 4)]
    assert _beacons(calls, before=before) == []
    calls = [out(job, C2, 3_600 * hour + 60 * n, instance="report-1") for hour in range(24) for n in range(60)]
    assert len(_beacons(calls, before=before)) == 1


def test_what_is_regular_inside_is_silent() -> None:
    scrapes = [flow(WEB, API, 30 * n, 9_100, answered=True) for n in range(2_000)]
    assert _beacons(scrapes) == []


@pytest.mark.parametrize("to", ["169.254.169.254", "224.0.0.251", "fe80::1", "127.0.0.1"])
def test_addresses_of_the_node_and_its_network_are_silent(to: str) -> None:
    assert _beacons(_each(60, 0, to=to)) == []


def test_clocks_are_set_at_regular_times() -> None:
    ticks = [out(WEB, C2, 1_024 * n, 123, protocol="UDP") for n in range(80)]
    assert _beacons(ticks) == []
    assert len(_beacons([out(WEB, C2, 1_024 * n, 123) for n in range(80)])) == 1


def test_what_was_called_before_is_settled_and_said_so() -> None:
    found = watched(_each(300, 0.01), before=[*BEFORE, out(WEB, "203.0.113.9", -700)])
    assert found.all == []
    assert found.settled == [f"{WEB} → {C2} TCP 443, every 5 min"]


def test_what_is_declared_is_silent() -> None:
    assert _beacons(_each(300, 0.01), known=Known(declared=lambda one: one.destination == C2)) == []


def test_an_agent_in_many_workloads_is_one_alert_of_less_confidence() -> None:
    names = [f"shop/svc-{n}[Deployment]" for n in range(12)]
    before = [*BEFORE, *(flow(name, DB, -500, 5_432) for name in names)]
    flows = [one for n, name in enumerate(names) for one in _each(300, 0.01, seed=n, source=name)]
    (one,) = _beacons(flows, before=before)
    assert (one.workload, one.confidence.value, len(one.details)) == (SEVERAL, "medium", 12)
    called = [*before, *(out(name, C2, -900) for name in names[:5])]
    assert _beacons([one for one in flows if one.source == names[9]], before=called) == []


def test_records_of_a_connection_that_stays_open_are_one_call() -> None:
    """Logs of clouds tell of it each minute, or each ten."""
    for pause in (60, 600):
        ticks = range(0, 80_000, pause)
        kept = [out(WEB, C2, tick + own, source_port=40_000 + own) for tick in ticks for own in (0, 7, 9)]
        assert _beacons(kept) == []
    assert len(_beacons([out(WEB, C2, 60 * n, source_port=40_000 + n) for n in range(900)])) == 1
    assert len(_beacons([out(WEB, C2, 60 * n, protocol="UDP", source_port=40_000) for n in range(900)])) == 1
    assert len(_beacons([out(WEB, C2, 3_600 * n, source_port=40_000) for n in range(24)])) == 1


def test_without_a_reference_it_is_told_with_less_confidence() -> None:
    assert [one.confidence.value for one in _beacons(_each(300, 0.01), before=())] == ["low"]
    assert [one.confidence.value for one in _beacons(_each(300, 0.01))] == ["high"]


def test_a_retry_loop_is_too_short() -> None:
    assert _beacons([out(WEB, C2, 20 * n) for n in range(80)]) == []


def _passing(made: Callable[[Random, int], list[float]], calls: int, rounds: int) -> float:
    """The share of series that pass the limits of the detector itself."""
    random, judge = Random(calls), Beacons(Limits(), None)
    passed = 0
    for _ in range(rounds):
        one = measured(sorted(made(random, calls)), Limits().beacon.within)
        if one is not None and one.calls >= Limits().beacon.calls:
            deviation, near = judge.needed(one.calls)
            passed += one.deviation <= deviation and one.near >= near
    return passed / rounds


def _at_chance(random: Random, calls: int) -> list[float]:
    return [random.uniform(0, DAY) for _ in range(calls)]


def _with_jitter(random: Random, calls: int) -> list[float]:
    at, made = 0.0, []
    for _ in range(calls):
        made.append(at)
        at += 3_600 * (1 + random.uniform(-0.4, 0.4))
    return made


@pytest.mark.parametrize("calls", [10, 14, 17, 20, 24, 40, 100])
def test_calls_at_random_pass_less_than_once_in_two_hundred(calls: int) -> None:
    assert _passing(_at_chance, calls, 2_000) <= 0.006


@pytest.mark.parametrize("calls", [20, 24, 50, 200])
def test_calls_with_much_jitter_pass(calls: int) -> None:
    assert _passing(_with_jitter, calls, 300) >= 0.97
