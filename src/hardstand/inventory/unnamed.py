"""An object whose own name tells whether somebody asked for it.

Objects that one template makes differ in their names, their uids and when they were made. What is found of one holds
for all, unless it hung on these. So each is handed out by something that notes it: who has judged an object and finds
the note blank knows that nobody looked.
"""

from collections.abc import Iterator
from typing import Any, TypeGuard

from hardstand.inventory.objects import KubeObject, Origin
from hardstand.model.path import Value

VARYING = frozenset({"name", "uid", "creationTimestamp", "resourceVersion"})
"""Fields of `metadata` that the API server, or a controller, makes anew for each object."""


UNSEEN = "resourceVersion"
"""A field of `metadata` that whoever judges is not shown: what is pending has none yet, and it says nothing of the
object."""


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

    __hash__ = None


def is_mapping(value: object) -> TypeGuard[dict[str, Value]]:
    """Tell whether a value of an object is a mapping, be it one that notes what is asked for."""
    return type(value) is dict or type(value) is WatchedMetadata


class _WatchedOrigin(Origin):
    """Where it is: a live object's place is its path in the API, and that ends in its name."""

    __slots__ = ("note",)  # type: ignore[misc]
    note: Note

    @property
    def file(self) -> Any:
        self.note.asked = True
        return _slots(Origin, "file").__get__(self)


class WatchedObject(KubeObject):
    """An object as `watched` hands it out."""

    __slots__ = ("note", "whole")  # type: ignore[misc]
    note: Note
    whole: KubeObject
    """The object itself, for who does not judge it."""

    @property
    def name(self) -> Any:
        """As of any object."""
        return self._asked("name")

    @property
    def key(self) -> Any:
        """As of any object."""
        return self._asked("key")

    @property
    def ref(self) -> Any:
        """As of any object."""
        return self._asked("ref")

    def plain(self) -> KubeObject:
        """The object itself, with all that it says, which is noted."""
        self.note.asked = True
        return self.whole

    def _asked(self, field: str) -> Any:
        self.note.asked = True
        return _slots(KubeObject, field).__get__(self)


def _slots(kind: Any, field: str) -> Any:
    """What reads and writes a field of a frozen class, also where a property stands before it."""
    return getattr(kind, field)


_OF_ORIGIN = tuple(_slots(Origin, one) for one in Origin.__slots__)
_OF_OBJECT = tuple(_slots(KubeObject, one) for one in KubeObject.__slots__ if one not in ("data", "origin"))


def watched(kube: KubeObject) -> tuple[WatchedObject, Note]:
    """The object, and the note of whether what varies was asked for."""
    note = Note()
    found, origin = WatchedObject.__new__(WatchedObject), _WatchedOrigin.__new__(_WatchedOrigin)
    for slot in _OF_ORIGIN:
        slot.__set__(origin, slot.__get__(kube.origin))
    _slots(_WatchedOrigin, "note").__set__(origin, note)
    data = kube.data
    metadata = data.get("metadata")
    if type(metadata) is dict:
        shown = {key: one for key, one in metadata.items() if key != UNSEEN} if UNSEEN in metadata else metadata
        data = {**data, "metadata": WatchedMetadata(shown, note)}
    for slot in _OF_OBJECT:
        slot.__set__(found, slot.__get__(kube))
    _slots(KubeObject, "data").__set__(found, data)
    _slots(KubeObject, "origin").__set__(found, origin)
    _slots(WatchedObject, "note").__set__(found, note)
    _slots(WatchedObject, "whole").__set__(found, kube)
    return found, note
