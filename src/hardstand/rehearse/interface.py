"""What a rehearsal comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.run import Tightening, Unreadable


@dataclass(frozen=True, slots=True)
class Whose:
    """What a person has to change, and who that is."""

    workload: ObjectRef
    """The owner that a person edits; the object itself where it has none."""
    owner: str | None
    """Who answers for it; None where nobody is declared."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A finding that blocks under one baseline and not under the other."""

    finding: Finding
    whose: Whose
    otherwise: str
    """What becomes of it under the other: `warn`, `waived`, `off`, or `not found`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """For what something would have been refused."""

    control: str
    severity: str
    verdict: str
    field: str
    message: str
    fix: str
    """A sentence; empty where the control has none."""
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """What would have been refused of one workload."""

    whose: Whose
    count: int
    first: datetime
    last: datetime
    users: tuple[str, ...]
    """Who asked; the most frequent first."""
    resources: Mapping[str, int]
    """For what: a refused Deployment has a ReplicaSet and pods, which are counted here as they were asked for."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """One sort of log, and what time it is of."""

    keeper: str
    entries: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Untold:
    """Requests of which nobody can tell how they would end, for one reason."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requests:
    """What would have become of past requests."""

    asked: int | None
    """The days that were asked for; None is all there are."""
    since: datetime | None
    """From when on requests are looked at; None is from the first."""
    logs: tuple[Log, ...]
    met: int
    """Requests within these days that were to create or change something."""
    judged: int
    """Those of which it can be told."""
    refused: tuple[Refusal, ...]
    """Let in then, and refused now."""
    still: tuple[Refusal, ...]
    """Refused by the gate then, and now as well."""
    freed: int
    """Refused by the gate then, and let in now."""
    let_through: Mapping[str, int]
    """They would have been refused but for an emergency, or for broken glass."""
    admitted: int
    passed: int
    """Not judged by the gate: nothing in them matters, or they are not sent to it."""
    failed: Mapping[int, int]
    """Refused then, by whomever, by status."""
    dry_runs: int
    untold: tuple[Untold, ...]
    as_sent: int
    """Judged as they were sent, before defaults and admission."""

    @property
    def unknown(self) -> int:
        """How many cannot be told."""
        return sum(one.count for one in self.untold)

    @property
    def covered(self) -> tuple[datetime, datetime] | None:
        """The time, within what was asked for, that the logs are of; None where they are of none of it."""
        firsts = [one.first for one in self.logs if one.first is not None]
        lasts = [one.last for one in self.logs if one.last is not None]
        if not firsts or not lasts:
            return None
        first, last = max([min(firsts), *([self.since] if self.since else [])]), max(lasts)
        return (first, last) if first <= last else None

    @property
    def days(self) -> float:
        """The days that the logs are of."""
        return (self.covered[1] - self.covered[0]).total_seconds() / 86_400 if self.covered else 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """A baseline, as reports name it."""

    path: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All of it."""

    tool_version: str
    evaluated_at: str
    cluster: str | None
    old: Held
    new: Held
    objects: int
    blocks: tuple[Blocked, ...]
    """What blocks under the new baseline alone."""
    frees: tuple[Blocked, ...]
    """What blocks under the old baseline alone."""
    tightening: tuple[Tightening, ...]
    """Modes of the new baseline that tighten on a day to come, and what of the estate would be blocked from then on."""
    requests: Requests | None
    """None where no log was named."""
    unreadable: tuple[Unreadable, ...]

    @property
    def refuses(self) -> bool:
        """Something is refused that was not."""
        return bool(self.blocks or (self.requests and self.requests.refused))
