"""The published schema says of the form what the loader holds."""

import copy
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hardstand.baseline.declared import Declared
from hardstand.baseline.json_schema import json_schema
from hardstand.baseline.load import built_in_text, load
from hardstand.baseline.reading import BaselineError, text_of
from hardstand.model.path import Value
from hardstand.sources.trees import WorkingTree
from tests.baseline.making import TODAY, baseline_of, every_control

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "spec" / "baseline.v1.schema.json"
GOOD = sorted((HERE / "good").glob("*.yaml"))
SCHEMA = json_schema(every_control())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def decoded(data: bytes) -> Value:
    return text_of("hardstand.yaml", data).value


def test_it_is_a_schema_and_the_published_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == SCHEMA


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_every_key_and_every_name_is_described_and_no_other_key_is_allowed() -> None:
    found = list(objects(SCHEMA))
    assert len(found) > 20
    for one in found:
        assert one["additionalProperties"] is False
        for name, key in one["properties"].items():
            assert len(key["description"]) > 4, name
    for name, one in SCHEMA["$defs"].items():
        assert len(one["description"]) > 10, name
        assert "\n" not in one["description"]


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    for name in SCHEMA["$defs"]:
        assert f'"#/$defs/{name}"' in text
    assert text.count('"$ref"') == sum(text.count(f'"#/$defs/{name}"') for name in SCHEMA["$defs"])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_baselines_are_good_for_both(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = path.read_bytes()
    monkeypatch.chdir(HERE / "good")
    assert load(data, every_control(), today=TODAY, tree=WorkingTree()).path == "hardstand.yaml"
    assert list(VALIDATOR.iter_errors(decoded(data))) == []


def test_what_is_built_in_is_good_for_both() -> None:
    assert list(VALIDATOR.iter_errors(decoded(built_in_text().encode()))) == []


def test_the_good_one_that_has_everything_has_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the tests that change it reach all of the schema."""
    said: dict[type[Any], set[str]] = {}

    def look(made: Any) -> None:
        if is_dataclass(made):
            for one in fields(made):
                value = getattr(made, one.name)
                said.setdefault(type(made), set()).update([one.name] if value not in (None, (), {}) else [])
                look(value)
        for each in made.values() if isinstance(made, dict) else made if isinstance(made, tuple) else ():
            look(each)

    monkeypatch.chdir(HERE / "good")
    data = (HERE / "good" / "everything.yaml").read_bytes()
    look(load(data, every_control(), today=TODAY, tree=WorkingTree()).layers[-1].declared)
    described = {name for name, one in SCHEMA["$defs"].items() if list(objects([one]))} - {"Extends"}
    assert {kind.__name__.rstrip("_") for kind in said} == {*described, "Declared"}
    for kind, names in said.items():
        left_out = {"extends", "controls"} if kind is Declared else set[str]()
        assert {one.name for one in fields(kind)} - names == left_out, kind


OF_FORM = ("key-misspelt", "key-far", "key-quoted", "missing-", "type-", "unknown-mode", "unknown-data", "unknown-tier",
           "unknown-schema", "unknown-maturity", "mode-unquoted", "empty-owner", "empty-pattern", "exception-by-",
           "control-list", "control-glob", "date-as", "date-the", "date-with", "digest-", "commit-short", "length-of",
           "yaml-a-manifest")  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((HERE / "wrong").glob("*.yaml")) if path.stem != "yaml-deep"],
    ids=lambda path: path.stem,
)
def test_what_is_wrong_in_form_is_wrong_by_the_schema(path: Path) -> None:
    try:
        value = decoded(path.read_bytes())
    except BaselineError:
        return  # No document at all.
    refused = list(VALIDATOR.iter_errors(value))
    if path.stem.startswith(OF_FORM):
        assert refused


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from places(one, (*path, key))


DOCUMENTS = [decoded(path.read_bytes()) for path in GOOD]
ODD = st.sampled_from(
    [None, True, False, 0, 7, 1.5, "", " ", "x", "block", "off", "2026-07-01", "2026-02-30", [], {}, ["x"], {"x": 1},
     [None], [["x"]], "critical", "production", "privileged-container", "90d", "tcp/443"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_what_the_loader_takes_the_schema_takes_too(data: st.DataObject) -> None:
    """Change good baselines anywhere: an editor must not mark what works."""
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    *way, last = data.draw(st.sampled_from([path for path in places(document) if path]))
    inside: Any = document
    for step in way:
        inside = inside[step]
    if isinstance(inside, dict) and data.draw(st.booleans()):
        value = inside.pop(last)
        if data.draw(st.booleans()):
            inside[f"{last}s"] = value
    else:
        inside[last] = data.draw(ODD)
    try:
        baseline_of(document)
    except BaselineError:
        return
    assert list(VALIDATOR.iter_errors(document)) == []
