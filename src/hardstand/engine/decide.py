"""What is done about a finding. No other code computes an action."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from hardstand.analysis.fitting import Index, excepts
from hardstand.baseline.baseline import Baseline, Excepted
from hardstand.baseline.exceptions import Excepting
from hardstand.baseline.modes import Mode, ModeRule, UnknownMode
from hardstand.engine.standing import Standing
from hardstand.model.verdict import Action, Maturity, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A finding, as far as the action depends on it."""

    control: str
    area: str
    maturity: Maturity
    severity: Severity
    verdict: Verdict
    standing: Standing
    image: str | None
    """The image of the container that it is in; None outside of containers."""
    compensation: Mapping[str, Verdict]
    """The verdicts of compensating controls on the same object."""
    known: bool
    """An earlier run had it."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """Why an exception that is about a finding does not waive it."""

    exception: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An action, and how it came to be."""

    action: Action
    line: ModeRule | UnknownMode
    """The line of the baseline that won."""
    waiver: str | None = None
    """The exception that waives it; of several, the one that ends last."""
    also: tuple[str, ...] = ()
    """Other exceptions that waive it too."""
    lapses: tuple[Lapse, ...] = ()
    """The exceptions that are about it and do not hold."""


def decide(case: Case, baseline: Baseline, day: date, fail_on: Severity | None = None) -> Decision:
    """The action for a finding on a day (UTC).

    What the control's mode turns off is off. Else an exception that holds waives it. Else a fault is dealt with by the
    control's mode, and what is unknown by the mode for unknown; `fail_on` blocks faults of that severity or worse
    besides. What an earlier run had does not block.
    """
    line: ModeRule | UnknownMode = _line(case, baseline, day)
    if line.on(day) is Mode.OFF:
        return Decision(Action.OFF, line)
    if not baseline.excepting(case.control):
        return Decision(*_acted(case, baseline, day, line, fail_on))
    about = sorted(_exceptions(case, baseline, day), key=lambda one: (one[0].exception.expires, one[0].exception.id))
    lapses = tuple(Lapse(one.exception.id, why) for one, why in about if why)
    holding = [one.exception.id for one, why in about if not why]
    if holding:
        return Decision(Action.WAIVED, line, holding[-1], tuple(holding[:-1]), lapses)
    return Decision(*_acted(case, baseline, day, line, fail_on), lapses=lapses)


def _acted(
    case: Case, baseline: Baseline, day: date, line: ModeRule | UnknownMode, fail_on: Severity | None
) -> tuple[Action, ModeRule | UnknownMode]:
    """What is done where nothing waives it, and the line that says so."""
    if case.verdict is Verdict.UNKNOWN:
        line = baseline.enforcement.unknown
    blocks = line.on(day) is Mode.BLOCK or (
        fail_on is not None and case.verdict is Verdict.FAIL and case.severity >= fail_on
    )
    return Action.BLOCK if blocks and not case.known else Action.WARN, line


def _line(case: Case, baseline: Baseline, day: date) -> ModeRule:
    """The line that wins; where an object may lie in further environments, for all that is known, the tightest."""
    standing, enforcement = case.standing, baseline.enforcement
    known = case.control, case.area, case.maturity, standing.tier
    won = enforcement.winner(*known, standing.environments, day)
    perhaps = [enforcement.winner(*known, (one,), day) for one in standing.perhaps]
    return max([won, *perhaps], key=lambda one: one.on(day))


def _exceptions(case: Case, baseline: Baseline, day: date) -> Iterator[tuple[Excepted, str]]:
    """The exceptions that are about a finding, each with the reason why it does not hold; no reason where it does."""
    traits = case.standing.traits
    for match, one in _by_match(baseline, case.control).candidates(traits):
        if excepts(match, traits, case.image):
            yield one, _lapsed(one, case, baseline, day)


_INDEXES: WeakKeyDictionary[Baseline, dict[str, Index[Excepting, Excepted]]] = WeakKeyDictionary()
"""Of each baseline and control, the exceptions by what they match."""


def _by_match(baseline: Baseline, control: str) -> Index[Excepting, Excepted]:
    indexes = _INDEXES.setdefault(baseline, {})
    if control not in indexes:
        indexes[control] = Index((one.exception.match, one) for one in baseline.excepting(control))
    return indexes[control]


def _lapsed(one: Excepted, case: Case, baseline: Baseline, day: date) -> str:
    exception, tier = one.exception, case.standing.tier
    if not exception.active(day):
        return f"expired on {exception.expires}"
    for control in exception.while_:
        verdict = case.compensation.get(control)
        if verdict is not Verdict.PASS:
            return f"{control} does not pass: {verdict.value if verdict else 'it was not evaluated'}"
    if one.delegated is not None and tier not in one.delegated:
        return f"it is not delegated for tier {tier.word if tier else 'none'}"
    if baseline.approvers:
        # What has no tier can be anything: it takes whoever may approve for the highest.
        asked = tier or max(baseline.approvers)
        if exception.approved_by not in baseline.approvers.get(asked, ()):
            return f"{exception.approved_by} may not approve for {f'tier {tier.word}' if tier else 'what has no tier'}"
    return ""
