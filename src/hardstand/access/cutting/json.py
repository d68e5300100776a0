"""A cut for programs: schema `hardstand.dev/rbac-cut/v1`, published as JSON Schema under spec/."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hardstand.access.cutting.answering import Answer
from hardstand.access.cutting.cut import Cut, Standing
from hardstand.access.cutting.losses import Loss
from hardstand.analysis.escalation.graph import Element, Step, key_of
from hardstand.analysis.rbac.grants import Grant
from hardstand.model.run import Unreadable

SCHEMA: Final = "hardstand.dev/rbac-cut/v1"

Place = Mapping[str, Any] | None
"""`{"file", "line", "column"}`; None for what no file holds."""


def as_json(
    answer: Answer,
    asked: str,
    doubts: Sequence[str],
    unreadable: Sequence[Unreadable],
    place: Callable[[Grant], Place],
    changes: Mapping[str, Any],
) -> str:
    """The answer as one JSON object. All but ASCII is escaped, so that nothing scanned can steer a terminal."""
    outcome = answer.outcome
    found = {
        "schema": SCHEMA,
        "from": [one.word for one in answer.starts],
        "to": asked,
        "reaching": [one.word for one in answer.reaching],
        "verdict": "none-needed" if not answer.reaching else "no-cut" if isinstance(outcome, Standing) else "cut",
        "weight": outcome.weight if isinstance(outcome, Cut) else None,
        "bound": outcome.bound if isinstance(outcome, Cut) else None,
        "exact": outcome.exact if isinstance(outcome, Cut) else None,
        "cut": _cut(answer, place),
        "standing": [_step(*one) for one in answer.kept] if isinstance(outcome, Standing) else None,
        "workloads_unread": list(answer.unread),
        "proof": _proof(answer),
        "changes": changes,
        "doubts": list(doubts),
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in unreadable
        ],
    }
    return json.dumps(found, indent=1, allow_nan=False) + "\n"


def _proof(answer: Answer) -> dict[str, int] | None:
    """What reading the changed picture gave; a cut that leaves a path is never answered with."""
    if isinstance(answer.outcome, Standing):
        return None
    return {"steps_ended": answer.ended, "paths_left": 0}


def _cut(answer: Answer, place: Callable[[Grant], Place]) -> list[dict[str, Any]]:
    outcome = answer.outcome
    if isinstance(outcome, Standing):
        return []
    weights = {key_of(one): weight for one, weight in zip(outcome.elements, outcome.weights, strict=True)}
    return [_loss(one, weights[key_of(one.grant)], place(one.grant)) for one in answer.losses]


def _loss(one: Loss, weight: int, place: Place) -> dict[str, Any]:
    return {
        "subject": one.grant.who.word,
        "namespace": one.grant.namespace or None,
        "binding": one.grant.given_by,
        "role": one.grant.role_called,
        "weight": weight,
        "place": place,
        "stops": [rule.written() for rule in one.rules],
        "workloads": [str(ref) for ref in one.workloads],
    }


def _step(step: Step, kept: Sequence[tuple[Element, str]]) -> dict[str, Any]:
    return {
        "step": step.kind.id,
        "start": step.start.word,
        "end": step.end.word,
        "does": step.sentence,
        "fix": step.fix,
        "needs": [{"what": str(element), "kept": why} for element, why in kept],
    }
