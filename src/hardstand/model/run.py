"""The immutable result of one evaluation."""

from dataclasses import dataclass

from hardstand.model.compact import Compact
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.verdict import Action, Verdict, Why


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that was there and could not be looked at. It never reads as clean."""

    path: str
    line: int
    column: int
    reason: str
    why: Why


@dataclass(frozen=True, slots=True)
class Input:
    """What one named input held."""

    source: str
    path: str
    objects: int
    skipped: int
    unreadable: tuple[Unreadable, ...]
    folded: int = 0
    """Live objects that are as the template of their owner says: they are judged there."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often one control was answered, and how."""

    control: str
    passed: int
    failed: int
    unknown: int
    not_applicable: int


@dataclass(frozen=True, slots=True)
class VerdictOn(Compact):
    """One verdict of one control on one object."""

    control: str
    object: ObjectRef
    verdict: Verdict
    why: Why | None


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data bundle that was used, and how old it is."""

    name: str
    date: str
    digest: str


@dataclass(frozen=True, slots=True)
class ExceptionState:
    """What became of one exception in a run."""

    id: str
    control: str
    place: str
    """Where it is declared: file and line."""
    owner: str
    reason: str
    approved_by: str
    ticket: str | None
    expires: str
    """Its last day, in UTC."""
    days_left: int
    """Days from the day of the run to its last; below zero once it has expired."""
    state: str
    """`active`, `ending`, `expired`, `lapsed` (what it depends on does not hold) or `unused` (it matches nothing)."""
    waived: int
    """Findings that it waives, alone or together with others."""
    lapsed: int
    """Findings that it is about and does not waive."""
    reasons: tuple[str, ...]
    """Why it did not waive what it matches."""


@dataclass(frozen=True, slots=True)
class Tightening:
    """A mode that tightens on a day to come, and what would then be blocked."""

    place: str
    """Where the mode is declared: file and line."""
    day: str
    days_left: int
    scope: str
    findings: int
    objects: tuple[ObjectRef, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactorTold:
    """One factor of a tier, and why it is what it is."""

    name: str
    value: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TierTold:
    """How the tier of one workload came to be."""

    object: ObjectRef
    file: str
    tier: str
    row: str
    """The row of the matrix that gave it: file and line, or nothing where no row fits."""
    environments: tuple[str, ...]
    factors: tuple[FactorTold, ...]
    owner: str | None
    ticket: str | None
    repository: str | None


@dataclass(frozen=True, slots=True)
class RadiusTold:
    """How far the fall of one workload reaches."""

    namespace: str
    kind: str
    name: str
    total: int
    at_least: bool
    """Something could not be told, and more may fall."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation, whole: inputs, coverage, findings, timing."""

    tool_version: str
    evaluated_at: str
    """RFC 3339, UTC."""
    duration_s: float
    inputs: tuple[Input, ...]
    coverage: tuple[Coverage, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[VerdictOn, ...] | None = None
    cluster: str | None = None
    baseline_path: str | None = None
    baseline_digest: str | None = None
    exceptions: tuple[ExceptionState, ...] = ()
    tightening: tuple[Tightening, ...] = ()
    tiers: tuple[TierTold, ...] = ()
    """Of the workloads that a person asked about."""
    data: tuple[DataSource, ...] = ()
    blast: tuple[RadiusTold, ...] = ()
    """Of every workload, where it was asked for."""

    @property
    def objects(self) -> int:
        """How many objects were judged."""
        return sum(one.objects for one in self.inputs)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """All that could not be looked at."""
        return tuple(fault for one in self.inputs for fault in one.unreadable)

    def count(self, action: Action) -> int:
        """How many findings lead to `action`."""
        return sum(finding.action is action for finding in self.findings)
