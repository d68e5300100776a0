"""SARIF 2.1.0, for code scanning and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html

SARIF's `fixes` are replacements of text. Hardstand's fixes are changes to an object, which say nothing of the text's
anchors, comments and templates; so they stand in a result's properties as RFC 6902 and no replacement is claimed.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hardstand.model.finding import Finding, Location
from hardstand.model.run import ExceptionState, Run, Unreadable
from hardstand.model.verdict import Action, Verdict
from hardstand.report.interface import Pages
from hardstand.report.json import summary
from hardstand.report.notes import Note, notes_of
from hardstand.report.safe import plain
from hardstand.report.sarif_rules import LEVELS, NOTIFICATIONS, Rules, driver, rules_of
from hardstand.report.sarif_text import SOURCE_ROOT, artifact_location, message

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "hardstandFindingId/v1"
"""Our own name: under GitHub's `primaryLocationLineHash` its uploader warns of every value that it did not compute."""


def render(run: Run, pages: Pages) -> str:
    """The Run as one SARIF log with one run. Findings that the baseline switched off are left out."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(run, pages)]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _run(run: Run, pages: Pages) -> dict[str, Any]:
    rules = rules_of(run, pages)
    told = [one for one in run.findings if one.action is not Action.OFF]
    files = {place.file: None for one in told for place in one.locations} | {
        fault.path: None for fault in run.unreadable
    }
    artifacts = {file: place for place, file in enumerate(files)}
    waived = any(one.action is Action.WAIVED for one in told)
    exceptions = {one.id: one for one in run.exceptions}
    found: dict[str, Any] = {
        "tool": {"driver": driver(run, rules)},
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "originalUriBaseIds": {
            SOURCE_ROOT: {"description": {"text": "The directory that the scan was started in."}},
        },
        "invocations": [_invocation(run, artifacts)],
        "artifacts": [{"location": artifact_location(file), "roles": ["analysisTarget"]} for file in files],
        "results": [_result(one, rules, artifacts, exceptions if waived else None) for one in told],
        "properties": {"schema": "hardstand.dev/run/v1", "summary": summary(run)},
    }
    if rules.taxonomies:
        found["taxonomies"] = rules.taxonomies
    return found


def _invocation(run: Run, artifacts: dict[str, int]) -> dict[str, Any]:
    """How the scan went: an input that could not be looked at makes it unsuccessful (SARIF 2.1.0, 3.20.14)."""
    begun = datetime.fromisoformat(run.evaluated_at)
    ended = begun + timedelta(seconds=run.duration_s)
    return {
        "executionSuccessful": not run.unreadable,
        "startTimeUtc": run.evaluated_at,
        "endTimeUtc": ended.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "toolExecutionNotifications": [
            *(_notification(fault, artifacts) for fault in run.unreadable),
            *(_note(one) for one in notes_of(run)),
        ],
    }


def _notification(fault: Unreadable, artifacts: dict[str, int]) -> dict[str, Any]:
    place = artifact_location(fault.path) | {"index": artifacts[fault.path]}
    region = {"startLine": max(1, fault.line), "startColumn": max(1, fault.column)}
    return {
        "descriptor": {"id": fault.why.value, "index": NOTIFICATIONS[fault.why][0]},
        "level": "error",
        "message": message(fault.reason),
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
    }


def _note(one: Note) -> dict[str, Any]:
    return {"level": one.level, "message": message("; ".join([one.text, *one.details]))}


def _result(
    one: Finding, rules: Rules, artifacts: dict[str, int], exceptions: Mapping[str, ExceptionState] | None
) -> dict[str, Any]:
    """One finding. What could not be decided is `open` and so of no level (SARIF 2.1.0, 3.27.9 and 3.27.10)."""
    fault = one.verdict is Verdict.FAIL
    result: dict[str, Any] = {
        "ruleId": one.control,
        "ruleIndex": rules.index[one.control],
        "kind": "fail" if fault else "open",
        "level": LEVELS[one.severity] if fault else "none",
        "message": message(_words(one)),
        "locations": [_location(one, place, artifacts) for place in one.locations],
        "partialFingerprints": {FINGERPRINT: one.id},
    }
    if exceptions is not None:  # Suppressions are stated for all results or for none (SARIF 2.1.0, 3.27.23).
        result["suppressions"] = [_suppression(one, exceptions)] if one.action is Action.WAIVED else []
    result["properties"] = _properties(one)
    return result


def _words(one: Finding) -> str:
    place = one.locations[0]
    origin = f" (line {place.line} of the rendered text)" if place.rendered else ""
    return f"{place.caption}: {one.message}{origin}"


def _suppression(one: Finding, exceptions: Mapping[str, ExceptionState]) -> dict[str, Any]:
    found = {"kind": "external", "status": "accepted"}
    if one.waiver is None:
        return found
    state = exceptions.get(one.waiver)
    words = one.waiver
    if state is not None:
        ticket = f", {state.ticket}" if state.ticket else ""
        words += f": {state.reason} (approved by {state.approved_by}, until {state.expires}{ticket})"
    return found | {"justification": plain(words)}


def _properties(one: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "verdict": one.verdict,
        "why": one.why,
        "action": one.action,
        "severity": one.severity.word,
        "confidence": one.confidence,
        "tier": one.tier,
        "rootCause": plain(one.root_cause),
        "fix": {"title": one.fix.title, "safe": one.fix.safe, "patch": list(one.fix.patch)} if one.fix else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _location(one: Finding, place: Location, artifacts: dict[str, int]) -> dict[str, Any]:
    """A place in a file and in an object."""
    physical = {
        "artifactLocation": artifact_location(place.file) | {"index": artifacts[place.file]},
        "region": _region(place),
    }
    thing = one.object
    owner = "/".join(part for part in (thing.namespace, thing.api_version, thing.kind, thing.name) if part)
    logical = {
        "name": plain(place.field or thing.name),
        "fullyQualifiedName": plain(f"{owner}#{place.field}" if place.field else owner),
        "kind": "property" if place.field else "object",
    }
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _region(place: Location) -> dict[str, Any]:
    """Where it is. A line of rendered text is no line of the template: there the first line stands for the file."""
    if place.rendered:
        return {"startLine": 1}
    region: dict[str, Any] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    if place.excerpt and place.line == place.end_line:
        region["snippet"] = {"text": plain(place.excerpt[place.column - 1 : place.end_column - 1])}
    return region
