"""Whether the time of a CronJob came up."""

from datetime import UTC, datetime

import pytest

from hardstand.access.least.cron import Schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "first", "last", "came"),
    [
        ("0 3 * * *", "2026-06-01T02:59", "2026-06-01T03:00", True),
        ("0 3 * * *", "2026-06-01T03:01", "2026-06-02T02:59", False),
        ("*/15 * * * *", "2026-06-01T03:01", "2026-06-01T03:14", False),
        ("*/15 * * * *", "2026-06-01T03:01", "2026-06-01T03:15", True),
        ("0 0 1 * *", "2026-06-02T00:00", "2026-06-30T23:59", False),
        ("@monthly", "2026-06-02T00:00", "2026-07-01T00:00", True),
        ("0 0 1 * mon", "2026-06-02T00:00", "2026-06-07T00:00", False),
        ("0 0 1 * mon", "2026-06-02T00:00", "2026-06-08T00:00", True),
        ("0 0 */2 * mon", "2026-06-02T00:00", "2026-06-14T23:00", False),
        ("0 0 */2 * mon", "2026-06-02T00:00", "2026-06-15T23:00", True),
        ("0 12 29 feb ?", "2026-01-01T00:00", "2027-12-31T00:00", False),
        ("0 12 29 feb ?", "2026-01-01T00:00", "2028-12-31T00:00", True),
        ("5-10/5,30 0 * jan-mar sun", "2026-02-02T00:00", "2026-02-08T00:04", False),
        ("5-10/5,30 0 * jan-mar sun", "2026-02-02T00:00", "2026-02-08T00:10", True),
    ],
)
def test_came_up(schedule: str, first: str, last: str, came: bool) -> None:
    assert Schedule.read(schedule).came_up(at(first), at(last)) is came


def test_in_its_time_zone() -> None:
    night = Schedule.read("0 1 * * *")
    assert night.came_up(at("2026-06-01T22:00"), at("2026-06-01T23:30"), "Europe/Berlin")
    assert not night.came_up(at("2026-06-01T22:00"), at("2026-06-01T23:30"))


@pytest.mark.parametrize(
    "schedule", ["", "* * * *", "61 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "@every 1h"]
)
def test_what_is_no_schedule_is_told(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"schedule|between|number|nothing"):
        Schedule.read(schedule)


def test_a_zone_that_is_not_known_is_told() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Schedule.read("@daily").came_up(at("2026-06-01"), at("2026-06-02"), "Mars/Olympus")
