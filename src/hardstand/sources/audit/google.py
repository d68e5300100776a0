"""Entries of Google's Cloud Logging, made the events of `audit.k8s.io/v1` that GKE made them of.

What they do not tell stays away: groups of users, stages, and the level.

Sources: https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging,
https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog, and for the codes
https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
"""

import re
from collections.abc import Mapping
from typing import Any

from hardstand.sources.audit.fields import listed, mapping, text

AUDIT_LOG = "type.googleapis.com/google.cloud.audit.AuditLog"
NO_GROUPS = "hardstand.dev/no-groups"
"""A field of an event whose source does not tell the groups of users."""

_STATUS = {0: 200, 3: 400, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 13: 500, 14: 503, 16: 401}
"""HTTP statuses of gRPC's codes."""

_VERSION = re.compile(r"v\d+((alpha|beta)\d+)?")
_OF_NAMESPACES = frozenset({"status", "finalize"})
"""Subresources of a namespace itself. Source: k8s.io/apiserver, pkg/endpoints/request/requestinfo.go."""

_ENTRY = {"labels": dict, "operation": dict, "insertId": str, "timestamp": str}
_PAYLOAD = {
    "serviceName": str,
    "methodName": str,
    "resourceName": str,
    "authenticationInfo": dict,
    "authorizationInfo": list,
    "status": dict,
}
_BY = {"principalEmail": str, "authoritySelector": str}


def event_of(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The event of an entry; None where it is none of Kubernetes' API, or a field is of another type than there."""
    told = mapping(entry, "protoPayload")
    if not (_typed(entry, _ENTRY) and _typed(told, _PAYLOAD) and _typed(mapping(told, "authenticationInfo"), _BY)):
        return None
    service, method = text(told, "serviceName"), text(told, "methodName")
    if (service and service != "k8s.io") or not method.startswith("io.k8s."):
        return None
    steps = method.removeprefix("io.k8s.").split(".")
    by, notes = mapping(told, "authenticationInfo"), dict(mapping(entry, "labels"))
    granted = [one.get("granted") for one in listed(told, "authorizationInfo") if isinstance(one, dict)]
    code = mapping(told, "status").get("code", 0)
    if False in granted and "authorization.k8s.io/decision" not in notes:
        notes["authorization.k8s.io/decision"] = "forbid"
    event: dict[str, Any] = {
        "kind": "Event",
        "auditID": text(mapping(entry, "operation"), "id") or text(entry, "insertId"),
        "level": "RequestResponse" if "request" in told or "response" in told else "Metadata",
        "stage": "ResponseComplete",
        "verb": steps[-1],
        "user": {"username": text(by, "principalEmail")},
        "responseStatus": {"code": _STATUS.get(code, 500) if isinstance(code, int) else 500},
        "requestObject": _object(told, "request"),
        "responseObject": _object(told, "response"),
        "stageTimestamp": text(entry, "timestamp"),
        "annotations": notes,
        NO_GROUPS: True,
    }
    if text(by, "authoritySelector"):  # The authority under which the principal asked to act, as its reference says.
        event["impersonatedUser"] = {"username": text(by, "authoritySelector")}
    name = text(told, "resourceName").strip("/")
    reference = _reference(name) if len(steps) > 1 else None
    if reference is None:
        return {**event, "requestURI": f"/{name}"}
    return {**event, "objectRef": reference}


def _typed(fields: Mapping[str, Any], types: Mapping[str, type]) -> bool:
    return all(isinstance(fields.get(key), kind | None) for key, kind in types.items())


def _reference(name: str) -> Mapping[str, str] | None:
    """What `GROUP/VERSION/namespaces/NAMESPACE/RESOURCE/NAME/SUBRESOURCE…` refers to; None where it is a path."""
    group, *rest = name.split("/")
    if len(rest) < 2 or not _VERSION.fullmatch(rest[0]):
        return None
    version, *steps = rest
    namespace = ""
    if steps[0] == "namespaces" and len(steps) > 1:
        namespace = steps[1]
        if len(steps) > 2 and steps[2] not in _OF_NAMESPACES:
            steps = steps[2:]
    told = dict(zip(("resource", "name", "subresource"), steps, strict=False))
    return {"apiGroup": "" if group == "core" else group, "apiVersion": version, "namespace": namespace, **told}


def _object(told: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """A request or answer without the type that Google adds."""
    found = told.get(key)
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if name != "@type"}
