"""What is found, as far as it is decided upon: whole findings are made only of what is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hardstand.engine.findings import Outline
from hardstand.engine.pending import Judgement
from hardstand.model.finding import Finding
from hardstand.model.verdict import Action, Severity, Verdict, Why

_FAIL = Verdict.FAIL
_UNKNOWN = "unknown"


@dataclass(slots=True)
class Line:
    """What people are told of one finding."""

    id: str
    control: str
    word: str
    """How bad it is, or that it could not be decided."""
    field: str
    said: str
    """The subject and what is said of it; what could not be decided is a sentence of its own."""
    action: Action
    waiver: str | None


@dataclass(slots=True)
class Told:
    """One thing that is found."""

    control: str
    word: str
    """How bad it is, or that it could not be decided."""
    action: Action
    one: Finding | Outline
    judgement: Judgement | None = None
    """Of an outline, where it is from."""
    unlisted: bool = False
    """It could not be decided, since the gate may not list what it depends on."""
    by: "Decided | None" = None
    """How it was decided, where that was not by what is outlined itself."""

    @property
    def outline(self) -> Outline | None:
        """What is outlined; None where it came whole."""
        return self.one if isinstance(self.one, Outline) else None

    def whole(self) -> Finding:
        """The finding itself. LookupError for an outline that came without its judgement."""
        one = self.one
        if isinstance(one, Finding):
            return one
        found = self._judgement().finding(one)
        by = self.by
        return found if by is None else replace(found, action=by.action, waiver=by.waiver, tier=by.tier)

    def line(self) -> Line:
        """What people are told of it. LookupError as `whole`."""
        one = self.one
        if isinstance(one, Finding):
            place, failed = one.locations[0], one.verdict is _FAIL
            part = place.caption.removeprefix(str(one.object)).removeprefix(", ") if failed else ""
            return self._line(one.id, place.field, part or one.object.kind, one.message, one.waiver, failed=failed)
        judgement = self._judgement()
        named = judgement.named(one)
        part = one.hit.caption or judgement.object.kind
        waiver = one.waiver if self.by is None else self.by.waiver
        return self._line(named.id, named.field, part, one.hit.message, waiver, failed=one.verdict is _FAIL)

    def _line(self, key: str, field: str, part: str, message: str, waiver: str | None, *, failed: bool) -> Line:
        said = f"{part} {message}" if failed else message
        return Line(key, self.control, self.word, field or "metadata", said, self.action, waiver)

    def _judgement(self) -> Judgement:
        if self.judgement is None:
            raise LookupError("an outline without its judgement")
        return self.judgement


@dataclass(frozen=True, slots=True)
class Decided:
    """What is done about a finding, by the verdict of another object."""

    action: Action
    waiver: str | None
    tier: str | None


def told_by(judgement: Judgement, several: Iterable[tuple[Outline, Decided]]) -> list[Told]:
    """As `told_of`, of those that something else decides about."""
    decided = [(one, by.action, by) for one, by in several if by.action is not Action.OFF]
    return _told(judgement, decided)


def told_of(judgement: Judgement) -> list[Told]:
    """What a judgement found, the worst first, less what is off."""
    return _told(judgement, [(one, one.action, None) for one in judgement.outlines if one.action is not Action.OFF])


def _told(judgement: Judgement, decided: Iterable[tuple[Outline, Action, Decided | None]]) -> list[Told]:
    """Faults before what could not be decided, the most severe first; of one control, in the order of finding."""
    ranked = []
    for at, (one, action, by) in enumerate(decided):
        control, failed = one.control, one.verdict is _FAIL
        told = Told(
            control.id,
            control.severity.word if failed else _UNKNOWN,
            action,
            one,
            judgement,
            one.hit.why is Why.MAY_NOT_LIST,
            by,
        )
        ranked.append((not failed, -control.severity, control.id, at, told))
    ranked.sort()
    return [one[-1] for one in ranked]


def told_findings(findings: Iterable[Finding]) -> list[Told]:
    """Whole findings, the worst first, less what is off."""
    found = [one for one in findings if one.action is not Action.OFF]
    found.sort(key=lambda one: (one.verdict is not _FAIL, -one.severity, one.control))
    return [
        Told(one.control, _word(one.severity, one.verdict), one.action, one, unlisted=one.why is Why.MAY_NOT_LIST)
        for one in found
    ]


def whole(several: Iterable[Told]) -> list[Finding]:
    """The findings themselves."""
    return [one.whole() for one in several]


def lines(several: Iterable[Told]) -> list[Line]:
    """What people are told of them."""
    return [one.line() for one in several]


def _word(severity: Severity, verdict: Verdict) -> str:
    return severity.word if verdict is _FAIL else _UNKNOWN


def split(several: Sequence[Told], number: int) -> tuple[Sequence[Told], Sequence[Told]]:
    """The first so many, and the rest; a single one is not worth being left."""
    number = len(several) if len(several) == number + 1 else number
    return several[:number], several[number:]
