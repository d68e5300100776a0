"""Answers as bytes on the wire."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from hardstand.gate.server.interface import RefusedError

JSON: Final = "application/json"

# Words of k8s.io/apimachinery, pkg/apis/meta/v1/types.go, StatusReason.
_REASONS: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "Timeout",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `retry` asks the client to come again in a second."""

    status: int
    body: bytes
    content_type: str = JSON
    retry: bool = False
    allow: str = ""


def refusal(error: RefusedError, allow: str = "") -> Reply:
    """An error as a Status of Kubernetes: its clients, the API server too, show the message of one.

    A 503 may ask to come again: client-go waits as long as Retry-After says and sends once more, within its own
    time-out (k8s.io/client-go/rest/with_retry.go).
    """
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": error.sentence,
        "reason": _REASONS.get(error.status, ""),
        "code": error.status,
    }
    return Reply(error.status, json.dumps(status).encode(), retry=error.retry, allow=allow)


def wire(reply: Reply, close: bool, bodiless: bool = False) -> bytes:
    """The bytes of an answer; `bodiless` for HEAD, which gets the fields alone."""
    lines = [
        f"HTTP/1.1 {reply.status} {_PHRASES[reply.status]}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
    ]
    if reply.allow:
        lines.append(f"Allow: {reply.allow}")
    if reply.retry:
        lines.append("Retry-After: 1")
    if close:
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "\r\n"]).encode("ascii")
    return head if bodiless else head + reply.body
