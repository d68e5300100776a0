"""A grant, written to a cluster: recorded first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardstand.ledger.changes import ChangeRecord
from hardstand.sources.cluster.errors import ClusterError
from hardstand.wiring.clusters import ClusterRequest, connected
from hardstand.wiring.judging import written


def apply_grant(where: ClusterRequest, binding: Mapping[str, Any], record: Path) -> str:
    """Make a binding in a cluster, once its record is on the disk, and give the name of the cluster.

    ClusterError where the cluster does not take it, which is recorded, too; OSError where it cannot be recorded.
    """
    client = connected(where)
    from hardstand.sources.cluster.writing import create
    from hardstand.wiring.expiring import RESOURCES

    kept = ChangeRecord(record)
    kept.record(_now(), "creating", client.cluster, binding)
    try:
        made = create(client, RESOURCES[str(binding["kind"])], binding)
    except ClusterError as error:
        kept.record(_now(), "not-created", client.cluster, binding, str(error))
        raise
    made.get("metadata", {}).pop("managedFields", None)
    kept.record(_now(), "created", client.cluster, made)
    return client.cluster


def _now() -> str:
    return written(datetime.now(UTC))
