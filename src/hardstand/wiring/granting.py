"""A grant, written to a cluster: recorded first, and only of a role that is there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardstand.ledger.changes import ChangeRecord
from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ApiError, ClusterError, NotFoundError
from hardstand.sources.cluster.resource import Resource
from hardstand.wiring.clusters import ClusterRequest, connected
from hardstand.wiring.judging import written

_GROUP = "rbac.authorization.k8s.io"
_ROLES = {
    "Role": Resource(Kind(_GROUP, "Role"), "v1", "roles", namespaced=True),
    "ClusterRole": Resource(Kind(_GROUP, "ClusterRole"), "v1", "clusterroles", namespaced=False),
}


class NoRoleError(ClusterError):
    """A cluster has no role of the name; `known` are those that it has of its kind, as far as they can be read."""

    def __init__(self, message: str, known: Sequence[str]) -> None:
        self.known = known
        super().__init__(message)


def apply_grant(where: ClusterRequest, binding: Mapping[str, Any], record: Path) -> str:
    """Make a binding in a cluster, once its record is on the disk, and give the name of the cluster.

    NoRoleError where there is no such role: the API server would take the binding all the same, and whoever makes the
    role later would give it. ClusterError where the cluster does not take it, which is recorded, too; OSError where it
    cannot be recorded.
    """
    client = connected(where)
    _see(client, binding)
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


def _see(client: Client, binding: Mapping[str, Any]) -> None:
    """NoRoleError where the role is not there. One that may not be read is left to the API server to judge."""
    kind, name = str(binding["roleRef"]["kind"]), str(binding["roleRef"]["name"])
    resource, namespace = _ROLES[kind], binding["metadata"].get("namespace")
    home = namespace if resource.namespaced else None
    try:
        client.get(resource.path(home, name))
    except NotFoundError:
        place = f"namespace {home} of {client.cluster}" if home else client.cluster
        raise NoRoleError(f"there is no {kind} {name} in {place}", _names(client, resource, home)) from None
    except ApiError:
        return


def _names(client: Client, resource: Resource, home: str | None) -> Sequence[str]:
    try:
        return [str(one["metadata"]["name"]) for one in client.list(resource, home, metadata_only=True)]
    except ApiError:
        return ()


def _now() -> str:
    return written(datetime.now(UTC))
