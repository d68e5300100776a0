"""An object in two parts: what was asked for, and what was made of it, which changes all the time.

A pod's status changes when its probe fails, and each change gives it another resourceVersion. Kept apart, the part that
people write is kept once, and the object is still put together again byte for byte.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parts:
    """One object's line, without its end, taken apart."""

    asked: bytes
    """The object, with null for its resourceVersion and its status; the whole line where it cannot be taken apart."""
    status: bytes = b""
    """Nothing where the object has none."""
    resource_version: str = ""


def apart(line: bytes) -> Parts:
    """Take a line apart so that `together` gives it back as it was."""
    try:
        told: dict[str, Any] = json.loads(line)
        version = told["metadata"].get("resourceVersion") or ""
        status = _written(told["status"]) if told.get("status") is not None else b""
        if version:
            told["metadata"]["resourceVersion"] = None
        if status:
            told["status"] = None
        made = Parts(_written(told), status, version)
        return made if together(made) == line else Parts(line)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Parts(line)


def together(parts: Parts) -> bytes:
    """The line as it was."""
    if not parts.status and not parts.resource_version:
        return parts.asked
    told = json.loads(parts.asked)
    if parts.resource_version:
        told["metadata"]["resourceVersion"] = parts.resource_version
    if parts.status:
        told["status"] = json.loads(parts.status)
    return _written(told)


def _written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
