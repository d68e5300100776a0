"""A request of the past that changed something, as it was kept: by the gate, or in an API server's audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hardstand.model.path import Value


class Keeper(StrEnum):
    """Who kept it."""

    GATE = "gate"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class PastRequest:
    """One request to an API server, long answered.

    Where `missing` says why, `object` is none: the request cannot be put again, and nobody can tell how it would end.
    """

    keeper: Keeper
    uid: str
    """As its keeper calls it: of the AdmissionReview, or of the audit log's entry."""
    time: datetime
    creates: bool
    """Else it updates."""
    api_version: str
    """Of the resource; `v1`, `apps/v1`."""
    resource: str
    """The plural, such as `deployments`."""
    subresource: str
    namespace: str | None
    name: str
    """Empty where the server was yet to make one, and nothing tells which it made."""
    user: str
    groups: tuple[str, ...]
    object: Mapping[str, Value] | None
    """What would have been there: as the server had it, or as it was sent."""
    missing: str = ""
    """Why there is no object."""
    as_sent: bool = False
    """The object is without the server's defaults, and without what admission changed."""
    patch: Value = None
    """What an update by a patch names, where that is known."""
    failed: int = 0
    """The status with which it was refused, by whomever; 0 where it was answered well."""
    dry_run: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    """Audit annotations."""

    @property
    def group(self) -> str:
        """The API group of the resource."""
        return self.api_version.rpartition("/")[0]

    @property
    def what(self) -> str:
        """The resource as RBAC writes it: `pods/resize`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource
