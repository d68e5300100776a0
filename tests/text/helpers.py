"""Reading in tests: values, faults, and comparing values as JSON does."""

from typing import Any

from hardstand.text.document import Document, Fault
from hardstand.text.reader import read

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n"


def values(page: bytes) -> list[Any]:
    """The values on a page, none of which may be a fault."""
    found = list(read(page))
    assert all(isinstance(one, Document) for one in found), found
    return [one.value for one in found if isinstance(one, Document)]


def faults(page: bytes) -> list[Fault]:
    """The faults on a page."""
    return [one for one in read(page) if isinstance(one, Fault)]


def same(left: Any, right: Any) -> bool:
    """Equal in value and kind; a number is one kind, since JSON has only one."""
    if isinstance(left, dict):
        return isinstance(right, dict) and left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    if type(left) in (int, float) and type(right) in (int, float):
        return bool(left == right or float(left) == float(right))
    return type(left) is type(right) and bool(left == right)
