"""Decide about findings one by one, and keep what the baseline's owners want to know: what became of each exception,
and what would be blocked once modes tighten."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hardstand.baseline.baseline import Baseline, Excepted
from hardstand.baseline.modes import ModeRule, UnknownMode
from hardstand.controls.control import Control
from hardstand.engine.decide import Case, Decision, decide
from hardstand.engine.settings import Settings
from hardstand.engine.standing import Standing, Standings
from hardstand.model.finding import ObjectRef
from hardstand.model.run import ExceptionState, Tightening
from hardstand.model.verdict import Action, Verdict

HORIZON_DAYS = 14
"""How far ahead a run tells of exceptions that end."""

_REASONS = 3
"""Reasons that one process keeps of each exception; a person needs no more to see what is wrong."""


@dataclass(slots=True)
class Tale:
    """What one part of the input saw of the baseline's exceptions and of modes that tighten."""

    waived: Counter[str] = field(default_factory=Counter)
    lapsed: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, dict[str, None]] = field(default_factory=dict)
    tightening: dict[tuple[str, str], dict[tuple[ObjectRef, str], int]] = field(default_factory=dict)
    """By place of the line and day: how many findings of each object and control would be blocked."""

    def __bool__(self) -> bool:
        """Tell whether anything was seen."""
        return bool(self.waived or self.lapsed or self.tightening)


class Bench:
    """Decides by one baseline on one day."""

    def __init__(self, settings: Settings, standings: Standings) -> None:
        self.settings = settings
        self.standings = standings
        self.tale = Tale()
        self._decided: dict[Hashable, dict[tuple[str, bool], Decision]] = {}
        self._days = settings.baseline.tightening(settings.today)

    @staticmethod
    def alike(standing: Standing) -> Hashable:
        """The same for whatever stands alike."""
        return standing.tier and standing.tier.value, standing.environments, standing.perhaps

    def known(self, standing: Standing) -> dict[tuple[str, bool], Decision]:
        """What was decided of whatever stands alike, by control and whether it could not be told; for `decided`."""
        key = self.alike(standing)
        found = self._decided.get(key)
        if found is None:
            found = self._decided[key] = {}
        return found

    def decided(
        self, control: Control, verdict: Verdict, standing: Standing, known: dict[tuple[str, bool], Decision]
    ) -> Decision | None:
        """The decision where it is the same for whatever stands alike: no exception is about the control, nothing is
        known from before, and nobody looks ahead. Else None. `known` is what `known` gave for the standing."""
        key = control.id, verdict is Verdict.UNKNOWN
        found = known.get(key)
        if found is not None:
            return found
        settings = self.settings
        if settings.known is not None or self._days or settings.baseline.excepting(control.id):
            return None
        case = Case(
            control.id, control.area, control.maturity, control.severity, verdict, standing, None, {}, known=False
        )
        found = known[key] = decide(case, settings.baseline, settings.today, settings.fail_on)
        return found

    def decide(self, case: Case, ref: ObjectRef) -> Decision:
        """The decision about a finding on an object, today."""
        settings = self.settings
        made = decide(case, settings.baseline, settings.today, settings.fail_on)
        if made.waiver:
            self.tale.waived.update((made.waiver, *made.also))
        for lapse in made.lapses:
            self.tale.lapsed[lapse.exception] += 1
            reasons = self.tale.reasons.setdefault(lapse.exception, {})
            reasons[lapse.why if lapse.why.startswith("expired") else f"{ref}: {lapse.why}"] = None
            if len(reasons) > _REASONS:  # The first in their order, so that it does not matter who saw which.
                del reasons[max(reasons)]
        if self._days and made.action is not Action.BLOCK:
            self._look_ahead(case, ref)
        return made

    def _look_ahead(self, case: Case, ref: ObjectRef) -> None:
        """Note the first day on which the finding would be blocked, when a mode is what changes that day."""
        for day in self._days:
            then = decide(case, self.settings.baseline, day, self.settings.fail_on)
            if then.action is Action.BLOCK and then.line.from_ == day:
                found = self.tale.tightening.setdefault((str(then.line.at), str(day)), {})
                found[ref, case.control] = found.get((ref, case.control), 0) + 1
                return


def exception_states(
    baseline: Baseline, tales: Sequence[Tale], today: date, controls: Iterable[str]
) -> tuple[ExceptionState, ...]:
    """What became of every exception from the controls that were held."""
    held = set(controls)
    waived, lapsed = Counter[str](), Counter[str]()
    reasons: dict[str, dict[str, None]] = defaultdict(dict)
    for tale in tales:
        waived.update(tale.waived)
        lapsed.update(tale.lapsed)
        for name, several in tale.reasons.items():
            reasons[name].update(several)
    return tuple(
        _state(one, today, waived[one.exception.id], lapsed[one.exception.id], reasons.get(one.exception.id, {}))
        for one in baseline.exceptions
        if one.exception.match.control in held
    )


def _state(one: Excepted, today: date, waived: int, lapsed: int, reasons: Mapping[str, None]) -> ExceptionState:
    each = one.exception
    left = (each.expires - today).days
    if left < 0:
        state = "expired"
    elif lapsed:
        state = "lapsed"
    elif not waived:
        state = "unused"
    else:
        state = "ending" if left <= HORIZON_DAYS else "active"
    return ExceptionState(
        id=each.id,
        control=each.match.control,
        place=str(each.at),
        owner=each.owner,
        reason=each.reason,
        approved_by=each.approved_by,
        ticket=each.ticket,
        expires=str(each.expires),
        days_left=left,
        state=state,
        waived=waived,
        lapsed=lapsed,
        reasons=tuple(sorted(reasons)[:_REASONS]),
    )


def tightenings(baseline: Baseline, tales: Sequence[Tale], today: date) -> tuple[Tightening, ...]:
    """Every mode that tightens on a day to come, whether or not it would then block something."""
    days = set(baseline.tightening(today))
    lines: dict[tuple[str, str], ModeRule | UnknownMode] = {}
    every: list[ModeRule | UnknownMode] = [*baseline.enforcement.lines.values(), baseline.enforcement.unknown]
    for line in every:
        if line.from_ in days:
            lines.setdefault((str(line.at), str(line.from_)), line)
    found = []
    for (place, day), line in sorted(lines.items(), key=lambda one: (one[0][1], one[1].at.line)):
        hits: Counter[tuple[ObjectRef, str]] = Counter()
        for tale in tales:
            hits.update(tale.tightening.get((place, day), {}))
        objects = sorted({ref for ref, _ in hits}, key=str)
        names = tuple(sorted({name for _, name in hits}))
        left = (date.fromisoformat(day) - today).days
        scope = f"{_scope(line)} turns to {line.mode.word}"
        found.append(Tightening(place, day, left, scope, sum(hits.values()), tuple(objects), names))
    return tuple(found)


def _scope(line: ModeRule | UnknownMode) -> str:
    if isinstance(line, UnknownMode):
        return "unknown"
    scopes = [str(one) for one in line.scopes]
    return scopes[0] if len(scopes) == 1 else f"{scopes[0]} and {len(scopes) - 1} more"
