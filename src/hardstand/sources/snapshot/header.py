"""The first line of a snapshot: of which cluster, when, by what, which kinds were read, and what could not be."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.live import live_name
from hardstand.model.run import Unreadable
from hardstand.model.verdict import Why

SCHEMA = "hardstand.dev/snapshot/v1"


class HeaderError(ValueError):
    """A first line that is none; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class KindRead:
    """One kind that was listed. A kind with no objects is listed as well: that there are none was seen."""

    group: str
    version: str
    kind: str
    resource: str
    """Its name in API paths, in the plural: `deployments`."""
    namespaced: bool
    objects: int = 0
    resource_version: str | None = None
    """Of the list, where it is known: as of when the objects are."""

    @property
    def of(self) -> Kind:
        """The kind without its version."""
        return Kind(self.group, self.kind)

    @property
    def api_version(self) -> str:
        """As objects spell it: `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def page_name(self, namespace: str | None, name: str) -> str:
        """What the page of an object of this kind is called: `cluster:` and its path in the API."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if self.namespaced else ""
        return live_name(f"{root}{inside}/{self.resource}/{name}")


@dataclass(frozen=True, slots=True)
class About:
    """What only the reader of a cluster knows of a snapshot."""

    taken_at: str
    """RFC 3339, in UTC, to the second."""
    cluster: str | None = None
    server: str | None = None
    """The version of the API server, as it tells it."""
    fingerprint_key: str = ""
    """Which key the fingerprints were made with, told without telling the key."""
    kinds: tuple[KindRead, ...] = ()
    """The kinds that were listed, at least those of which there are no objects."""
    served: tuple[Kind, ...] | None = None
    """All kinds that the server has, listed or not; None where that is not known."""
    silent: tuple[str, ...] = ()
    """API groups that the server has and that did not answer: whether it serves a kind of theirs is not known."""
    namespaces: tuple[str, ...] | None = None
    """The only namespaces that were read; None is all."""
    masked: int = 0
    """Literal secrets outside of Secrets, for each of which a stand-in of the same form is kept."""
    unmasked: int = 0
    """Literal secrets outside of Secrets that no stand-in was found for: they are in the file as they are."""


