"""What a view tells of its fields, whatever stands there."""

from functools import partial
from typing import Any

import pytest

from hardstand.inventory.unnamed import Note, WatchedMetadata
from hardstand.inventory.views.base import Metadata, View, boolean, integer, nested, quantity, string, string_map, views
from hardstand.model.violation import MalformedFieldError

VALUES = (None, {}, {"type": "text"}, "text", "", 7, 7.0, 7.5, True, False, [], [None], [{}], [{"type": "x"}, 7])


class Thing(View):
    """A view with a field of each sort."""

    below = nested("field", View)
    flag = boolean("field")
    number = integer("field")
    text = string("field")
    amount = quantity("field")
    texts = string_map("field")
    things = views("field", View)


def told(read: Any) -> Any:
    try:
        return read()
    except MalformedFieldError as error:
        return str(error)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_there_is_told_as_its_view_tells_it(value: Any) -> None:
    thing = Thing({"field": value}, ("spec",))
    assert told(lambda: thing.has("field")) == told(lambda: thing.below.exists)


def test_what_notes_who_asks_is_there_too() -> None:
    thing = Thing({"field": WatchedMetadata({"name": "one"}, Note())}, ())
    assert thing.has("field")
    assert thing.below.get("name") == "one"


def test_nothing_is_there_where_there_is_no_mapping_at_all() -> None:
    assert not Thing(None, ()).has("field")


@pytest.mark.parametrize(
    ("field", "taken"),
    [
        ("flag", [(True, True), (False, False)]),
        ("number", [(7, 7), (7.0, 7)]),
        ("text", [("text", "text"), ("", "")]),
        ("amount", [("text", "text"), ("", ""), (7, "7"), (7.0, "7.0"), (7.5, "7.5")]),
    ],
)
def test_a_field_takes_values_of_its_type_and_no_other(field: str, taken: list[tuple[Any, Any]]) -> None:
    known = {repr(value): found for value, found in taken}
    for value in VALUES:
        thing = Thing({"field": value}, ("spec",))
        found = told(partial(getattr, thing, field))
        if value is None:
            assert found is None
        elif repr(value) in known:
            assert repr(found) == repr(known[repr(value)])
            assert repr(thing.__dict__[field]) == repr(found), "it is read once"
        else:
            assert str(found).startswith("spec.field must be "), value


def test_a_null_in_a_mapping_of_texts_is_an_empty_text() -> None:
    written = {"app": "web", "tier": None}
    assert Thing({"field": written}, ()).texts == {"app": "web", "tier": ""}
    assert written == {"app": "web", "tier": None}
    assert "must be a string" in told(lambda: Thing({"field": {"app": 7}}, ()).texts)


def test_items_are_views_with_their_places() -> None:
    found = Thing({"field": [{"type": "x"}, None]}, ("spec",)).things
    assert [(one.path, one.get("type")) for one in found] == [(("spec", "field", 0), "x"), (("spec", "field", 1), None)]
    assert told(lambda: Thing({"field": [{}, 7]}, ()).things) == "field[1] must be a mapping, found an integer"
    assert Metadata({"ownerReferences": None}, ()).owner_references == []
