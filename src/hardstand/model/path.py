"""Places inside a decoded document."""

from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""What a YAML or JSON document decodes to. Mapping keys are always strings, as in JSON."""

Path: TypeAlias = tuple[str | int, ...]
"""A place in a decoded document: mapping keys and list indexes from the root, `("spec", "containers", 0, "image")`."""


@lru_cache(maxsize=4_096)
def dotted(path: Path) -> str:
    """Write `path` the way people do: `spec.containers[0].image`; keys that hold a dot or a bracket are quoted."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif any(mark in step for mark in ".[]\"'") or not step:
            parts.append('["' + step.replace('"', '\\"') + '"]')
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def called(value: Value) -> str:
    """What a person calls a value of this type; never the value itself."""
    for kind, word in _WORDS:
        if isinstance(value, kind):
            return word
    return "nothing"


_WORDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "a string"),
    (dict, "a mapping"),
    (list, "a list"),
)
