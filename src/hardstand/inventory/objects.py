"""Objects: what a document holds once lists are unwrapped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from hardstand.inventory.written import Written
from hardstand.model.compact import Compact
from hardstand.model.finding import Edit, ObjectRef
from hardstand.model.kind import COMPOSE_GROUP, Kind, group_of, is_cluster_scoped, is_file
from hardstand.model.path import Path, Value, called


class World(NamedTuple):
    """Objects that see one another: those of one environment, and of them, those of one chart or kustomization."""

    environment: str
    root: str | None


@dataclass(frozen=True, slots=True)
class Origin(Compact):
    """Where an object was read: the file, the document in it, and the way to the object inside the document."""

    file: str
    document: int
    prefix: Path = ()
    rendered_from: str | None = None
    """The chart or kustomization that gave the text, if the text is not the file's own."""
    rendered_by: str | None = None
    """`helm` or `kustomize`."""
    environment: str = ""
    """The environment of the boundary that the place lies in, where one is declared by place."""
    pending: bool = False
    """It was asked for, and is not there yet: what it says is said by whoever asks."""

    @property
    def world(self) -> World:
        """The picture that the object is part of: objects of other worlds say nothing of it."""
        return World(self.environment, self.rendered_from)


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a document that is no Kubernetes object, with the way to it."""

    prefix: Path
    path: Path
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class KubeObject(Compact):
    """One Kubernetes object as it was written. `data` is never changed."""

    api_version: str
    kind: Kind
    namespace: str | None
    """The namespace it lands in: its own, else the one asked for; None for cluster-scoped kinds."""
    name: str
    data: Mapping[str, Value]
    origin: Origin
    key: str
    """What tells it from every other object: environment, API group, kind, namespace and name."""
    ref: ObjectRef
    """How reports name it."""
    written: Written | None = None
    """How the document says what `data` says, when it does so in another shape."""

    def place(self, path: Path) -> Path:
        """The path in the document, from its root, of the field at `path` in `data`."""
        return self.origin.prefix + path if self.written is None else self.written.place(path)

    def document_edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...] | None:
        """The edits of `data` as edits of the document, from its root; None where the document cannot be so edited."""
        if self.written is not None:
            return self.written.edits(edits)
        return tuple(Edit(edit.op, self.origin.prefix + edit.path, edit.value) for edit in edits)


def objects_in(
    value: Value,
    *,
    file: str,
    document: int,
    rendered_from: str | None,
    namespace: str,
    rendered_by: str | None = None,
    environment: str = "",
    pending: bool = False,
) -> Iterator[KubeObject | Problem]:
    """Give every object in a decoded document, unwrapping `List` and typed lists of any depth.

    `namespace` is where objects without one of their own land. What claims to be an object and is not one comes out
    as a Problem. A mapping with neither `apiVersion` nor `kind` gives nothing: it is not a manifest.
    """
    waiting: list[tuple[Path, Value, str | None, str | None]] = [((), value, None, None)]
    while waiting:
        prefix, node, item_version, item_kind = waiting.pop()
        if not isinstance(node, dict):
            yield Problem(prefix, (), f"expected a Kubernetes object, found {called(node)}")
            continue
        api_version = node.get("apiVersion") or item_version
        kind = node.get("kind") or item_kind
        if api_version is None and kind is None:
            if prefix:
                yield Problem(prefix, (), "a list item has neither apiVersion nor kind")
            continue
        fault = _identity_fault(api_version, kind)
        if fault:
            yield Problem(prefix, *fault)
            continue
        version_word, kind_word = cast("str", api_version), cast("str", kind)
        if kind_word.endswith("List") and (kind_word == "List" or "items" in node):
            items = node.get("items") or []
            if not isinstance(items, list):
                yield Problem(prefix, ("items",), f"items must be a list, found {called(items)}")
                continue
            inner = (None, None) if kind_word == "List" else (version_word, kind_word.removesuffix("List"))
            waiting.extend(
                (prefix + ("items", at), items[at], inner[0], inner[1]) for at in range(len(items) - 1, -1, -1)
            )
            continue
        origin = Origin(file, document, prefix, rendered_from, rendered_by, environment, pending)
        yield _object(node, version_word, kind_word, origin, namespace)


def _identity_fault(api_version: Value, kind: Value) -> tuple[Path, str] | None:
    for field_name, found, other in (("apiVersion", api_version, "kind"), ("kind", kind, "apiVersion")):
        if found is None:
            return (), f"the object has {other} but no {field_name}"
        if not isinstance(found, str) or not found:
            return (field_name,), f"{field_name} must be a non-empty string, found {called(found)}"
    if group_of(cast("str", api_version)) == COMPOSE_GROUP:
        return ("apiVersion",), f"{COMPOSE_GROUP} is no API group; it is how reports name the services of Compose files"
    return None


def _object(
    node: Mapping[str, Value], api_version: str, kind_word: str, origin: Origin, namespace: str
) -> KubeObject | Problem:
    metadata = node.get("metadata")
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        return Problem(origin.prefix, ("metadata",), f"metadata must be a mapping, found {called(metadata)}")
    kind = Kind(group_of(api_version), kind_word)
    name = metadata.get("name") or metadata.get("generateName") or (_file_name(origin, kind) if is_file(kind) else None)
    if name is None or name == "":
        return Problem(origin.prefix, ("metadata",), f"the {kind_word} has no metadata.name")
    own = metadata.get("namespace")
    for field_name, found in (("name", name), ("namespace", own)):
        if found is not None and not isinstance(found, str):
            reason = f"metadata.{field_name} must be a string, found {called(found)}; quote it"
            return Problem(origin.prefix, ("metadata", field_name), reason)
    lands = None if is_cluster_scoped(kind) else cast("str | None", own) or namespace
    key = f"{origin.environment}|{kind.group}|{kind.name}|{lands or ''}|{name}"
    ref = ObjectRef(api_version, kind_word, lands, cast("str", name))
    return KubeObject(api_version, kind, lands, ref.name, node, origin, key, ref)


def _file_name(origin: Origin, kind: Kind) -> str:
    """What to call a configuration file, which has no name of its own: as the file is called, else as its kind is."""
    name = origin.file.rpartition("/")[2]
    return kind.name if not name or name.startswith("<") else name
