"""What is found, as far as it is decided upon: whole findings are made only of what somebody is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from hardstand.engine.pending import Judgement
from hardstand.model.finding import Finding
from hardstand.model.verdict import Action, Severity, Verdict, Why


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is found."""

    control: str
    severity: Severity
    verdict: Verdict
    action: Action
    waiver: str | None
    whole: Callable[[], Finding]
    unlisted: bool = False
    """It could not be decided, since the gate may not list what it depends on."""

    @property
    def word(self) -> str:
        """How bad it is, or that it could not be decided."""
        return self.severity.word if self.verdict is Verdict.FAIL else "unknown"


def told_of(judgement: Judgement) -> list[Told]:
    """What a judgement found, the worst first, less what is off."""
    return _worst_first(
        Told(
            one.control.id,
            one.control.severity,
            one.verdict,
            one.action,
            one.waiver,
            partial(judgement.finding, one),
            one.hit.why is Why.MAY_NOT_LIST,
        )
        for one in judgement.outlines
    )


def told_findings(findings: Iterable[Finding]) -> list[Told]:
    """Whole findings, the worst first, less what is off."""
    return _worst_first(
        Told(
            one.control,
            one.severity,
            one.verdict,
            one.action,
            one.waiver,
            partial(_itself, one),
            one.why is Why.MAY_NOT_LIST,
        )
        for one in findings
    )


def whole(several: Iterable[Told]) -> list[Finding]:
    """The findings themselves."""
    return [one.whole() for one in several]


def _itself(one: Finding) -> Finding:
    return one


def _worst_first(several: Iterable[Told]) -> list[Told]:
    """Faults before what could not be decided, the most severe first."""
    found = [one for one in several if one.action is not Action.OFF]
    found.sort(key=_order)  # Stable: of one control, in the order in which it was found.
    return found


def _order(one: Told) -> tuple[bool, int, str]:
    return one.verdict is not Verdict.FAIL, -one.severity, one.control


def split(several: Sequence[Told], number: int) -> tuple[Sequence[Told], Sequence[Told]]:
    """The first so many, and the rest; a single one is not worth being left."""
    number = len(several) if len(several) == number + 1 else number
    return several[:number], several[number:]
