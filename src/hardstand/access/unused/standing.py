"""Each identity that holds grants of its own, and how it stands: in use, unused, too new to tell, or unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from hardstand.access.cutting.running import RUNNING_READS, Running
from hardstand.access.least.rare import CRON_READS, missed
from hardstand.access.unused.watched import Watched
from hardstand.analysis.escalation.ends import kubernetes_own
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.rbac import Binding

UNUSED_READS: tuple[tuple[type[Subject], Sequence[str]], ...] = (
    *RUNNING_READS,
    *CRON_READS,
    (Binding, ("metadata.creationTimestamp",)),
)
"""What must be among the neighbours besides roles and bindings."""


class State(StrEnum):
    """How an identity stands."""

    UNUSED = "unused"
    UNKNOWN = "unknown"
    NEW = "new"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Standing:
    """One identity."""

    who: Who
    state: State
    why: str
    """Of what is unknown or new, the reason."""
    seen: datetime | None
    """When it last did anything; None is never in the logs."""
    grants: Mapping[Grant, datetime | None]
    """The grants that name it, each with when it last allowed something that was asked for."""
    workloads: Sequence[str]
    """What runs as it."""
    missed: Sequence[str]
    """Work of it that the logs may not show, as sentences; of what is unused only."""

    @property
    def idle(self) -> Sequence[Grant]:
        """The grants by which nothing was asked for; not those of roles of which that cannot be told."""
        unseen = [one for one, last in self.grants.items() if last is None]
        return [one for one in unseen if one.role is not None and not one.role.unreadable]


@dataclass(frozen=True, slots=True)
class Told:
    """All identities, by their names."""

    watched: Watched
    standings: Sequence[Standing]
    doubts: Sequence[str]
    """Why there may be more identities, or more that run as them."""

    def of(self, state: State) -> Sequence[Standing]:
        """Those that stand so."""
        return [one for one in self.standings if one.state is state]


def told_of(watched: Watched, permissions: Permissions, neighbours: Neighbours, uses: Mapping[Grant, datetime]) -> Told:
    """How everybody stands who is named by a binding, but for Kubernetes' own. `uses`: when grants were last used."""
    running = Running(neighbours)
    standings = [
        _standing(who, watched, permissions, neighbours, running, uses)
        for who in sorted(permissions.subjects())
        if not _own(who, permissions)
    ]
    doubts = [one.reason for one in permissions.doubts if one.who is None]
    return Told(watched, standings, tuple(dict.fromkeys((*doubts, *running.unreadable))))


def _own(who: Who, permissions: Permissions) -> bool:
    """Kubernetes' own, and the names that it has for everybody, which are nobody's identity."""
    return kubernetes_own(who, permissions) or (who.sort is not Sort.ACCOUNT and who.name.startswith("system:"))


def _standing(
    who: Who,
    watched: Watched,
    permissions: Permissions,
    neighbours: Neighbours,
    running: Running,
    uses: Mapping[Grant, datetime],
) -> Standing:
    grants = permissions.given_to(who)
    state, why = _state(who, watched, grants)
    window = watched.window
    return Standing(
        who,
        state,
        why,
        watched.seen.get(who),
        {one: uses.get(one) for one in grants},
        [str(one) for one in running.under(who)],
        list(missed(neighbours, who, window.first, window.last)) if state is State.UNUSED else [],
    )


def _state(who: Who, watched: Watched, grants: Iterable[Grant]) -> tuple[State, str]:
    if watched.active(who):
        return State.ACTIVE, ""
    since = [_since(one) for one in grants]
    known = [one for one in since if one is not None]
    if len(known) == len(since) and min(known) > watched.limit:
        return State.NEW, f"nothing was given to it before {min(known).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    blind = watched.blind(who)
    return (State.UNKNOWN, blind) if blind else (State.UNUSED, "")


def _since(grant: Grant) -> datetime | None:
    """When the binding was made, as a cluster tells it; None where nothing says."""
    metadata = grant.binding.data.get("metadata")
    word = metadata.get("creationTimestamp") if isinstance(metadata, dict) else None
    try:
        found = datetime.fromisoformat(word) if isinstance(word, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
