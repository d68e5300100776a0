"""Read back a Run that the json format wrote, as far as later runs need it."""

import json
from typing import Any

from hardstand.report.json import SCHEMA


class PastRunError(ValueError):
    """The text is not a Run that this version can read; the message says why."""


def load(data: bytes) -> dict[str, Any]:
    """The contract's object. PastRunError when it is not JSON, not a Run, or of another schema."""
    try:
        found = json.loads(data)
    except ValueError as error:
        raise PastRunError(f"not JSON: {error}") from error
    if not isinstance(found, dict) or "schema" not in found:
        raise PastRunError("not the result of a scan")
    if found["schema"] != SCHEMA:
        raise PastRunError(f"its schema is {found['schema']!r}, this version reads {SCHEMA}")
    findings = found.get("findings")
    if not isinstance(findings, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in findings
    ):
        raise PastRunError("its findings are damaged")
    return found


def finding_ids(data: bytes) -> frozenset[str]:
    """The ids of all findings of a past Run."""
    return frozenset(one["id"] for one in load(data)["findings"])
