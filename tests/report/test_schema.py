"""The JSON contract: what real runs print is what spec/ says, and spec/ lets nothing else through."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hardstand.model.verdict import Action, Confidence, Severity, Verdict, Why
from hardstand.report.json import SCHEMA, render

from .runs import EMPTY, PAGES, hostile_run, scanned, unread
from .test_notes import POOR

TEXT = Path(__file__).parents[2].joinpath("spec", "run.v1.schema.json").read_text(encoding="utf-8")
CONTRACT = json.loads(TEXT)
VALIDATOR = Draft202012Validator(CONTRACT, format_checker=Draft202012Validator.FORMAT_CHECKER)


def told(run):
    return json.loads(render(run, PAGES))


def test_the_contract_is_a_schema_with_the_name_that_runs_carry():
    Draft202012Validator.check_schema(CONTRACT)
    assert CONTRACT["$id"] == f"https://{SCHEMA}"
    assert CONTRACT["properties"]["schema"]["const"] == SCHEMA


def test_a_scan_of_the_example_is_valid_with_and_without_verdicts(monkeypatch):
    for verdicts in (False, True):
        run = told(scanned(monkeypatch, verdicts=verdicts))
        VALIDATOR.validate(run)
        assert ("verdicts" in run) is verdicts
    assert {one["verdict"] for one in run["verdicts"]} >= {"pass", "fail", "unknown"}


@pytest.mark.parametrize("make", [lambda: EMPTY, lambda: unread(EMPTY), hostile_run])
def test_other_runs_are_valid(make):
    VALIDATOR.validate(told(make()))


def test_the_words_of_the_contract_are_the_words_of_the_model():
    finding = CONTRACT["$defs"]["finding"]["properties"]
    verdict = CONTRACT["properties"]["verdicts"]["items"]["properties"]["verdict"]
    assert CONTRACT["$defs"]["why"]["enum"] == [one.value for one in Why]
    assert verdict["enum"] == [one.value for one in Verdict]
    assert finding["severity"]["enum"] == [one.word for one in Severity]
    assert set(finding["confidence"]["enum"]) == {one.value for one in Confidence}
    assert finding["action"]["enum"] == [one.value for one in Action]


def objects(node, path=()):
    """Every object in a run, by its path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from objects(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from objects(value, (*path, index))


def at(node, path):
    for step in path:
        node = node[step]
    return node


def test_nothing_may_be_missing_or_added_anywhere(monkeypatch):
    run = told(unread(scanned(monkeypatch, verdicts=True)))
    run["unlisted"] = told(POOR)["unlisted"]
    VALIDATOR.validate(run)
    for path, node in list(objects(run)):
        if "patch" in path and "value" in path:
            continue  # What is put in is the object's, not the contract's.
        more = copy.deepcopy(run)
        at(more, path)["surprise"] = 1
        assert not VALIDATOR.is_valid(more), path
        for key in node:
            if not path and key in ("verdicts", "unlisted"):
                continue
            less = copy.deepcopy(run)
            del at(less, path)[key]
            assert not VALIDATOR.is_valid(less), (*path, key)


def test_every_field_is_explained():
    def explained(node):
        if "$ref" in node and "description" not in node:
            node = at(CONTRACT, node["$ref"].removeprefix("#/").split("/"))
        return "description" in node or "const" in node

    silent = []
    for path, node in objects(CONTRACT):
        if path[-1:] == ("properties",) and not {"if", "then", "else"} & set(path):
            silent += [
                (*path, name) for name, field in node.items() if isinstance(field, dict) and not explained(field)
            ]
    # Whose names say all there is.
    known = {"line", "column", "locations", "object", "op", "value"}
    assert [path for path in silent if path[-1] not in known] == []
