"""A grant that was approved for a while is held to it."""

import pytest

from hardstand.access.review.ending import longer

SOON, LATER = "2026-06-01T12:00:00Z", "2026-06-01T12:00:01Z"


@pytest.mark.parametrize(
    ("now", "approved", "said"),
    [
        (SOON, [SOON], ""),
        ("2026-06-01T14:00:00+02:00", [SOON], ""),
        (SOON, [LATER], ""),
        (LATER, [SOON], "and has the end 2026-06-01T12:00:01Z"),
        ("2026-06-01T12:00:00-00:30", [SOON], "and has the end"),
        (None, [SOON], f"it was approved until {SOON}, and has no end"),
        ("some day", [SOON], "and has an end that is no time, 'some day'"),
        ("9999-12-31T23:59:59-01:00", [SOON], "and has an end that is no time"),
        (LATER, [SOON, LATER], ""),
        (LATER, [SOON, None], ""),
        (None, [None], ""),
        (LATER, [None], ""),
        (None, ["some day"], ""),
        (None, [], ""),
    ],
)
def test_what_lasts_longer(now: str | None, approved: list[str | None], said: str) -> None:
    found = longer(now, approved)
    assert said in found
    assert bool(found) is bool(said)
