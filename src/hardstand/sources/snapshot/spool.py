"""What a cluster gave, put in the order of a snapshot, before its first line can be written.

The first line tells how many objects follow, which is known only once all are there. So what comes is kept packed, a
kind at a time: fifty thousand objects are some ten megabytes.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from hardstand import __version__
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.run import Unreadable
from hardstand.sources.cluster.order import in_order
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.header import About, Header, KindRead
from hardstand.sources.zstd import compressed, unpacked

_PATH = re.compile(r"cluster:/(?:api|apis/([^/]+))/([^/]+)(?:/namespaces/([^/]+))?/([^/]+)/([^/]+)")
"""https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris"""

_PIECE = 256 * 1024
Entry = tuple[str, str]
"""Namespace and name."""


class UnfitPageError(ValueError):
    """A page that no snapshot may hold: not of a cluster, or with values of a Secret. A defect of whoever gave it."""


class Spooled:
    """All that a snapshot holds, in its order."""

    def __init__(self, header: Header, kinds: Sequence["_OfKind"]) -> None:
        self.header = header
        self._kinds = kinds

    def lines(self) -> Iterator[bytes]:
        """Every line, each with its end: header, objects, trailer."""
        return with_trailer(self.header, (line for one in self._kinds for line in one.lines()))


def with_trailer(header: Header, objects: Iterable[bytes]) -> Iterator[bytes]:
    """The header's line, the lines of objects, and the line that seals them."""
    digest, count = hashlib.sha256(), 0
    first = header.line()
    digest.update(first)
    yield first
    for line in objects:
        digest.update(line)
        count += 1
        yield line
    yield trailer(count, digest.hexdigest())


def trailer(count: int, digest: str) -> bytes:
    """The last line."""
    return json.dumps({"objects": count, "sha256": digest}, separators=(",", ":")).encode() + b"\n"


def spool(found: Iterable[Page | Gap | Unreadable], about: Callable[[], About]) -> Spooled:
    """Take all that a cluster gives. `about` is asked once everything has come.

    UnfitPageError where a page must not be kept. What the iterator raises is raised here.
    """
    kinds: dict[tuple[str, str, str], _OfKind] = {}
    gaps: list[Gap] = []
    unreadable: list[Unreadable] = []
    current: _OfKind | None = None
    for one in found:
        if isinstance(one, Gap):
            gaps.append(one)
            continue
        if isinstance(one, Unreadable):
            unreadable.append(one)
            continue
        kind, entry = _identified(one)
        key = (kind.group, kind.kind, kind.version)
        taking = kinds.setdefault(key, _OfKind(kind))
        if current is not None and current is not taking:
            current.pause()
        current = taking
        taking.add(entry, one.data)
    told = about()
    listed = {(one.group, one.kind, one.version): one for one in told.kinds}
    tables = [
        replace(listed.get(key, one.kind), objects=one.objects)
        for key, one in {**{key: _OfKind(kind) for key, kind in listed.items()}, **kinds}.items()
    ]
    order = {kind: at for at, kind in enumerate(in_order({Kind(*key[:2]) for key in {**kinds, **listed}}))}

    def rank(key: tuple[str, str, str]) -> tuple[int, str]:
        return order[Kind(*key[:2])], key[2]

    ordered = [kinds[key] for key in sorted(kinds, key=rank)]
    header = Header(
        about=replace(told, kinds=tuple(sorted(tables, key=lambda one: rank((one.group, one.kind, one.version))))),
        tool_version=__version__,
        gaps=tuple(gaps),  # As they came: of several that cover an object, the first is told.
        unreadable=tuple(unreadable),
        objects=sum(one.objects for one in ordered),
        size=sum(one.size for one in ordered),
    )
    return Spooled(header, ordered)


def _identified(page: Page) -> tuple[KindRead, Entry]:
    """The kind of a page's object, and where it stands among its like; UnfitPageError for what no snapshot may hold."""
    path = _PATH.fullmatch(page.name)
    if path is None or not page.live:
        raise UnfitPageError(f"{page.name} is no object of a cluster")
    told: Any = json.loads(page.data)
    group, version, namespace, resource, name = path.groups()
    kind = KindRead(group or "", version, str(told.get("kind")), resource, namespace is not None)
    metadata = told.get("metadata") or {}
    if (told.get("apiVersion"), metadata.get("namespace"), metadata.get("name")) != (kind.api_version, namespace, name):
        raise UnfitPageError(f"{page.name} is not called as its object says")
    if b"\n" in page.data:
        raise UnfitPageError(f"{page.name} is not one line")
    if kind.kind == "Secret" and not group:
        _without_values(page.name, told)
    return kind, (namespace or "", name)


def _without_values(name: str, told: dict[str, Any]) -> None:
    """The last guard: whatever went before, no value of a Secret is written."""
    for field in ("data", "stringData"):
        held = told.get(field)
        if held is not None and (not isinstance(held, dict) or any(value is not None for value in held.values())):
            raise UnfitPageError(f"{name} still has its values")


class _OfKind:
    """The objects of one kind, packed, in pieces that came one after another."""

    def __init__(self, kind: KindRead) -> None:
        self.kind = kind
        self.objects = 0
        self.size = 0
        self._last: Entry = ("", "")
        self._sorted = True
        self._waiting: list[bytes] = []
        self._held = 0
        self._packed: list[bytes] = []

    def add(self, entry: Entry, data: bytes) -> None:
        """Take one more object."""
        self._sorted = self._sorted and self._last <= entry
        self._last = entry
        self._waiting += [data, b"\n"]
        self.objects += 1
        self.size += len(data) + 1
        self._held += len(data)
        if self._held > 16 * _PIECE:
            self.pause()

    def pause(self) -> None:
        """Pack what has come so far."""
        if self._waiting:
            self._packed.append(b"".join(compressed([b"".join(self._waiting)])))
            self._waiting, self._held = [], 0

    def lines(self) -> Iterator[bytes]:
        """Each object's line, by namespace and name."""
        self.pause()
        if self._sorted:
            yield from self._unpacked()
        else:
            yield from sorted(self._unpacked(), key=_place)

    def _unpacked(self) -> Iterator[bytes]:
        for packed in self._packed:
            yield from io.BytesIO(b"".join(unpacked(io.BytesIO(packed))))


def _place(line: bytes) -> Entry:
    metadata = json.loads(line)["metadata"]
    return metadata.get("namespace") or "", metadata["name"]
