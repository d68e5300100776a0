"""Edits: what they change, what they leave alone, and that the RFC 6902 patch says the same."""

import copy
from typing import Any

import pytest

from hardstand.inventory.overlay import json_patch, patched, pointer
from hardstand.model.finding import Edit


def applied(data: Any, operations: tuple[dict[str, Any], ...]) -> Any:
    """A minimal RFC 6902 application, written from the RFC for this test alone."""
    result = copy.deepcopy(data)
    for operation in operations:
        steps = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        node = result
        for step in steps[:-1]:
            node = node[int(step)] if isinstance(node, list) else node[step]
        last: Any = steps[-1]
        if isinstance(node, list):
            last = int(last)
            if operation["op"] == "add":
                node.insert(last, operation["value"])
                continue
        if operation["op"] == "remove":
            del node[last]
        else:
            assert operation["op"] == "add" or last in (node if isinstance(node, dict) else range(len(node)))
            node[last] = operation["value"]
    return result


CASES = [
    ({"a": {"b": 1}}, [Edit("put", ("a", "b"), 2)], {"a": {"b": 2}}),
    ({"a": {}}, [Edit("put", ("a", "b", "c"), 2)], {"a": {"b": {"c": 2}}}),
    ({"a": None}, [Edit("put", ("a", "b", "c"), 2)], {"a": {"b": {"c": 2}}}),
    ({"l": [{"n": 1}, {"n": 2}]}, [Edit("put", ("l", 1, "x"), [3])], {"l": [{"n": 1}, {"n": 2, "x": [3]}]}),
    ({"l": [None]}, [Edit("put", ("l", 0, "x"), 1)], {"l": [{"x": 1}]}),
    ({"l": [1]}, [Edit("put", ("l", 1), 2)], {"l": [1, 2]}),
    ({"l": [1, 2, 3]}, [Edit("remove", ("l", 0)), Edit("remove", ("l", 2))], {"l": [2]}),
    ({"a": 1, "b": 2}, [Edit("remove", ("a",)), Edit("put", ("c", "d"), 1)], {"b": 2, "c": {"d": 1}}),
    ({"m": {}}, [Edit("put", ("m", "x", "a"), 1), Edit("put", ("m", "x", "b"), 2)], {"m": {"x": {"a": 1, "b": 2}}}),
    ({"a/b": {"~": 1}}, [Edit("put", ("a/b", "~"), 2)], {"a/b": {"~": 2}}),
    (
        {"l": list(range(12))},
        [Edit("remove", ("l", 2)), Edit("remove", ("l", 10))],
        {"l": [0, 1, 3, 4, 5, 6, 7, 8, 9, 11]},
    ),
]


@pytest.mark.parametrize(("data", "edits", "wanted"), CASES)
def test_edits_and_their_patch_agree(data: Any, edits: list[Edit], wanted: Any) -> None:
    before = copy.deepcopy(data)
    assert patched(data, edits) == wanted
    assert applied(data, json_patch(data, edits)) == wanted
    assert data == before


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(KeyError):
        patched({}, [Edit("remove", ("a",))])
    with pytest.raises(IndexError):
        patched({"l": []}, [Edit("put", ("l", 3, "a"), 1)])


def test_pointer_escapes() -> None:
    assert pointer(("a/b", 0, "m~n")) == "/a~1b/0/m~0n"
