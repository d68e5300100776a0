"""An object whose own name tells whether somebody asked for it.

Objects that one template makes differ in their names, their uids and when they were made. What is found of one holds
for all, unless it hung on these. So each is handed out by something that notes it: who has judged an object and finds
the note blank knows that nobody looked.
"""

from collections.abc import Iterator
from typing import Any

from hardstand.inventory.objects import KubeObject, Origin
from hardstand.model.path import Value

VARYING = frozenset({"name", "uid", "creationTimestamp", "resourceVersion"})
"""Fields of `metadata` that the API server, or a controller, makes anew for each object."""


class Note:
    """Whether anything that varies was asked for."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False


class WatchedMetadata(dict[str, Value]):
    """An object's `metadata`. Whether a field is there may be asked; what one that varies says is noted.

    Whatever takes all values counts as asking. That `__iter__` is written out here is what makes `dict(…)`, `{**…}`
    and the like ask field by field: CPython copies a mapping of its own kind without asking, but only then
    (Objects/dictobject.c, `dict_merge`).
    """

    __slots__ = ("note",)

    def __init__(self, metadata: dict[str, Value], note: Note) -> None:
        super().__init__(metadata)
        self.note = note

    def __getitem__(self, key: str) -> Value:
        if key in VARYING:
            self.note.asked = True
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As of any mapping."""
        if key in VARYING:
            self.note.asked = True
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def _all(self) -> dict[str, Value]:
        self.note.asked = True
        return dict(super().items())

    def items(self) -> Any:
        """As of any mapping."""
        return self._all().items()

    def values(self) -> Any:
        """As of any mapping."""
        return self._all().values()

    def pop(self, *_: Any) -> Any:
        """Objects are never changed."""
        raise TypeError("an object that is judged is not changed")

    popitem = setdefault = update = clear = pop  # type: ignore[assignment]

    def copy(self) -> dict[str, Value]:
        """As of any mapping."""
        return self._all()

    def __or__(self, other: Any) -> Any:
        return self._all() | other

    def __ror__(self, other: Any) -> Any:
        return other | self._all()

    def __eq__(self, other: object) -> bool:
        return self._all() == other

    def __ne__(self, other: object) -> bool:
        return self._all() != other

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> Any:
        return dict, (self._all(),)

    __hash__ = None  # type: ignore[assignment]


MAPPINGS = (dict, WatchedMetadata)
"""What a mapping of an object can be."""


class _WatchedOrigin(Origin):
    """Where it is: a live object's place is its path in the API, and that ends in its name."""

    __slots__ = ("note",)

    @property
    def file(self) -> str:  # type: ignore[override]
        self.note.asked = True  # type: ignore[attr-defined]
        return Origin.file.__get__(self)  # type: ignore[no-any-return, attr-defined]


class WatchedObject(KubeObject):
    """An object as `watched` hands it out."""

    __slots__ = ("note", "whole")

    @property
    def name(self) -> Any:  # type: ignore[override]
        """As of any object."""
        return self._asked("name")

    @property
    def key(self) -> Any:  # type: ignore[override]
        """As of any object."""
        return self._asked("key")

    @property
    def ref(self) -> Any:  # type: ignore[override]
        """As of any object."""
        return self._asked("ref")

    def plain(self) -> KubeObject:
        """The object itself, with all that it says."""
        self.note.asked = True  # type: ignore[attr-defined]
        return self.whole  # type: ignore[attr-defined, no-any-return]

    def _asked(self, field: str) -> Any:
        self.note.asked = True  # type: ignore[attr-defined]
        return getattr(KubeObject, field).__get__(self)


def watched(kube: KubeObject) -> tuple[WatchedObject, Note]:
    """The object, and the note of whether what varies was asked for."""
    note = Note()
    found, origin = WatchedObject.__new__(WatchedObject), _WatchedOrigin.__new__(_WatchedOrigin)
    for one in Origin.__slots__:
        getattr(Origin, one).__set__(origin, getattr(kube.origin, one))
    _WatchedOrigin.note.__set__(origin, note)  # type: ignore[attr-defined]
    metadata = kube.data.get("metadata")
    data = {**kube.data, "metadata": WatchedMetadata(metadata, note)} if type(metadata) is dict else kube.data
    for one in KubeObject.__slots__:
        getattr(KubeObject, one).__set__(found, getattr(kube, one))
    KubeObject.data.__set__(found, data)  # type: ignore[attr-defined]
    KubeObject.origin.__set__(found, origin)  # type: ignore[attr-defined]
    WatchedObject.note.__set__(found, note)  # type: ignore[attr-defined]
    WatchedObject.whole.__set__(found, kube)  # type: ignore[attr-defined]
    return found, note
