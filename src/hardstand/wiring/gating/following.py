"""The thread that keeps the gate's picture up to date: what happens in the cluster, the day, and the baseline."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from traceback import extract_tb

from hardstand.baseline.baseline import Baseline
from hardstand.engine.kinds import followed
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.feeding import Feed
from hardstand.wiring.gating.errors import GateError
from hardstand.wiring.gating.picture import PORTION, GatePicture
from hardstand.wiring.gating.turns import Turns

_RECONCILE, _SOONER = 600.0, 10.0
"""Seconds between two fresh lists of everything, and where nobody answered the last time."""

_LOOK = 2.0
"""Seconds between two looks at the baseline."""


def today() -> date:
    """The day by which everything is judged."""
    return datetime.now(UTC).date()


@dataclass(slots=True)
class Following:
    """What the thread looks at, and whom it tells."""

    feed: Feed
    picture: GatePicture
    later: Turns
    reload: Callable[[], Baseline | None]
    """Gives a baseline in place of the one that is held; None where it is the same."""
    say: Callable[[str], None]
    failure: str = ""
    """What ended the thread before it was told to end."""
    _looked: float = field(default_factory=time.monotonic)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Follow meanwhile. GateError at the end, where it could not be followed to the end: whoever judges by a
        picture that stands still must not be taken for one that knows."""
        thread = threading.Thread(target=self._run, name="picture", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.feed.stop()
            thread.join(5.0)
        if self.failure:
            raise GateError(
                f"the cluster could not be followed any longer: {self.failure}", "a defect of ours; please report it"
            )

    def _run(self) -> None:
        try:
            self._follow()
        except Exception as error:  # noqa: BLE001 - the outermost edge of a thread: nobody else would hear of it
            self.failure = f"unexpected {_placed(error)}"
            self.say(f"the cluster is not followed any longer: {self.failure}; going, to be started again")
            self.later.stop()

    def _follow(self) -> None:
        day, due = self.picture.day, time.monotonic() + _RECONCILE
        told: dict[Kind, str] = {}
        gaps = self.feed.gaps
        while not self.feed.ended:
            self.feed.gather(1.0)
            self._hand_over(gaps)
            gaps = self.feed.gaps
            if self.feed.broken != told:
                told = dict(self.feed.broken)
                self.say(_broken(told))
            if today() != day:
                day = today()
                self.later(partial(self.picture.on_day, day))
            if time.monotonic() >= due:
                due = time.monotonic() + (_RECONCILE if self.feed.list_again() else _SOONER)
            if time.monotonic() - self._looked >= _LOOK:
                self._looked = time.monotonic()
                self.later(self.picture.publish)
                self._look_at_baseline()

    def _look_at_baseline(self) -> None:
        try:
            baseline = self.reload()
        except Exception as error:  # noqa: BLE001 - whatever a file makes of us, the baseline before it is held
            self.say(f"the baseline cannot be looked at, and the one before is held: unexpected {_placed(error)}")
            return
        if baseline is None:
            return
        settings = replace(self.picture.answering.live.settings, baseline=baseline)
        more = {one.id for one in followed(controls_held(self.picture.ids, settings))} - self.picture.held_at_first
        if more:
            self.say(
                f"{baseline.path} depends on {', '.join(sorted(more))}: a restart takes it; the one before is held"
            )
            return
        self.say(f"the baseline has changed: {baseline.path}")
        self.later(partial(self.picture.hold, baseline))

    def _hand_over(self, gaps: Sequence[Gap]) -> None:
        """Have the picture take in what happened, in portions."""
        (pages, gone), now = self.feed.changes.take(), self.feed.gaps
        if gone or now != gaps:
            self.later(partial(self.picture.take, (), gone, now))
        for at in range(0, len(pages), PORTION):
            self.later(partial(self.picture.take, pages[at : at + PORTION], (), now))


def _broken(kinds: dict[Kind, str]) -> str:
    if not kinds:
        return "everything is followed again"
    first, reason = min(kinds.items())
    others = len(kinds) - 1
    more = f" and {others} more kind{'s' if others > 1 else ''}" if others else ""
    return f"{first}{more} cannot be followed at the moment: {reason}"


def _placed(error: Exception) -> str:
    """What went wrong and where, without what was being handled, which may be secret."""
    frames = extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
