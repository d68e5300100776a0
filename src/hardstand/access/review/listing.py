"""The grants of a picture as rights that a review asks about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from hardstand.analysis.rbac.defaults import default_grant, is_default
from hardstand.analysis.rbac.expiry import EXPIRES
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Sort
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.rbac import Binding
from hardstand.model.right import Right

KUBERNETES = "kubernetes"
CLUSTER = "cluster"

REVIEW_READS = (
    (Binding, ("metadata.creationTimestamp", "metadata.resourceVersion")),
    (ServiceAccount, ()),
)
"""What a review reads besides roles and bindings."""

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, slots=True)
class Listed:
    """A grant, and the right that it is."""

    grant: Grant
    right: Right
    orphan: str


def listed(permissions: Permissions, accounts: frozenset[tuple[str, str]] | None) -> Iterator[Listed]:
    """The grants that a review is about, each once, in the order of the picture.

    `accounts` are the service accounts that there are, by namespace and name, or None where that is not known.
    """
    seen: set[str] = set()
    for grant in permissions.grants:
        right = right_of(grant)
        if right.id not in seen:
            seen.add(right.id)
            yield Listed(grant, right, orphaned(grant, accounts))


def kubernetes_own(grant: Grant) -> bool:
    """Whether Kubernetes makes a grant by itself, and nobody has changed the role that it gives."""
    if not default_grant(grant) or grant.role is None:
        return False
    found = is_default(grant.role)
    return found is not None and found.unchanged


def right_of(grant: Grant) -> Right:
    """The right that a grant is. Its last use is left open."""
    origin = grant.binding.origin
    return Right(
        system=KUBERNETES,
        subject=grant.who.word,
        right=grant.role_called,
        scope=scope_of(grant.namespace),
        by=grant.given_by,
        place=origin.rendered_from or origin.file,
        comes_to=() if grant.role is None else tuple(str(one.rule) for one in grant.role.rules),
        since=_metadata(grant, "creationTimestamp"),
    )


def scope_of(namespace: str) -> str:
    """Where a grant of Kubernetes counts."""
    return f"namespace/{namespace}" if namespace else CLUSTER


def role_key(grant: Grant) -> str:
    """What a campaign calls the role of a grant."""
    home = f"{grant.namespace}/" if grant.role_kind == "Role" else ""
    return f"{grant.role_kind}/{home}{grant.role_name}"


def binding_key(grant: Grant) -> str:
    """What a campaign calls the binding of a grant."""
    home = f"{grant.namespace}/" if grant.namespace else ""
    return f"{grant.kind}/{home}{grant.binding.name}"


def binding_of(grant: Grant) -> dict[str, Any]:
    """The binding of a grant as it stands, as it can be written again."""
    data = cast("Mapping[str, Any]", grant.binding.data)
    found = data.get("metadata") or {}
    metadata = {"name": grant.binding.name}
    if grant.namespace:
        metadata["namespace"] = grant.namespace
    for field in ("resourceVersion", "labels", "annotations"):
        if found.get(field):
            metadata[field] = found[field]
    if isinstance(metadata.get("annotations"), dict):
        notes = cast("Mapping[str, str]", metadata["annotations"])
        metadata["annotations"] = {key: text for key, text in notes.items() if key != _APPLIED}  # type: ignore[assignment]
    return {
        "apiVersion": grant.binding.api_version,
        "kind": grant.kind,
        "metadata": metadata,
        "roleRef": data.get("roleRef"),
        "subjects": data.get("subjects"),
    }


def subject_of(grant: Grant) -> dict[str, str]:
    """The subject of a grant, as the binding names it."""
    subjects = cast("Any", grant.binding.data["subjects"])
    return {key: text for key, text in subjects[grant.index].items() if isinstance(text, str)}


def expires_of(grant: Grant) -> str | None:
    """What the binding says of its end, as it is written."""
    notes = cast("Any", grant.binding.data.get("metadata") or {}).get("annotations")
    found = notes.get(EXPIRES) if isinstance(notes, dict) else None
    return None if found is None else str(found)


def accounts_of(neighbours: Neighbours, *, settled: bool) -> frozenset[tuple[str, str]] | None:
    """The service accounts of a picture; None where it does not hold all of them."""
    if not settled or neighbours.gaps(ServiceAccount):
        return None
    return frozenset((one.namespace or "", one.name) for one in neighbours.anywhere(ServiceAccount))


def orphaned(grant: Grant, accounts: frozenset[tuple[str, str]] | None) -> str:
    """What of a grant is not there; empty where all is, or where that is not known.

    Users and groups are not Kubernetes' own, so of them it cannot tell.
    """
    if grant.role is None and accounts is not None:
        return f"there is no {grant.role_called}"
    who = grant.who
    if who.sort is Sort.ACCOUNT and accounts is not None and (who.namespace, who.name) not in accounts:
        return f"there is no {who}"
    return ""


def roles_of(grants: Iterable[Grant]) -> dict[str, Grant]:
    """A grant for each role, by the role's key."""
    return {role_key(one): one for one in grants}


def _metadata(grant: Grant, field: str) -> str | None:
    metadata = grant.binding.data.get("metadata")
    found = metadata.get(field) if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else None
