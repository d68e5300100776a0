"""Fields of objects as they are written, with no regard to what else may be wrong in them: a draft needs no more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, Union

from hardstand.model.path import Value

Tree: TypeAlias = Union[Value, Mapping[str, Value]]  # noqa: UP007 - Value refers to itself, and | wants types
_NOTHING: Mapping[str, Value] = {}


def below(value: Tree, *steps: str) -> Mapping[str, Value]:
    """The mapping at the end of the steps; empty where there is none."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: Tree, *steps: str) -> Sequence[Value]:
    """The list at the end of the steps; empty where there is none."""
    found = below(value, *steps[:-1]).get(steps[-1])
    return found if isinstance(found, list) else ()


def text(value: Tree, *steps: str) -> str:
    """The text at the end of the steps; empty where there is none."""
    found = below(value, *steps[:-1]).get(steps[-1])
    return found if isinstance(found, str) else ""


def texts(value: Tree, *steps: str) -> Mapping[str, str]:
    """The texts by name in the mapping at the end of the steps."""
    return {key: one for key, one in below(value, *steps).items() if isinstance(one, str)}


def listed(value: Tree, *steps: str) -> Iterator[str]:
    """The texts in the list at the end of the steps."""
    for one in items(value, *steps):
        if isinstance(one, str):
            yield one
