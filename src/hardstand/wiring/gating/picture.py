"""The picture that the gate judges by, and how another baseline takes its place while it is asked all the time.

Everything here happens on the server's thread, between two reviews and in small portions, so that none of them waits
long. Big reviews are judged on another thread by `beside`, which only looks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.gate import Gating
from hardstand.controls.control import Control
from hardstand.engine.findings import Page
from hardstand.engine.kinds import followed
from hardstand.engine.live import Live, NoObjectError
from hardstand.engine.settings import Settings
from hardstand.gate.handling import ImagePolicy, Reply, Validating
from hardstand.gate.images import ImageReviewer
from hardstand.gate.review import Conceal, Reviewer
from hardstand.gate.undecided import Undecided
from hardstand.model.admission import Recorder
from hardstand.model.gap import Gap
from hardstand.model.tier import Tier
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.judging import selected

PORTION = 8
"""Objects that are taken in between two reviews."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Those who answer by one baseline."""

    live: Live
    validate: Validating
    validate_big: Validating
    images: ImagePolicy
    images_big: ImagePolicy
    emergency: bool


@dataclass(frozen=True, slots=True)
class Published:
    """What other threads may know of the picture: by it the webhooks are told apart."""

    settings: Settings
    tiers: Mapping[str, Tier | None]
    """The highest tier in each namespace."""


class GatePicture:
    """The picture, and whoever answers by it."""

    def __init__(
        self,
        settings: Settings,
        controls: Sequence[str] | None,
        *,
        namespace: str,
        conceal: Conceal,
        recorder: Recorder | None,
        keep: float,
        later: Callable[[Callable[[], object]], None],
        say: Callable[[str], None],
    ) -> None:
        """`later` has something done on the server's thread; `keep` as for Validating."""
        self.ids = controls
        """The controls that were asked for; None is all."""
        self.held_at_first = frozenset(one.id for one in followed(controls_held(controls, settings)))
        """The controls for which the cluster is followed."""
        self._namespace, self._conceal, self._recorder, self._keep = namespace, conceal, recorder, keep
        self._later, self._say = later, say
        self.undecided = Undecided()
        """What could not be decided for lack of rights, from the beginning on."""
        self._gaps: Sequence[Gap] = ()
        self._coming: Live | None = None
        self._gate = settings.baseline.gate
        """How the gate behaves: of the last baseline, though its modes may be yet to come."""
        self.answering = self._answering(Live(self.controls(settings), settings))
        self.published = Published(settings, {})

    @property
    def day(self) -> date:
        """The day by which is judged."""
        return self.answering.live.settings.today

    def publish(self) -> None:
        """Tell other threads how the picture is now."""
        live = self.answering.live
        self.published = Published(live.settings, dict(live.standings.highest()))

    def controls(self, settings: Settings) -> Sequence[Control]:
        """The controls that are held."""
        return selected(self.ids, settings.customs)

    def validate(self, body: bytes) -> Reply:
        """Answer `/validate`."""
        return self.answering.validate(body)

    def validate_big(self, body: bytes) -> Reply:
        """Answer `/validate` on another thread."""
        return self.answering.validate_big(body)

    def images(self, body: bytes) -> Reply:
        """Answer `/image-policy`."""
        return self.answering.images(body)

    def images_big(self, body: bytes) -> Reply:
        """Answer `/image-policy` on another thread."""
        return self.answering.images_big(body)

    def take(self, pages: Sequence[Page], gone: Sequence[str], gaps: Sequence[Gap]) -> None:
        """Take in what came and went."""
        for live in (self.answering.live, *([self._coming] if self._coming else [])):
            for name in gone:
                live.remove(name)
            for page in pages:
                try:
                    live.put(page)
                except NoObjectError:
                    live.remove(page.name)
            if list(gaps) != list(self._gaps):
                live.missing(gaps)
        self._gaps = list(gaps)

    def on_day(self, day: date) -> None:
        """From now on it is another day (UTC)."""
        for live in (self.answering.live, *([self._coming] if self._coming else [])):
            live.on_day(day)
        self.answering = self._answering(self.answering.live)

    def hold(self, baseline: Baseline) -> None:
        """Answer by another baseline: how the gate behaves counts at once, the rest once the picture is judged so."""
        live, before = self.answering.live, self.answering.emergency
        self._gate = baseline.gate
        self.answering = self._answering(live)
        if self.answering.emergency != before:
            self._say("EMERGENCY: everything only warns" if not before else "the emergency is over: what blocks blocks")
        settings = replace(live.settings, baseline=baseline)
        coming = self._coming = Live(self.controls(settings), settings)
        coming.missing(self._gaps)
        self._carry_over(coming, list(live.names()))

    def _carry_over(self, coming: Live, names: list[str]) -> None:
        if coming is not self._coming:
            return  # Yet another baseline has come in between.
        for name in names[-PORTION:]:
            held = self.answering.live.held(name)
            if held is not None and name not in coming:
                coming.put(held.page)
        del names[-PORTION:]
        if names:
            self._later(lambda: self._carry_over(coming, names))
            return
        self._coming = None
        self.answering = self._answering(coming)
        self.publish()
        self._say(f"the baseline {coming.settings.baseline.digest} is held")

    def _answering(self, live: Live) -> Answering:
        gate: Gating = self._gate
        controls, beside = self.controls(live.settings), live.beside()
        made = [
            Reviewer(one, controls, namespace=self._namespace, conceal=self._conceal, gate=gate)
            for one in (live, beside)
        ]
        small, big = (Validating(one, self._recorder, keep=self._keep, undecided=self.undecided) for one in made)
        images, images_big = (
            ImagePolicy(ImageReviewer(one, controls, namespace=self._namespace, gate=gate)) for one in (live, beside)
        )
        return Answering(live, small, big, images, images_big, bool(gate.emergency))
