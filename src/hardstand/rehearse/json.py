"""A rehearsal for programs: `hardstand.dev/rehearsal/v1`, published in `spec/rehearsal.v1.schema.json`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from hardstand.model.finding import ObjectRef
from hardstand.model.run import Tightening
from hardstand.rehearse.interface import Blocked, Held, Refusal, Rehearsal, Requests, Whose

SCHEMA: Final = "hardstand.dev/rehearsal/v1"


def as_json(found: Rehearsal) -> str:
    """One JSON object. All but ASCII is escaped, so that nothing scanned can steer a terminal."""
    return json.dumps(as_object(found), indent=1, allow_nan=False) + "\n"


def as_object(found: Rehearsal) -> dict[str, Any]:
    """The rehearsal as the contract's object."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "hardstand", "version": found.tool_version},
        "evaluated_at": found.evaluated_at,
        "cluster": found.cluster,
        "baselines": {"old": _held(found.old), "new": _held(found.new)},
        "objects": found.objects,
        "blocks": [_blocked(one) for one in found.blocks],
        "no_longer_blocks": [_blocked(one) for one in found.frees],
        "tightening": [_tightening(one) for one in found.tightening],
        "requests": _requests(found.requests) if found.requests is not None else None,
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in found.unreadable
        ],
    }


def _tightening(one: Tightening) -> dict[str, Any]:
    return {
        "place": one.place,
        "day": one.day,
        "days_left": one.days_left,
        "scope": one.scope,
        "findings": one.findings,
        "controls": list(one.controls),
        "objects": [_ref(ref) for ref in one.objects],
    }


def _requests(found: Requests) -> dict[str, Any]:
    covered = found.covered
    return {
        "days_asked": found.asked,
        "days_covered": round(found.days, 2),
        "from": _moment(covered[0] if covered else None),
        "to": _moment(covered[1] if covered else None),
        "logs": [
            {"kept_by": one.keeper, "entries": one.entries, "first": _moment(one.first), "last": _moment(one.last)}
            for one in found.logs
        ],
        "summary": {
            "requests": found.met,
            "told": found.judged,
            "refused": _total(found.refused),
            "still_refused": _total(found.still),
            "no_longer_refused": found.freed,
            "let_through": dict(sorted(found.let_through.items())),
            "admitted": found.admitted,
            "not_judged": found.passed,
            "dry_runs": found.dry_runs,
            "failed": {str(status): count for status, count in found.failed.items()},
            "unknown": found.unknown,
            "as_sent": found.as_sent,
        },
        "refused": [_refusal(one) for one in found.refused],
        "still_refused": [_refusal(one) for one in found.still],
        "unknown": [{"reason": one.reason, "count": one.count, "examples": list(one.examples)} for one in found.untold],
    }


def _total(several: Sequence[Refusal]) -> int:
    return sum(one.count for one in several)


def _refusal(one: Refusal) -> dict[str, Any]:
    return {
        **_whose(one.whose),
        "count": one.count,
        "first": _moment(one.first),
        "last": _moment(one.last),
        "users": list(one.users),
        "resources": dict(one.resources),
        "faults": [
            {
                "control": each.control,
                "severity": each.severity,
                "verdict": each.verdict,
                "field": each.field,
                "message": each.message,
                "fix": each.fix,
                "count": each.count,
            }
            for each in one.faults
        ],
    }


def _blocked(one: Blocked) -> dict[str, Any]:
    found, place = one.finding, one.finding.locations[0]
    return {
        **_whose(one.whose),
        "id": found.id,
        "control": found.control,
        "severity": found.severity.word,
        "verdict": found.verdict.value,
        "tier": found.tier,
        "otherwise": one.otherwise,
        "object": _ref(found.object),
        "location": {"file": place.file, "line": place.line, "column": place.column, "field": place.field},
        "message": found.message,
        "fix": {"title": found.fix.title, "safe": found.fix.safe} if found.fix else None,
    }


def _whose(one: Whose) -> dict[str, Any]:
    return {"workload": _ref(one.workload), "owner": one.owner}


def _ref(one: ObjectRef) -> dict[str, Any]:
    return {"apiVersion": one.api_version, "kind": one.kind, "namespace": one.namespace, "name": one.name}


def _held(one: Held) -> dict[str, Any]:
    return {"path": one.path, "digest": one.digest}


def _moment(one: datetime | None) -> str | None:
    if one is None:
        return None
    return one.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
