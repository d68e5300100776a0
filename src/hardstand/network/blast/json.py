"""Radii as data: `spec/blast.v1.schema.json` has the form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from hardstand import __version__
from hardstand.analysis.blast.changes.best import Proven
from hardstand.analysis.blast.hops import Hop
from hardstand.analysis.blast.radius import Part, Sums
from hardstand.analysis.blast.things import Sort
from hardstand.analysis.blast.weights import WEIGHTS
from hardstand.analysis.escalation.graph import Fact, Node, key_of
from hardstand.model.run import Unreadable
from hardstand.network.blast.told import One, Ranked

SCHEMA = "hardstand.dev/blast/v1"


def as_json(told: One | Ranked, cluster: str | None, unreadable: Sequence[Unreadable], max_hops: int | None) -> str:
    """The answer as one object of JSON, with what could not be read."""
    if isinstance(told, One):
        radii = [_one(told)]
    else:
        radii = [{"workload": called(node), **_sums(found, told.doubts)} for node, found in told.sums]
    found = {
        "schema": SCHEMA,
        "tool": {"name": "hardstand", "version": __version__},
        "cluster": cluster,
        "mode": "one" if isinstance(told, One) else "all",
        "max_hops": max_hops,
        "weights": weights(),
        "radii": radii,
        "doubts": list(told.doubts),
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in unreadable
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def weights() -> Mapping[str, Any]:
    """What everything counts, by the names of the fields of `Weights`."""
    found: dict[str, Any] = {one.name: getattr(WEIGHTS, one.name) for one in fields(WEIGHTS)}
    return {**found, "data": {data.word: worth for data, worth in WEIGHTS.data.items()}}


def called(node: Node) -> str:
    """A workload as the other verbs name it."""
    kind, _, name = node.name.partition("/")
    return f"{node.namespace}/{name}[{kind}]"


def _one(told: One) -> Mapping[str, Any]:
    radius = told.radius
    return {
        "workload": called(radius.start),
        **_sums(radius.sums, told.doubts),
        "classes": {data.word: count for data, count in radius.classes.items()},
        "parts": [_part(one) for one in radius.parts],
        "changes": [_change(one) for one in told.changes],
    }


def _sums(found: Sums, doubts: Sequence[str]) -> Mapping[str, Any]:
    return {
        "total": found.total,
        "at_least": bool(doubts) or found.at_least,
        "sums": {
            sort.value: {"points": found.by_sort.get(sort, 0), "count": found.counts.get(sort, 0)} for sort in Sort
        },
    }


def _part(one: Part) -> Mapping[str, Any]:
    return {
        "sort": one.sort.value,
        "thing": one.thing.word,
        "said": one.said,
        "class": one.data.word if one.data is not None else None,
        "points": one.points,
        "worth": one.worth,
        "halvings": one.halvings,
        "hops": one.hops,
        "way": [_hop(hop) for hop in one.way],
    }


def _hop(hop: Hop) -> Mapping[str, Any]:
    return {
        "kind": hop.kind,
        "from": hop.start.word,
        "to": hop.end.word,
        "does": hop.text,
        "becomes": hop.said,
        "halvings": hop.halvings,
        "counts": hop.counts,
        "needs": [
            {"sort": "fact" if isinstance(need, Fact) else "grant", "text": str(need)}
            for need in sorted(hop.needs, key=key_of)
        ],
    }


def _change(one: Proven) -> Mapping[str, Any]:
    return {
        "takes": one.change.taken.value,
        "subject": one.change.subject,
        "title": one.change.title,
        "note": one.change.note or None,
        "before": one.before,
        "after": one.after,
    }
