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
    data: tuple[DataSource, ...] = ()

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
