"""A plan of changes as JSON, for programs: schema `hardstand.dev/plan/v1`, published as JSON Schema under spec/."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from hardstand.model.finding import Finding
from hardstand.model.tier import Tier
from hardstand.model.verdict import Action, Severity
from hardstand.plan.sets_interface import ByHand, FixSets, Step
from hardstand.plan.weighing import tier_of

SCHEMA: Final = "hardstand.dev/plan/v1"


def as_json(found: FixSets, command: Callable[[Step], Sequence[str]]) -> str:
    """The plan as one JSON object. All but ASCII is escaped, so that nothing scanned can steer a terminal."""
    return json.dumps(as_object(found, command), indent=1, allow_nan=False) + "\n"


def as_object(found: FixSets, command: Callable[[Step], Sequence[str]]) -> dict[str, Any]:
    """The plan as the contract's object. `command` gives the words of the command that makes a change."""
    run = found.before
    return {
        "schema": SCHEMA,
        "tool": {"name": "hardstand", "version": run.tool_version},
        "evaluated_at": run.evaluated_at,
        "baseline": {"path": run.baseline_path, "digest": run.baseline_digest},
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in run.unreadable
        ],
        "summary": {
            "objects": run.objects,
            "findings": found.total,
            "changes": len(found.steps),
            "removed": found.removed,
            "more_changes": len(found.more),
            "by_hand": len(found.by_hand),
        },
        "changes": [_step(rank, one, command(one)) for rank, one in enumerate(found.steps, 1)],
        "by_hand": [_by_hand(one) for one in found.by_hand],
    }


def _step(rank: int, one: Step, command: Sequence[str]) -> dict[str, Any]:
    return {
        "rank": rank,
        "root_cause": one.root_cause,
        "control": one.control,
        "title": one.title,
        "safe": one.safe,
        "rendered": any(found.locations[0].rendered for found in one.mended),
        "places": [_place(found) for found in one.mended],
        "removes": _numbers(one.removed),
        "sum": one.sum,
        "proven": True,
        "left": [{**_place(left.finding), "reason": left.reason} for left in one.skipped],
        "command": list(command),
    }


def _by_hand(one: ByHand) -> dict[str, Any]:
    return {
        "root_cause": one.root_cause,
        "control": one.findings[0].control,
        "reasons": list(one.reasons),
        "unsafe_fix": one.unsafe,
        "places": [_place(found) for found in one.findings],
        "removes": _numbers(one.findings),
        "proven": False,
    }


def _numbers(findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "findings": len(findings),
        "block": sum(one.action is Action.BLOCK for one in findings),
        "by_control": dict(sorted(Counter(one.control for one in findings).items())),
        "by_tier": counted((tier_of(one).word for one in findings if one.tier), [one.word for one in Tier]),
        "by_severity": counted((one.severity.word for one in findings), [one.word for one in Severity]),
        **({"blast": widest} if (widest := blast_of(findings)) is not None else {}),
    }


def blast_of(findings: Sequence[Finding]) -> int | None:
    """The widest radius of the workloads that findings are about; None where none is known."""
    return max((one.blast for one in findings if one.blast is not None), default=None)


def counted(words: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """How often each word is there, the highest first; `order` has the words from the lowest up."""
    found = Counter(words)
    return {word: found[word] for word in reversed(order) if found[word]}


def _place(one: Finding) -> dict[str, Any]:
    place = one.locations[0]
    return {
        "id": one.id,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "field": place.field,
        "rendered": place.rendered,
    }
