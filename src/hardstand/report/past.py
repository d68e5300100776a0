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
    except (ValueError, RecursionError) as error:
        raise PastRunError(f"not JSON: {error}") from error
    if not isinstance(found, dict) or "schema" not in found:
        raise PastRunError("not the result of a scan")
    if found["schema"] != SCHEMA:
        raise PastRunError(f"its schema is {found['schema']!r}, this version reads {SCHEMA}")
    findings = found.get("findings")
    if not isinstance(findings, list) or not all(_is_finding(one) for one in findings):
        raise PastRunError("its findings are damaged")
    return found


def _is_finding(one: object) -> bool:
    """Tell whether it has what comparing and telling need."""
    if not isinstance(one, dict) or place_in(one) is None:
        return False
    where = one["locations"][0]
    return all(isinstance(one.get(key), str) for key in ("id", "control", "verdict", "severity", "message")) and all(
        key in where for key in ("line", "column", "caption")
    )


def known(data: bytes) -> Known:
    """The faults of a past Run, for telling what is new.

    What was only unknown excuses no fault, and neither does what was waived: when its exception ends, it is new.
    """
    found = [one for one in load(data)["findings"] if one["verdict"] == "fail" and one.get("action") != "waived"]
    return Known(frozenset(one["id"] for one in found), frozenset(place for one in found if (place := place_in(one))))


def place_in(one: dict[str, Any]) -> Place | None:
    """Where a finding of a past Run was; None when the file does not say."""
    try:
        ref, where = one["object"], one["locations"][0]
        return one["control"], ref["kind"], ref["namespace"], ref["name"], where["field"], where["file"]
    except (KeyError, IndexError, TypeError):
        return None
