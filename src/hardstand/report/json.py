"""The contract: one JSON object, schema `hardstand.dev/run/v1`, published as JSON Schema under spec/."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hardstand.model.finding import Finding, Fix, Location, ObjectRef
from hardstand.model.run import ExceptionState, RadiusTold, Run, TierTold, Tightening, VerdictOn
from hardstand.model.verdict import Action
from hardstand.report.interface import Pages
from hardstand.report.unlisted import Unlisted, unlisted

SCHEMA = "hardstand.dev/run/v1"


def render(run: Run, _pages: Pages) -> str:
    """The Run as JSON, for programs and for `hardstand diff`: one line for each member, and for each item of a list."""
    return "".join(stream(run))


def stream(run: Run) -> Iterator[str]:
    """The same in pieces: a run can have a million findings, and nobody needs them in one string."""
    opening = "{\n"
    for name, value in _members(run):
        yield f"{opening} {_compact(name)}: "
        opening = ",\n"
        if isinstance(value, Iterator | list):
            yield from _items(value)
        else:
            yield _compact(value)
    yield "\n}\n"


def _items(items: Iterable[Any]) -> Iterator[str]:
    opening = "[\n  "
    for item in items:
        yield opening
        yield _compact(item)
        opening = ",\n  "
    yield "\n ]" if opening.startswith(",") else "[]"


def _compact(value: Any) -> str:
    text = _encode(value)
    # JSON itself escapes only C0; the others steer terminals and editors just as well.
    return text if text.isascii() else _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_STEERING = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def as_object(run: Run) -> dict[str, Any]:
    """The Run as the contract's object."""
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in _members(run)}


def _members(run: Run) -> Iterator[tuple[str, Any]]:
    """The members of the contract's object in their order; the long ones are made item by item."""
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": "hardstand", "version": run.tool_version},
        "evaluated_at": run.evaluated_at,
        "duration_s": run.duration_s,
        "cluster": run.cluster,
        "baseline": {"path": run.baseline_path, "digest": run.baseline_digest},
        "data": [{"name": one.name, "date": one.date, "digest": one.digest} for one in run.data],
        "inputs": [
            {
                "source": one.source,
                "path": one.path,
                "objects": one.objects,
                "skipped": one.skipped,
                **({"folded": one.folded} if one.folded else {}),
                "unreadable": [
                    {
                        "path": fault.path,
                        "line": fault.line,
                        "column": fault.column,
                        "reason": fault.reason,
                        "why": fault.why,
                    }
                    for fault in one.unreadable
                ],
            }
            for one in run.inputs
        ],
        "summary": summary(run),
        "coverage": [
            {
                "control": one.control,
                "pass": one.passed,
                "fail": one.failed,
                "unknown": one.unknown,
                "not_applicable": one.not_applicable,
            }
            for one in run.coverage
        ],
    }
    yield from found.items()
    if run.exceptions:
        yield "exceptions", [_exception(one) for one in run.exceptions]
    if run.tightening:
        yield "tightening", [_tightening(one) for one in run.tightening]
    if missing := unlisted(run):
        yield "unlisted", [_unlisted(one) for one in missing]
    if run.tiers:
        yield "tiers", [_tier(one) for one in run.tiers]
    if run.blast:
        yield "blast", [_radius(one) for one in run.blast]
    if run.verdicts is not None:
        yield "verdicts", (_verdict(one) for one in run.verdicts)
    yield "findings", (finding_json(one) for one in run.findings)


def summary(run: Run) -> dict[str, int]:
    """The Run in numbers: verdicts are counted by control and object, actions by finding."""
    return {
        "objects": run.objects,
        "controls": len(run.coverage),
        "pass": sum(one.passed for one in run.coverage),
        "fail": sum(one.failed for one in run.coverage),
        "unknown": sum(one.unknown for one in run.coverage),
        "not_applicable": sum(one.not_applicable for one in run.coverage),
        "block": run.count(Action.BLOCK),
        "warn": run.count(Action.WARN),
        "waived": run.count(Action.WAIVED),
    }


def _verdict(one: VerdictOn) -> dict[str, Any]:
    return {"control": one.control, "object": _object(one.object), "verdict": one.verdict, "why": one.why}


def _object(one: ObjectRef) -> dict[str, Any]:
    return {"apiVersion": one.api_version, "kind": one.kind, "namespace": one.namespace, "name": one.name}


def _exception(one: ExceptionState) -> dict[str, Any]:
    return {
        "id": one.id,
        "control": one.control,
        "place": one.place,
        "owner": one.owner,
        "reason": one.reason,
        "approved_by": one.approved_by,
        "ticket": one.ticket,
        "expires": one.expires,
        "days_left": one.days_left,
        "state": one.state,
        "waived": one.waived,
        "lapsed": one.lapsed,
        "reasons": list(one.reasons),
    }


def _tightening(one: Tightening) -> dict[str, Any]:
    return {
        "place": one.place,
        "day": one.day,
        "days_left": one.days_left,
        "scope": one.scope,
        "findings": one.findings,
        "controls": list(one.controls),
        "objects": [_object(ref) for ref in one.objects],
    }


def _unlisted(one: Unlisted) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "namespace": one.namespace,
        "findings": len(one.findings),
        "controls": list(one.controls),
    }


def _tier(one: TierTold) -> dict[str, Any]:
    return {
        "object": _object(one.object),
        "file": one.file,
        "tier": one.tier,
        "row": one.row or None,
        "environments": list(one.environments),
        "factors": [{"name": each.name, "value": each.value, "because": list(each.because)} for each in one.factors],
        "owner": one.owner,
        "ticket": one.ticket,
        "repository": one.repository,
    }


def _radius(one: RadiusTold) -> dict[str, Any]:
    return {"workload": str(one), "total": one.total, "at_least": one.at_least}


def finding_json(one: Finding) -> dict[str, Any]:
    """A finding as the contract has it."""
    found = {
        "id": one.id,
        "control": one.control,
        "area": one.area,
        "verdict": one.verdict,
        "why": one.why,
        "severity": one.severity.word,
        "confidence": one.confidence,
        "tier": one.tier,
        "action": one.action,
        "object": _object(one.object),
        "locations": [_location(place) for place in one.locations],
        "message": one.message,
        "root_cause": one.root_cause,
        "fix": _fix(one.fix),
        "frameworks": list(one.frameworks),
        "waiver": one.waiver,
    }
    return found if one.blast is None else {**found, "blast": one.blast}


def _location(place: Location) -> dict[str, Any]:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "field": place.field,
        "caption": place.caption,
        "rendered": place.rendered,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    return None if fix is None else {"title": fix.title, "safe": fix.safe, "patch": list(fix.patch)}
