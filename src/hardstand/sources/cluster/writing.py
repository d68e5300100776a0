"""The few changes that Hardstand makes to a cluster, all of them asked for by a person.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/, server-side-apply/
"""

from collections.abc import Mapping
from typing import Any

from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.resource import Resource

MANAGER = "hardstand"
_MERGE = "application/merge-patch+json"
_APPLY = "application/apply-patch+yaml"  # JSON is YAML, and every version of the server takes it under this name.


def create(client: Client, resource: Resource, item: Mapping[str, Any]) -> dict[str, Any]:
    """Make an object and give it as the server keeps it. ConflictError where it is there already."""
    metadata = item.get("metadata") or {}
    return _object(client.send("POST", resource.path(metadata.get("namespace")), item, _manager()))


def replace(client: Client, resource: Resource, item: Mapping[str, Any]) -> dict[str, Any]:
    """Put an object in the place of the one with its name, and give it as the server keeps it.

    With a `metadata.resourceVersion` only if nobody has changed it since: else ConflictError. NotFoundError where there
    is none.
    """
    return _object(client.send("PUT", _path(resource, item), item, _manager()))


def server_side_apply(
    client: Client, resource: Resource, item: Mapping[str, Any], *, force: bool = False
) -> dict[str, Any]:
    """Make these fields so, whatever else the object has, and give it as the server keeps it.

    ConflictError where somebody else manages one of the fields, unless `force` takes it over.
    """
    query = [*_manager(), ("force", "true" if force else "false")]
    return _object(client.send("PATCH", _path(resource, item), item, query, _APPLY))


def merge(client: Client, resource: Resource, item: Mapping[str, Any]) -> dict[str, Any]:
    """Make these fields so, lists as a whole, whoever manages them, and give the object as the server keeps it.

    Source: RFC 7386
    """
    return _object(client.send("PATCH", _path(resource, item), item, _manager(), _MERGE))


def delete(client: Client, resource: Resource, item: Mapping[str, Any]) -> None:
    """Take away an object that was read, as long as nobody has changed it since: else ConflictError.

    NotFoundError where it is gone. Source: `Preconditions` of DeleteOptions, api-concepts, as above
    """
    metadata = item.get("metadata") or {}
    wanted = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
    options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": wanted}
    client.send("DELETE", _path(resource, item), options)


def _path(resource: Resource, item: Mapping[str, Any]) -> str:
    metadata = item.get("metadata") or {}
    name = metadata.get("name")
    if not name:
        raise ValueError(f"the {resource.kind.name} has no metadata.name")
    return resource.path(metadata.get("namespace"), name)


def _manager() -> list[tuple[str, str]]:
    return [("fieldManager", MANAGER)]


def _object(answer: Any) -> dict[str, Any]:
    return dict(answer)
