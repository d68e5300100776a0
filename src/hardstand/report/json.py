"""The contract: one JSON object, schema `hardstand.dev/run/v1`, published as JSON Schema under spec/."""

import json
from typing import Any

from hardstand.model.finding import Finding, Fix, Location, ObjectRef
from hardstand.model.run import Run, VerdictOn
from hardstand.model.verdict import Action
from hardstand.report.interface import Pages

SCHEMA = "hardstand.dev/run/v1"


def render(run: Run, _pages: Pages) -> str:
    """The Run as JSON, for programs and for `hardstand diff`: one line for each member, and for each item of a list."""
    return "{\n" + ",\n".join(_member(name, value) for name, value in as_object(run).items()) + "\n}\n"


def _member(name: str, value: Any) -> str:
    if not isinstance(value, list) or not value:
        return f" {_compact(name)}: {_compact(value)}"
    items = ",\n".join(f"  {_compact(item)}" for item in value)
    return f" {_compact(name)}: [\n{items}\n ]"


_compact = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def as_object(run: Run) -> dict[str, Any]:
    """The Run as the contract's object."""
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
    if run.verdicts is not None:
        found["verdicts"] = [_verdict(one) for one in run.verdicts]
    found["findings"] = [_finding(one) for one in run.findings]
    return found


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


def _finding(one: Finding) -> dict[str, Any]:
    return {
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
