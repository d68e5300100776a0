"""Read back a Run that the json format wrote, as far as later runs need it."""

import json
from typing import Any

from hardstand.model.known import Known, Place
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


def known(data: bytes) -> Known:
    """The findings of a past Run, for telling what is new."""
    found = load(data)["findings"]
    return Known(frozenset(one["id"] for one in found), frozenset(place for one in found if (place := place_in(one))))


def place_in(one: dict[str, Any]) -> Place | None:
    """Where a finding of a past Run was; None when the file does not say."""
    try:
        ref, where = one["object"], one["locations"][0]
        return one["control"], ref["kind"], ref["namespace"], ref["name"], where["field"], where["file"]
    except (KeyError, IndexError, TypeError):
        return None
