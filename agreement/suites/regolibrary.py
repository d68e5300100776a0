"""Kubescape's rules: input files, and the objects that the alerts are about."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from agreement.case import Case
from agreement.judge import Answer, judge
from agreement.packs import Pack, Page
from agreement.rules import Rule


def cases(pack: Pack) -> Iterator[Case]:
    """One case a test of a rule: exactly the objects of the alerts must have a fault."""
    for row in pack.cases:
        pages = [pack.page(path) for path in row["input"]]
        expects = _objects(row)
        settings = _settings(pack, row["expected_file"])
        yield Case(row["id"], row["rule"], expects, partial(_says, expects, pages, settings))


def _settings(pack: Pack, expected: str) -> Mapping[str, Any]:
    """What the case sets for its rule, in the file `data.json` beside the expected alerts."""
    path = f"{expected.rpartition('/')[0]}/data.json"
    found: Mapping[str, Any] = json.loads(pack.files[path]) if path in pack.files else {}
    return found.get("postureControlInputs") or {}


def _objects(row: Mapping[str, Any]) -> str:
    named = sorted({f"{kind} {name}" for kind, _, name in row["objects"] or ()})
    return ", ".join(named) or row["expect"]


def _says(expects: str, pages: Sequence[Page], settings: Mapping[str, Any], rule: Rule) -> str:
    judgement = judge(rule.extended(settings), pages)
    faulty = sorted({_name(answer) for answer in judgement.answers if answer.faults})
    if expects == "alert":  # The alert names objects that are related to the faulty one only.
        return "alert" if faulty else judgement.word
    if faulty:
        return ", ".join(faulty)
    return judgement.word


def _name(answer: Answer) -> str:
    return f"{answer.object.kind.name} {answer.object.name}"
