"""What is found, as far as it is decided upon: whole findings are made only of what somebody is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from hardstand.engine.findings import Outline
from hardstand.engine.pending import Judgement
from hardstand.model.finding import Finding
from hardstand.model.verdict import Action, Severity, Verdict

_FAIL = Verdict.FAIL


@dataclass(slots=True)
class Told:
    """One thing that is found."""

    control: str
    word: str
    """How bad it is, or that it could not be decided."""
    action: Action
    whole: Callable[[], Finding]
    outline: Outline | None = None


def told_of(judgement: Judgement) -> list[Told]:
    """What a judgement found, the worst first, less what is off."""
    found = [one for one in judgement.outlines if one.action is not Action.OFF]
    found.sort(key=_order_of)  # Stable: of one control, in the order in which it was found.
    return [
        Told(one.control.id, _word(one.control.severity, one.verdict), one.action, partial(judgement.finding, one), one)
        for one in found
    ]


def told_findings(findings: Iterable[Finding]) -> list[Told]:
    """Whole findings, the worst first, less what is off."""
    found = [one for one in findings if one.action is not Action.OFF]
    found.sort(key=lambda one: _order(one.control, one.severity, one.verdict))
    return [Told(one.control, _word(one.severity, one.verdict), one.action, partial(_itself, one)) for one in found]


def whole(several: Iterable[Told]) -> list[Finding]:
    """The findings themselves."""
    return [one.whole() for one in several]


def _itself(one: Finding) -> Finding:
    return one


def _word(severity: Severity, verdict: Verdict) -> str:
    return severity.word if verdict is _FAIL else "unknown"


def _order_of(one: Outline) -> tuple[bool, int, str]:
    return _order(one.control.id, one.control.severity, one.verdict)


@lru_cache(maxsize=4_096)
def _order(control: str, severity: Severity, verdict: Verdict) -> tuple[bool, int, str]:
    """Faults before what could not be decided, the most severe first."""
    return verdict is not _FAIL, -severity, control


def split(several: Sequence[Told], number: int) -> tuple[Sequence[Told], Sequence[Told]]:
    """The first so many, and the rest; a single one is not worth being left."""
    number = len(several) if len(several) == number + 1 else number
    return several[:number], several[number:]
