"""What knows whose address it was: filled from a history of snapshots, or from one picture of a cluster."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hardstand.network.observed.resolving import Resolver
from hardstand.network.observed.tenancy import Sight, resolver
from hardstand.sources.history.database import HistoryError
from hardstand.sources.history.lives import lives
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.reading import Snapshot, SnapshotError

_RESOURCES = frozenset(
    {"pods", "services", "nodes", "endpointslices", "endpoints", "replicasets", "jobs", "replicationcontrollers"}
)


def of_history(folder: str) -> Resolver:
    """By all snapshots of a history: each pod from its start up to the last snapshot that shows it.

    HistoryError where it cannot be read.
    """

    def sights() -> Iterator[Sight]:
        try:
            for one in lives(folder, _RESOURCES):
                yield Sight(json.loads(one.data), one.first, None if one.newest else one.last)
        except (SnapshotError, ValueError, KeyError, TypeError) as error:
            raise HistoryError(f"{folder} is damaged: {error}", "`hardstand snapshot --verify` says where") from error

    return resolver(sights())


def of_snapshot(snapshot: Snapshot) -> Resolver:
    """By one snapshot: each pod from its start on, also after the snapshot. What it does not hold tells nothing."""
    taken = datetime.fromisoformat(snapshot.header.about.taken_at)
    return of_objects((json.loads(one.data) for one in snapshot.pages() if isinstance(one, Page)), taken)


def of_objects(objects: Iterable[Mapping[str, Any]], taken: datetime | None = None) -> Resolver:
    """By objects as an API server gives them, and when it did (now, if that is not said): each from its start on."""
    moment = taken or datetime.now(UTC)
    return resolver(Sight(one, moment) for one in objects)