@dataclass(frozen=True, slots=True)
class Header:
    """The whole first line."""

    about: About
    tool_version: str
    gaps: tuple[Gap, ...]
    unreadable: tuple[Unreadable, ...]
    objects: int
    size: int
    """Bytes of all lines of objects, ends of lines included."""

    def tables(self) -> Mapping[tuple[str, str], KindRead]:
        """The kinds that were listed, by apiVersion and kind as objects spell them."""
        return {(one.api_version, one.kind): one for one in self.about.kinds}

    def unread(self, kinds: Iterable[Kind]) -> Iterator[Gap]:
        """A gap for each kind that was not listed and that the server may have: of its objects nothing is known."""
        listed = {one.of for one in self.about.kinds} | {one.kind for one in self.gaps}
        for kind in kinds:
            served = self.about.served is None or kind in self.about.served or kind.group in self.about.silent
            if served and kind not in listed:
                reason = f"{kind.name} were not read when the snapshot was taken: take a new one"
                yield Gap(kind, None, Why.NOT_IN_INPUT, reason)

    def line(self) -> bytes:
        """The line, with its end."""
        about = self.about
        told = {
            "schema": SCHEMA,
            "tool": {"name": "hardstand", "version": self.tool_version},
            "taken_at": about.taken_at,
            "cluster": about.cluster,
            "server": about.server,
            "namespaces": None if about.namespaces is None else list(about.namespaces),
            "fingerprint_key": about.fingerprint_key,
            "kinds": [
                {
                    "group": one.group,
                    "version": one.version,
                    "kind": one.kind,
                    "resource": one.resource,
                    "namespaced": one.namespaced,
                    "objects": one.objects,
                    "resourceVersion": one.resource_version,
                }
                for one in about.kinds
            ],
            "served": None if about.served is None else [[one.group, one.name] for one in about.served],
            "silent": list(about.silent),
            "gaps": [
                {
                    "group": one.kind.group,
                    "kind": one.kind.name,
                    "namespace": one.namespace,
                    "but": sorted(one.but),
                    "why": str(one.why),
                    "reason": one.reason,
                }
                for one in self.gaps
            ],
            "unreadable": [
                {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason, "why": str(one.why)}
                for one in self.unreadable
            ],
            "masked": about.masked,
            "unmasked": about.unmasked,
            "objects": self.objects,
            "bytes": self.size,
        }
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def parsed(line: bytes) -> Header:
    """The header that a first line says. HeaderError where a field is missing or has another type."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise HeaderError("the first line is no JSON") from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise HeaderError(f"the first line does not name the schema {SCHEMA}")
    fields = _Fields(told)
    about = About(
        taken_at=fields.text("taken_at"),
        cluster=fields.text_or_none("cluster"),
        server=fields.text_or_none("server"),
        fingerprint_key=fields.text("fingerprint_key"),
        kinds=tuple(_kind_read(_Fields(one, "kinds.")) for one in fields.mappings("kinds")),
        served=_served(told.get("served")),
        silent=tuple(fields.texts("silent")),
        namespaces=None if told.get("namespaces") is None else tuple(fields.texts("namespaces")),
        masked=fields.count("masked"),
        unmasked=fields.count("unmasked"),
    )
    return Header(
        about=about,
        tool_version=_Fields(fields.mapping("tool"), "tool.").text("version"),
        gaps=tuple(_gap(_Fields(one, "gaps.")) for one in fields.mappings("gaps")),
        unreadable=tuple(_unreadable(_Fields(one, "unreadable.")) for one in fields.mappings("unreadable")),
        objects=fields.count("objects"),
        size=fields.count("bytes"),
    )


def _kind_read(fields: "_Fields") -> KindRead:
    return KindRead(
        fields.text("group"),
        fields.text("version"),
        fields.text("kind"),
        fields.text("resource"),
        fields.flag("namespaced"),
        fields.count("objects"),
        fields.text_or_none("resourceVersion"),
    )


def _gap(fields: "_Fields") -> Gap:
    kind = Kind(fields.text("group"), fields.text("kind"))
    but = frozenset(fields.texts("but"))
    return Gap(kind, fields.text_or_none("namespace"), _why(fields), fields.text("reason"), but)


def _unreadable(fields: "_Fields") -> Unreadable:
    place = fields.text("path"), fields.count("line"), fields.count("column")
    return Unreadable(*place, fields.text("reason"), _why(fields))


def _why(fields: "_Fields") -> Why:
    try:
        return Why(fields.text("why"))
    except ValueError as error:
        raise HeaderError("the first line gives a reason that this version does not know") from error


def _served(value: object) -> tuple[Kind, ...] | None:
    if value is None:
        return None
    pairs = value if isinstance(value, list) else [value]
    found = []
    for one in pairs:
        match one:
            case [str(group), str(name)]:
                found.append(Kind(group, name))
            case _:
                raise HeaderError("the first line's field served is no list of pairs")
    return tuple(found)


class _Fields:
    """Fields of a mapping, each with the type that it must have."""

    def __init__(self, told: Mapping[str, Any], where: str = "") -> None:
        self._told = told
        self._where = where

    def text(self, name: str) -> str:
        value = self._told.get(name)
        return value if isinstance(value, str) else self._wrong(name, "a text")

    def text_or_none(self, name: str) -> str | None:
        return None if self._told.get(name) is None else self.text(name)

    def texts(self, name: str) -> Sequence[str]:
        value = self._told.get(name)
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return value if right and isinstance(value, list) else self._wrong(name, "a list of texts")

    def count(self, name: str) -> int:
        value = self._told.get(name)
        right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return value if right and isinstance(value, int) else self._wrong(name, "a number from 0 on")

    def flag(self, name: str) -> bool:
        value = self._told.get(name)
        return value if isinstance(value, bool) else self._wrong(name, "true or false")

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._told.get(name)
        return value if isinstance(value, dict) else self._wrong(name, "a mapping")

    def mappings(self, name: str) -> Sequence[Mapping[str, Any]]:
        value = self._told.get(name)
        right = isinstance(value, list) and all(isinstance(one, dict) for one in value)
        return value if right and isinstance(value, list) else self._wrong(name, "a list of mappings")

    def _wrong(self, name: str, wanted: str) -> Any:
        raise HeaderError(f"the first line's field {self._where}{name} must be {wanted}")
