"""The thread that keeps the gate's picture up to date, and what becomes of the gate when it fails."""

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hardstand.baseline.baseline import Baseline
from hardstand.engine.changes import Changes
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.wiring.gating import following
from hardstand.wiring.gating.errors import GateError
from hardstand.wiring.gating.following import Following
from hardstand.wiring.gating.turns import Turns
from tests.baseline.making import TODAY, baseline_of
from tests.gate.server.serving import eventually
from tests.gate.test_picture import BLOCKED, TOMORROW, allowed, config_map, picture


class Fed:
    """A feed that is told what happens by the test."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.gaps: list[Gap] = []
        self.broken: dict[Kind, str] = {}
        self.ended = False
        self.fails = ""

    def gather(self, wait: float) -> None:
        if self.fails:
            raise RuntimeError(self.fails)
        time.sleep(min(wait, 0.01))

    def list_again(self) -> bool:
        return True

    def stop(self) -> None:
        self.ended = True


class Serving:
    """A server that does everything at once."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def call(self, function: Callable[[], object]) -> None:
        function()

    def stop(self) -> None:
        self.stopped.set()


class Run:
    def __init__(self, reload: Callable[[], Baseline | None] = lambda: None, **declared: Any) -> None:
        self.feed, self.server, self.turns, self.said = Fed(), Serving(), Turns(), list[str]()
        self.picture = picture(self.turns, **declared)
        self.turns.begin(self.server)
        self.following = Following(self.feed, self.picture, self.turns, reload, self.said.append)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_LOOK", 0.02)
    monkeypatch.setattr(following, "today", lambda: TODAY)


def test_what_comes_is_taken_in_and_published() -> None:
    run = Run(modes=BLOCKED)
    with run.following.running():
        run.feed.changes.came(config_map(1), 0)
        eventually(lambda: len(run.picture.answering.live) == 1)
        run.feed.changes.went(config_map(1).name)
        eventually(lambda: len(run.picture.answering.live) == 0)


def test_the_day_changes_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    announced = {"mode": "block", "control": "privileged-container", "from": TOMORROW.isoformat()}
    run = Run(modes=[{"mode": "off"}, announced])
    with run.following.running():
        assert allowed(run.picture)
        before = run.picture.answering
        monkeypatch.setattr(following, "today", lambda: TOMORROW)
        eventually(lambda: run.picture.answering is not before)
        assert run.picture.day == TOMORROW
        assert not allowed(run.picture)


def test_where_it_fails_the_gate_goes_and_says_so_without_what_was_handled() -> None:
    run = Run(modes=BLOCKED)
    with pytest.raises(GateError, match="any longer: unexpected RuntimeError at "), run.following.running():  # noqa: PT012
        run.feed.fails = "a token"
        run.server.stopped.wait(10)
    assert run.server.stopped.is_set()
    assert "going, to be started again" in run.said[-1]
    assert not any("a token" in line for line in run.said)


def test_a_baseline_that_cannot_even_be_looked_at_changes_nothing() -> None:
    def reload() -> Baseline | None:
        raise RuntimeError("a token")

    run = Run(reload, modes=BLOCKED)
    with run.following.running():
        eventually(lambda: any("the one before is held: unexpected RuntimeError" in line for line in run.said))
        assert not allowed(run.picture)
    assert not any("a token" in line for line in run.said)


def test_a_baseline_that_takes_more_of_the_cluster_than_is_followed_takes_a_restart() -> None:
    excepted = {
        "id": "e1", "match": {"control": "privileged-container", "kind": "Pod"}, "owner": "shop", "reason": "a try",
        "approved_by": "alice", "expires": date(2026, 8, 31).isoformat(), "while": ["image-without-digest"],
    }  # fmt: skip
    changed = baseline_of({"modes": BLOCKED, "exceptions": [excepted]})
    several = iter([changed])
    run = Run(lambda: next(several, None), modes=BLOCKED)
    run.picture.held_at_first -= {"image-without-digest"}
    run.picture.ids = ("privileged-container",)
    with run.following.running():
        eventually(lambda: any("depends on image-without-digest: a restart takes it" in line for line in run.said))
    assert run.picture.answering.live.settings.baseline is not changed
