"""Requests that were to create or change something, as an audit log has them: to be put again.

Source: k8s.io/apiserver 1.36, pkg/apis/audit/v1/types.go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from hardstand.model.past import Keeper, PastRequest
from hardstand.model.run import Unreadable
from hardstand.sources.audit.fields import mapping, path_and_query, status, text
from hardstand.sources.audit.once import identity
from hardstand.sources.audit.reading import AuditEvents

_WRITES = {"create": "create", "update": "update", "patch": "update"}
_DONE = "ResponseComplete"
_PANIC = "Panic"
_TRUNCATED = "audit.k8s.io/truncated"
"""Source: k8s.io/apiserver 1.36, plugin/pkg/audit/truncate, `annotationKey`."""


@dataclass(slots=True)
class AuditLog(AuditEvents):
    """The requests of some files and folders, as they are read; `open` once."""

    _seen: set[bytes] = field(default_factory=set)

    def open(self) -> Iterator[PastRequest | Unreadable]:
        """Every request that was to create or change something, once, and what could not be read."""
        for one in self.events():
            if isinstance(one, Unreadable):
                yield one
                continue
            found = _request(one.event, one.time)
            if found is not None and (key := identity(one.event)) not in self._seen:
                self._seen.add(key)
                yield found


def _request(event: Mapping[str, Any], moment: datetime) -> PastRequest | None:
    """The request of an event; None for what changes nothing, and for a stage before the last."""
    verb, reference = text(event, "verb"), event.get("objectRef")
    if verb not in _WRITES or event.get("stage") not in (_DONE, _PANIC) or not isinstance(reference, dict):
        return None
    code = status(event)
    body, as_sent, missing = _object(event, verb)
    user = mapping(event, "impersonatedUser") or mapping(event, "user")
    group, version = text(reference, "apiGroup"), text(reference, "apiVersion")
    sent, groups = event.get("requestObject"), user.get("groups")
    notes = event.get("annotations")
    return PastRequest(
        keeper=Keeper.AUDIT,
        uid=text(event, "auditID"),
        time=moment,
        creates=verb == "create" or code == 201,  # An apply, or an update, may create: RFC 9110, section 15.3.2.
        api_version=f"{group}/{version}" if group else version,
        resource=text(reference, "resource"),
        subresource=text(reference, "subresource"),
        namespace=text(reference, "namespace") or None,
        name=text(reference, "name") or _named(body),
        user=text(user, "username"),
        groups=tuple(one for one in groups if isinstance(one, str)) if isinstance(groups, list) else (),
        object=body,
        missing=missing,
        as_sent=as_sent,
        patch=sent if verb == "patch" else None,
        failed=code if code >= 400 else 0,
        dry_run="dryRun" in parse_qs(path_and_query(event)[1]),
        notes=notes if isinstance(notes, dict) else {},
    )


def _object(event: Mapping[str, Any], verb: str) -> tuple[Mapping[str, Any] | None, bool, str]:
    """What the request left or would have left; whether that is only what was sent; why there is nothing.

    `requestObject` is what was sent, before defaults and admission, and of a patch the patch; `responseObject` is the
    object as it was stored, or a Status where the request failed.
    """
    level, notes = event.get("level"), event.get("annotations")
    if isinstance(notes, dict) and notes.get(_TRUNCATED) == "true":
        return None, False, "the audit log left the object out, since it is large"
    if level not in ("Request", "RequestResponse"):
        return None, False, f"cannot be rehearsed: audit level {level if level == 'Metadata' else 'unknown'}"
    if event.get("stage") == _PANIC:
        return None, False, "the API server broke off over it"
    answered, sent = event.get("responseObject"), event.get("requestObject")
    if isinstance(answered, dict) and answered.get("kind") not in ("Status", "PartialObjectMetadata", "Table", None):
        return answered, False, ""
    if verb == "patch":
        return None, False, f"cannot be rehearsed: of a patch, audit level {level} keeps the patch alone"
    if isinstance(sent, dict):
        return sent, True, ""
    return None, False, "cannot be rehearsed: the audit log has no object of it"


def _named(body: Mapping[str, Any] | None) -> str:
    metadata = (body or {}).get("metadata")
    return text(metadata, "name") if isinstance(metadata, dict) else ""
