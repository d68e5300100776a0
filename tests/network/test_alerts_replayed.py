"""The replay of a day: found, missed and false, by kind, as `python -m tests.network.replaying` prints them."""

from collections import Counter

import pytest

from hardstand.network.alerts.alert import Kind
from tests.network.days.names import tunnels
from tests.network.replaying import Outcome, main, replay, said
from tests.network.tunnels.programs import TUNNELS

BUDGET = 3


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return replay(6, BUDGET, tunnels())


def test_everything_that_was_put_in_is_found_and_told(outcome: Outcome) -> None:
    assert [one.label for one in outcome.missed] == []
    assert [one.label for one in outcome.hidden] == []
    assert Counter(one.kind for one in outcome.found) == {
        Kind.PORT_SCAN: 3,
        Kind.HOST_SCAN: 6,
        Kind.BEACON: 13,
        Kind.VOLUME: 4,
        Kind.NEW_FLOW: 3,
        Kind.DNS_TUNNEL: 23,
    }


def test_what_is_meant_and_new_is_told_as_new(outcome: Outcome) -> None:
    by = {(one.workload, one.kind) for one in outcome.alerts.all}
    meant = [one for one in outcome.injected if one.meant and one.kind is not Kind.DNS_TUNNEL]
    assert len(meant) == 10
    assert [one.label for one in meant if (one.workload, one.kind) not in by] == []


def test_false_alerts_are_those_of_a_day_unlike_before(outcome: Outcome) -> None:
    """None is of scrapes, health checks, agents, rollouts, cron jobs, mail, crawlers or ordinary names."""
    assert sorted((one.kind.value, one.workload, one.confidence.value) for one in outcome.false) == [
        ("beacon", "several workloads", "medium"),
        ("new-flow", "several workloads", "high"),
        ("new-workload", "platform/weekly-report[CronJob]", "high"),
        ("unusual-volume", "app10/db[StatefulSet]", "medium"),
        ("unusual-volume", "app11/db[StatefulSet]", "medium"),
        ("unusual-volume", "mail/mailer[Deployment]", "medium"),
    ]
    assert max(Counter(one.workload for one in outcome.false).values()) <= BUDGET


def test_what_is_beyond_the_thresholds_is_said_to_be(outcome: Outcome) -> None:
    assert [one.label for one in outcome.beyond] == [
        "host scan: a host each three hours",
        "beacon: 60 times at random",
        "beacon: to a vendor that the workload calls each day",
        "volume: 1 MB an hour to a vendor",
    ]


def test_every_recorded_tunnel_is_replayed_and_what_was_asked_beside_it(outcome: Outcome) -> None:
    dug = tunnels()
    assert {one.label for one in TUNNELS} <= dug.keys()
    assert sum(len(lines) for label, lines in dug.items() if label.startswith("ordinary")) > 1_000
    beside = [one for one in outcome.alerts.all if one.workload.startswith("beside/")]
    assert beside == []


def test_every_alert_has_numbers_and_a_next_step(outcome: Outcome) -> None:
    assert len({one.id for one in outcome.alerts.all}) == len(outcome.alerts.all)
    for one in outcome.alerts.all:
        assert one.numbers
        assert one.next_step
        assert one.first <= one.last


def test_the_counts_are_printed(outcome: Outcome) -> None:
    lines = list(said(outcome, BUDGET))
    assert lines[2].split() == ["new-flow", "3", "3", "0", "0", "1", "6"]
    assert "dns-tunnel              23        23         0         0         0         0" in lines


def test_another_day_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "11"]) == 0
    assert "missed: " not in capsys.readouterr().out
