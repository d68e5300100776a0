"""Audit events at level Metadata, for tests, and what others wrap around them."""

import json
from pathlib import Path
from typing import Any

WEB = "system:serviceaccount:shop:web"
GROUPS = ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"]


def event(
    uid: str = "a-1", verb: str = "get", uri: str = "/api/v1/namespaces/shop/configmaps/a", **changed: Any
) -> Any:
    """An event as an API server writes it; the reference is that of a ConfigMap unless it is changed."""
    reference = {"resource": "configmaps", "namespace": "shop", "name": "a", "apiVersion": "v1"}
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": uid,
        "stage": "ResponseComplete",
        "requestURI": uri,
        "verb": verb,
        "user": {"username": WEB, "uid": "u-1", "groups": GROUPS},
        "sourceIPs": ["10.0.0.1"],
        "objectRef": reference,
        "responseStatus": {"metadata": {}, "code": 200},
        "requestReceivedTimestamp": "2026-06-01T11:59:59.900000Z",
        "stageTimestamp": "2026-06-01T12:00:00.000000Z",
        "annotations": {
            "authorization.k8s.io/decision": "allow",
            "authorization.k8s.io/reason": 'RBAC: allowed by RoleBinding "web/shop" of Role "web" to ServiceAccount',
        },
        **changed,
    }


def google(method: str, name: str, **changed: Any) -> Any:
    """An entry of Cloud Logging, as GKE writes it; `changed` are other fields of its payload."""
    return {
        "insertId": f"i-{method}-{name}",
        "logName": "projects/p/logs/cloudaudit.googleapis.com%2Fdata_access",
        "resource": {"type": "k8s_cluster", "labels": {"cluster_name": "c"}},
        "timestamp": "2026-06-01T12:00:00.123456Z",
        "labels": {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "RBAC: allowed by x"},
        "operation": {"id": f"o-{method}-{name}", "producer": "k8s.io", "first": True, "last": True},
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "k8s.io",
            "methodName": method,
            "resourceName": name,
            "authenticationInfo": {"principalEmail": WEB},
            "authorizationInfo": [{"granted": True, "permission": method, "resource": name}],
            "status": {},
            **changed,
        },
    }


def lines(path: Path, *events: Any) -> str:
    path.write_text("".join(json.dumps(one) + "\n" for one in events))
    return str(path)
