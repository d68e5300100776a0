"""Paths as data: `spec/rbac-paths.v1.schema.json` has the form."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hardstand import __version__
from hardstand.access.paths.answering import Told
from hardstand.analysis.escalation.graph import Element, Fact, Step, key_of
from hardstand.analysis.escalation.paths import Path
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant
from hardstand.model.run import Unreadable

SCHEMA = "hardstand.dev/rbac-paths/v1"
Where = Callable[[Grant], Mapping[str, Any] | None]
"""The place of a grant: file, line and column."""


def as_json(told: Told, cluster: str | None, unreadable: Sequence[Unreadable], where: Where) -> str:
    """The answer as one object of JSON, with what could not be read."""
    asked = told.asked
    found = {
        "schema": SCHEMA,
        "tool": {"name": "hardstand", "version": __version__},
        "cluster": cluster,
        "to": asked.target,
        "mode": "all" if asked.everything else "shortest",
        "sure_only": asked.sure,
        "max_length": asked.max_length,
        "max_paths": asked.max_paths,
        "starts": told.identities,
        "stopped": told.stopped or None,
        "paths": [_path(path, where) for path in told.paths],
        "doubts": list(told.doubts),
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in unreadable
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _path(path: Path, where: Where) -> dict[str, Any]:
    return {
        "from": path.start.word,
        "to": path.end.word,
        "length": path.length,
        "sure": path.sure,
        "steps": [_step(step, where) for step in path.steps],
    }


def _step(step: Step, where: Where) -> dict[str, Any]:
    rules = {proof.grant: str(proof.ruled.rule) for proof in step.proofs if proof.ruled is not None}
    return {
        "kind": step.kind.id,
        "from": step.start.word,
        "to": step.end.word,
        "becomes": said(step.end),
        "does": step.sentence,
        "fix": step.fix,
        "source": step.kind.source,
        "sure": step.kind.sure,
        "counts": step.kind.counts,
        "needs": [_need(need, rules, where) for need in sorted(step.needs, key=key_of)],
    }


def _need(need: Element, rules: Mapping[Grant | None, str], where: Where) -> dict[str, Any]:
    if isinstance(need, Fact):
        return {"sort": "fact", "key": need.key, "text": need.text}
    return {
        "sort": "grant",
        "key": " ".join(key_of(need)[1:]),
        "text": str(need),
        "subject": need.who.word,
        "binding": need.given_by,
        "role": need.role_called,
        "rule": rules.get(need),
        "place": where(need),
    }
