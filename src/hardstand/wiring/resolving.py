"""What knows whose address it was: filled from a history of snapshots, or from one picture of a cluster.

What an API server's audit log tells of pods in between can be added.
"""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hardstand.analysis.reach.holders import HOLDER_READS
from hardstand.model.run import Unreadable
from hardstand.network.observed.lives import KINDS, Sight
from hardstand.network.observed.resolving import Resolver
from hardstand.network.observed.tenancy import resolver
from hardstand.sources.audit.fields import allowed, mapping, status, text
from hardstand.sources.audit.reading import AuditEvents
from hardstand.sources.history.database import HistoryError
from hardstand.sources.history.lives import lives
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.reading import Snapshot, SnapshotError
from hardstand.sources.snapshot.sniffing import is_history
from hardstand.wiring.surveying import Surveyed

_RESOURCES = frozenset(
    {"pods", "services", "nodes", "endpointslices", "endpoints", "replicasets", "jobs", "replicationcontrollers"}
)


def of_history(folder: str) -> Resolver:
    """By all snapshots of a history: each pod from its start up to the last snapshot that shows it.

    HistoryError where it cannot be read.
    """
    return resolver(in_history(folder))


def of_snapshot(snapshot: Snapshot) -> Resolver:
    """By one snapshot: each pod from its start on, also after the snapshot. What it does not hold tells nothing."""
    return resolver(in_snapshot(snapshot))


def of_objects(objects: Iterable[Mapping[str, Any]], taken: datetime | None = None) -> Resolver:
    """By objects as an API server gives them, and when it did (now, if that is not said): each from its start on."""
    moment = taken or datetime.now(UTC)
    return resolver(Sight(one, moment) for one in objects)


def in_picture(found: Surveyed) -> Iterator[Sight]:
    """What was read of a cluster, a snapshot or files, if `HOLDER_READS` was. What files hold was always there."""
    taken = datetime.fromisoformat(found.taken) if found.taken else datetime.now(UTC)
    moment = taken if found.settled else datetime.min.replace(tzinfo=UTC)
    for view, _ in HOLDER_READS:
        for one in found.neighbours.anywhere(view):
            yield Sight(one.object.data, moment)


def resolver_for(found: Surveyed, paths: Iterable[str], audit: Iterable[str], faults: list[Unreadable]) -> Resolver:
    """By all that was read: the histories among the paths, or else the picture; and audit logs, whose faults are added
    to `faults`. HistoryError where a history cannot be read.
    """
    histories = [folder for path in paths if is_history(folder := path.partition("@")[0])]
    pictures = [in_history(folder) for folder in histories] or [in_picture(found)]
    return resolver(itertools.chain(*pictures, in_audit_logs(audit, faults)))


def in_history(folder: str) -> Iterator[Sight]:
    """What a history shows. HistoryError where it cannot be read."""
    try:
        for one in lives(folder, _RESOURCES):
            yield Sight(json.loads(one.data), one.first, None if one.newest else one.last)
    except (SnapshotError, ValueError, KeyError, TypeError) as error:
        raise HistoryError(f"{folder} is damaged: {error}", "`hardstand snapshot --verify` says where") from error


def in_snapshot(snapshot: Snapshot) -> Iterator[Sight]:
    """What a snapshot shows."""
    taken = datetime.fromisoformat(snapshot.header.about.taken_at)
    return (Sight(json.loads(one.data), taken) for one in snapshot.pages() if isinstance(one, Page))


def in_audit_logs(logs: Iterable[str], faults: list[Unreadable]) -> Iterator[Sight]:
    """What audit logs show of objects that were made, changed or deleted, where their policy keeps responses
    (`RequestResponse` of pods and pods/status); what cannot be read of them is added to `faults`.

    Pods of which a log tells nothing are no less there: take a snapshot's sights, too. What it tells of one it tells of
    that moment: that it is there no more may be what the policy leaves out.
    """
    for one in AuditEvents(tuple(logs)).events():
        if isinstance(one, Unreadable):
            faults.append(one)
            continue
        found, verb = mapping(one.event, "responseObject"), text(one.event, "verb")
        if text(found, "kind") not in KINDS or not allowed(one.event) or status(one.event) >= 400:
            continue
        if verb in ("create", "update", "patch", "delete"):
            # A pod that is asked to be deleted is still there until its containers have ended, and is deleted again.
            patient = mapping(found, "metadata").get("deletionGracePeriodSeconds")
            yield Sight(found, one.time, one.time, gone=verb == "delete" and not patient)
