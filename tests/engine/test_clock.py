"""The clock is a value: what ends and what tightens does so at midnight in UTC, to the second, wherever one is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hardstand.engine.judgement import HORIZON_DAYS
from hardstand.model.run import Run
from tests.baseline.making import TODAY, actions, baseline_of, exception, pod, run_on

SECOND = timedelta(seconds=1)

# Instants around the midnight that ends 2026-06-30 in UTC, as clocks in other places show them.
STILL_JUNE = [
    "2026-06-30T23:59:59+00:00",
    "2026-06-30T23:59:59.999999+00:00",
    "2026-06-30T12:59:59-11:00",
    "2026-07-01T13:59:59+14:00",
    "2026-07-01T05:44:59+05:45",
    "2026-07-01T00:00:00+14:00",
    "2026-06-29T23:59:59-11:00",
]
JULY = [
    "2026-07-01T00:00:00+00:00",
    "2026-06-30T13:00:00-11:00",
    "2026-06-30T23:59:59-11:00",
    "2026-07-01T14:00:00+14:00",
    "2026-07-01T05:45:00+05:45",
]


def the_action(folder: Path, declared: dict[str, object], now: str) -> str:
    run = run_on(folder, baseline_of(declared), pod(), now=datetime.fromisoformat(now))
    return actions(run)["shop/web"]


@pytest.mark.parametrize("now", STILL_JUNE)
def test_an_exception_holds_until_its_last_day_ends_in_utc(tmp_path: Path, now: str) -> None:
    declared = {"modes": [{"mode": "block"}], "exceptions": [exception(expires="2026-06-30")]}
    assert the_action(tmp_path, declared, now) == "waived"


@pytest.mark.parametrize("now", JULY)
def test_an_exception_has_ended_once_its_last_day_is_over_in_utc(tmp_path: Path, now: str) -> None:
    declared = {"modes": [{"mode": "block"}], "exceptions": [exception(expires="2026-06-30")]}
    assert the_action(tmp_path, declared, now) == "block"


@pytest.mark.parametrize(("instants", "action"), [(STILL_JUNE, "warn"), (JULY, "block")])
def test_a_mode_tightens_when_its_day_begins_in_utc(tmp_path: Path, instants: list[str], action: str) -> None:
    declared: dict[str, object] = {"modes": [{"mode": "block", "from": "2026-07-01"}]}
    for now in instants:
        assert the_action(tmp_path, declared, now) == action, now


@pytest.mark.parametrize(("instants", "action"), [(STILL_JUNE, "off"), (JULY, "warn")])
def test_a_mode_that_turns_to_warn_is_off_before(tmp_path: Path, instants: list[str], action: str) -> None:
    declared: dict[str, object] = {"modes": [{"mode": "warn", "control": "privileged-container", "from": "2026-07-01"}]}
    for now in instants:
        assert the_action(tmp_path, declared, now) == action, now


@pytest.mark.parametrize(("instants", "action"), [(STILL_JUNE, "warn"), (JULY, "block")])
def test_unknown_blocks_from_its_day_on(tmp_path: Path, instants: list[str], action: str) -> None:
    broken = pod(spec={"containers": [{"name": "app", "securityContext": {"privileged": "yes"}}]})
    loaded = baseline_of({"unknown": {"mode": "block", "from": "2026-07-01"}})
    for now in instants:
        run = run_on(tmp_path, loaded, broken, now=datetime.fromisoformat(now))
        assert actions(run)["shop/web"] == action, now


def test_the_run_tells_the_instant_in_utc(tmp_path: Path) -> None:
    run = run_on(tmp_path, baseline_of({}), pod(), now=datetime.fromisoformat("2026-07-01T00:00:00+14:00"))
    assert run.evaluated_at == "2026-06-30T10:00:00Z"


def test_a_day_of_a_run_is_the_day_of_its_clock_and_not_of_the_settings(tmp_path: Path) -> None:
    declared = baseline_of({"modes": [{"mode": "block"}], "exceptions": [exception(expires="2026-06-30")]})
    late = datetime(2026, 7, 1, tzinfo=UTC)
    run = run_on(tmp_path, declared, pod(), now=late, today=date(2020, 1, 1))
    assert actions(run)["shop/web"] == "block"
    before = run_on(tmp_path, declared, pod(), now=late - SECOND, today=date(2030, 1, 1))
    assert actions(before)["shop/web"] == "waived"


def noted(folder: Path, declared: dict[str, object], left: int) -> Run:
    """The run so many days before 2026-09-01, at the last second of the day."""
    day = datetime(2026, 9, 1, 23, 59, 59, tzinfo=UTC) - timedelta(days=left)
    return run_on(folder, baseline_of(declared), pod(), now=day)


@pytest.mark.parametrize(
    ("left", "state"),
    [(15, "active"), (14, "ending"), (1, "ending"), (0, "ending"), (-1, "expired")],
)
def test_an_exception_is_told_to_end_within_fourteen_days(tmp_path: Path, left: int, state: str) -> None:
    assert HORIZON_DAYS == 14
    run = noted(tmp_path, {"exceptions": [exception(expires="2026-09-01")]}, left)
    (found,) = run.exceptions
    assert (found.state, found.days_left, found.waived, found.lapsed) == (
        state, left, int(left >= 0), int(left < 0)
    )  # fmt: skip


@pytest.mark.parametrize(("left", "told"), [(400, True), (15, True), (1, True), (0, False)])
def test_a_tightening_is_told_until_its_day(tmp_path: Path, left: int, *, told: bool) -> None:
    modes = [{"mode": "block", "control": "privileged-container", "from": "2026-09-01"}]
    run = noted(tmp_path, {"modes": modes}, left)
    found = [(one.day, one.days_left, one.findings, one.controls, str(one.objects[0])) for one in run.tightening]
    expected = [("2026-09-01", left, 1, ("privileged-container",), "Pod shop/web")]
    assert found == (expected if told else [])
    assert actions(run)["shop/web"] == ("block" if left == 0 else "warn")


def test_what_would_be_blocked_leaves_out_what_an_exception_still_waives_then(tmp_path: Path) -> None:
    modes = [{"mode": "block", "control": "privileged-container", "from": "2026-06-11"}]
    for expires, findings in (("2026-06-10", 1), ("2026-06-11", 0)):
        declared = baseline_of({"modes": modes, "exceptions": [exception(expires=expires)]})
        run = run_on(tmp_path, declared, pod(), now=datetime(2026, 6, 1, tzinfo=UTC))
        assert [one.findings for one in run.tightening] == [findings], expires


def test_the_longest_exception_is_counted_from_the_day(tmp_path: Path) -> None:
    declared = {"max_exception_days": 30, "exceptions": [exception(expires=str(TODAY + timedelta(days=30)))]}
    assert baseline_of(declared).exceptions
    from hardstand.baseline.reading import BaselineError

    declared["exceptions"] = [exception(expires=str(TODAY + timedelta(days=31)))]
    with pytest.raises(BaselineError, match="ends later than the 30 days from today"):
        baseline_of(declared)
