"""Names for places in an object that stay when lists are reordered.

A place is named twice: for people, `spec.containers[name=web].image`, where a list item without a name keeps its
index; and for identity, where such an item is named by its content instead, since its index moves.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from hardstand.model.path import Path, Value, dotted

_KEYS = ("name", "key", "mountPath", "containerPort", "port", "host", "ip", "path", "target", "type", "kind")
"""Fields that name an item in Kubernetes' lists (mostly its merge keys) and Compose's, best first."""

_REMEMBERED = 16
"""Steps up to which the way to a place is remembered; hardly anything lies deeper."""


def field_names(data: Value, path: Path) -> tuple[str, str]:
    """The name of the place `path` in the object `data` for people, and its stable name for ids."""
    return FieldNames(data).of(path)


class _Place:
    """A place that was named, what is there, and the places below it that were named too."""

    __slots__ = ("below", "node", "shown", "stable")

    def __init__(self, shown: str, stable: str, node: Value) -> None:
        self.shown = shown
        self.stable = stable
        self.node = node
        self.below: dict[str | int, _Place] = {}


class FieldNames:
    """The names of places in one object; the items of a list are named once, however many places lie in it."""

    def __init__(
        self, data: Value, without_secrets: Callable[[Mapping[str, Value]], Mapping[str, Value]] | None = None
    ) -> None:
        """`without_secrets` gives the object without its secrets: an item that holds one is named without it, so that
        its name stays when the secret changes, and that nobody finds the secret by trying names."""
        self._data = data
        self._root = _Place("", "", data)
        self._without_secrets = without_secrets
        self._plain: Value = None
        self._labels: dict[int, tuple[list[str], list[str]]] = {}

    def of(self, path: Path) -> tuple[str, str]:
        """The name of the place `path` for people, and its stable name for ids."""
        place = self._root
        for at, step in enumerate(path):
            below = place.below.get(step)
            if below is None:
                below = self._below(place, path, at)
                if at < _REMEMBERED:
                    place.below[step] = below
            place = below
        return place.shown, place.stable

    def _below(self, place: _Place, path: Path, at: int) -> _Place:
        """The place that the step `at` of the path leads to, from the one before it."""
        step, node = path[at], place.node
        if isinstance(step, int):
            items = node if isinstance(node, list) else []
            if step >= len(items):
                return _Place(f"{place.shown}[{step}]", f"{place.stable}[{step}]", None)
            shown, stable = self._labels_of(items, path[:at])
            return _Place(place.shown + shown[step], place.stable + stable[step], items[step])
        part, joined = _joined(step)
        there = node.get(step) if isinstance(node, dict) else None
        if not place.shown:
            return _Place(part, part, there)
        return _Place(place.shown + joined, place.stable + joined, there)

    def _labels_of(self, items: list[Value], path: Path) -> tuple[list[str], list[str]]:
        made = self._labels.get(id(items))
        if made is None:
            made = self._labels[id(items)] = self._named(items, path)
        return made

    def _named(self, items: list[Value], path: Path) -> tuple[list[str], list[str]]:
        named = _named(items)
        known = [label for label in named if label is not None]
        if len(known) == len(named):
            return known, known
        shown = [label or f"[{at}]" for at, label in enumerate(named)]
        return shown, _stable(self._plain_items(items, path), named)

    def _plain_items(self, items: list[Value], path: Path) -> list[Value]:
        """The items without their secrets."""
        if self._without_secrets is None or not isinstance(self._data, dict):
            return items
        if self._plain is None:
            try:
                self._plain = dict(self._without_secrets(self._data))
            except RecursionError:
                self._plain = self._data
        node: Value = self._plain
        for step in path:
            node = node[step]  # type: ignore[index]  # It has the shape of the object.
        return cast("list[Value]", node)


@lru_cache(maxsize=4_096)
def _joined(step: str) -> tuple[str, str]:
    """A step at the beginning of a name, and after others."""
    part = dotted((step,))
    return part, part if part.startswith("[") else f".{part}"


def _named(items: Sequence[Value]) -> list[str | None]:
    """For each item `[name=web]` when one of the naming keys tells it from its siblings."""
    names = [item.get(_KEYS[0]) if isinstance(item, dict) else None for item in items]
    if all(type(name) is str for name in names) and len(set(names)) == len(names):
        return [f"[{_KEYS[0]}={name}]" for name in names]
    counts = Counter(
        (key, value)
        for item in items
        if isinstance(item, dict)
        for key in _KEYS
        if isinstance(value := item.get(key), str | int)
    )
    return [
        next(
            (
                f"[{key}={value}]"
                for key in _KEYS
                if isinstance(value := item.get(key), str | int)
                and not isinstance(value, bool)
                and counts[key, value] == 1
            ),
            None,
        )
        if isinstance(item, dict)
        else None
        for item in items
    ]


def _stable(items: Sequence[Value], named: Sequence[str | None]) -> list[str]:
    """Names that stay when items move: an unnamed item's content as a digest, equal ones in their order."""
    seen: Counter[str] = Counter()
    labels = []
    for at, (item, name) in enumerate(zip(items, named, strict=True)):
        digest = None if name else _digest(item)
        if name or digest is None:
            labels.append(name or f"[{at}]")
            continue
        labels.append(f"[#{digest}+{seen[digest]}]" if seen[digest] else f"[#{digest}]")
        seen[digest] += 1
    return labels


def _digest(item: Value) -> str | None:
    """The item's content as a short digest; None when it is nested too deeply to be written down."""
    try:
        text = json.dumps(item, sort_keys=True, default=str)
    except RecursionError:
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
