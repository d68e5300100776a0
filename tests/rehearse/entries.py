"""Entries of audit logs for tests, as an API server writes them of the requests of recorded reviews."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def entry(review: Mapping[str, Any], uid: str = "a-1", **changed: Any) -> Entry:
    """The last event of a review's request at level RequestResponse; `changed` are other values of its fields."""
    request = review["request"]
    creates = request["operation"] == "CREATE"
    data = request["object"]
    reference = {
        "resource": request["resource"]["resource"],
        "namespace": request.get("namespace", ""),
        "name": request.get("name") or data["metadata"].get("name", ""),
        "apiGroup": request["resource"]["group"],
        "apiVersion": request["resource"]["version"],
        "subresource": request.get("subResource", ""),
    }
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": uid,
        "stage": "ResponseComplete",
        "requestURI": "/apis/somewhere?fieldManager=kubectl",
        "verb": "create" if creates else "update",
        "user": {**request["userInfo"]},
        "sourceIPs": ["127.0.0.1"],
        "objectRef": {key: value for key, value in reference.items() if value},
        "responseStatus": {"metadata": {}, "code": 201 if creates else 200},
        "requestObject": data,
        "responseObject": data,
        "requestReceivedTimestamp": "2026-06-01T11:59:59.900000Z",
        "stageTimestamp": "2026-06-01T12:00:00.000000Z",
        **changed,
    }


def written(path: Path, *entries: Entry) -> str:
    path.write_text("".join(json.dumps(one) + "\n" for one in entries))
    return str(path)
