"""Fields of decoded exports, taken with care: whoever wrote them may have written anything."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any


def text(found: Any, *steps: str) -> str:
    """The text at a path of a mapping; empty where there is none."""
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def items(found: Any, key: str = "") -> list[Any]:
    """The list that something is, or has at a key; empty where there is none."""
    if key:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []


def mappings(found: list[Any], where: str) -> Iterator[tuple[int, dict[str, Any]] | str]:
    """Each item that is a mapping with its place, and a sentence for each that is none."""
    for at, one in enumerate(found):
        yield (at, one) if isinstance(one, dict) else f"{where}[{at}] is no mapping"


def words(found: Any) -> tuple[str, ...]:
    """The texts that something is: one, or a list of them."""
    if isinstance(found, str):
        return (found,)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def time(word: str) -> str | None:
    """A time in RFC 3339, UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
