"""Whether the time of a CronJob came up."""

from datetime import UTC, date, datetime

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
        ("0 0 */1 * mon", "2026-06-02T00:00", "2026-06-07T23:00", False),
        ("0 0 */1 * mon", "2026-06-02T00:00", "2026-06-08T00:00", True),
        ("0 12 29 feb ?", "2026-01-01T00:00", "2027-12-31T00:00", False),
        ("0 12 29 feb ?", "2026-01-01T00:00", "2028-12-31T00:00", True),
        ("5-10/5,30 0 * jan-mar sun", "2026-02-02T00:00", "2026-02-08T00:04", False),
        ("5-10/5,30 0 * jan-mar sun", "2026-02-02T00:00", "2026-02-08T00:10", True),
    ],
)
def test_came_up(schedule: str, first: str, last: str, came: bool) -> None:
    assert Schedule.read(schedule).came_up(at(first), at(last)) is came


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("0 0 */2 * mon", [1, 3, 5, 7, 8, 9, 11, 13]),
        ("0 0 ?/3 * tue", [1, 2, 4, 7, 9, 10, 13]),
        ("0 0 1,* * mon", [1, 8]),
        ("0 0 10-20,* * mon", [1, 8]),
        ("0 0 */1 * mon", [1, 8]),
        ("0 0 *-5 * mon", [1, 8]),
        ("0 0 *-5/2 * mon", [1, 3, 5, 7, 8, 9, 11, 13]),
        ("0 0 1 * */2", [1, 2, 4, 6, 7, 9, 11, 13, 14]),
        ("0 0 1/1 * mon", [*range(1, 15)]),
        ("0 0 13 * fri,*/7", [5, 7, 12, 13, 14]),
        ("0 0 1,,3 * *", [1, 3]),
        ("0 0 , * *", []),
    ],
)
def test_the_days_of_two_fields_are_those_of_the_controller(schedule: str, days: list[int]) -> None:
    """The days are what robfig/cron v3.0.1 gave for the first half of June 2026, which begins with a Monday."""
    read = Schedule.read(schedule)
    assert [day for day in range(1, 15) if read.on(date(2026, 6, day))] == days


def test_in_its_time_zone() -> None:
    night = Schedule.read("0 1 * * *")
    assert night.came_up(at("2026-06-01T22:00"), at("2026-06-01T23:30"), "Europe/Berlin")
    assert not night.came_up(at("2026-06-01T22:00"), at("2026-06-01T23:30"))


@pytest.mark.parametrize(
    "schedule", ["", "* * * *", "61 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "@every 1h", "٣ * * * *"]
)
def test_what_is_no_schedule_is_told(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"schedule|between|number|nothing"):
        Schedule.read(schedule)


def test_a_zone_that_is_not_known_is_told() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Schedule.read("@daily").came_up(at("2026-06-01"), at("2026-06-02"), "Mars/Olympus")
