"""The view and its fields.

A field is read when it is asked for and then remembered, so that a hundred controls pay for it once. A missing or null
field is None (or empty); a field of another type than Kubernetes has there raises MalformedFieldError, so that each
control that reads it becomes unknown and the others go on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar, cast, overload

from hardstand.inventory.unnamed import is_mapping
from hardstand.model.finding import Edit
from hardstand.model.kind import Kind
from hardstand.model.path import Path, Value, called
from hardstand.model.unfit import Unfit
from hardstand.model.violation import MalformedFieldError, UnfitFieldError, Violation

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject

T = TypeVar("T")
V = TypeVar("V", bound="View")

EMPTY: Mapping[str, Value] = MappingProxyType({})


class View:
    """A mapping somewhere in an object, read by field. `exists` is false when the object has nothing there."""

    caption: str = ""
    """Which part of the object this is, for a person: `container web`."""

    def __init__(self, data: Mapping[str, Value] | None, path: Path, parent: "View | None" = None) -> None:
        self.data = data or EMPTY
        self.exists = data is not None
        self.path = path
        # What lies above is not kept: views would know each other in circles, which wait for the garbage collector.
        if parent is not None and parent.caption and not self.caption:
            self.caption = parent.caption

    def forget(self) -> None:
        """Let go of what has been read. It is no view any more then."""
        self.__dict__.clear()

    def at(self, *steps: str | int) -> Path:
        """The path of a field of this view, from the object's root."""
        return self.path + steps

    def get(self, key: str) -> Value:
        """The raw value of a field, for what has no type of its own."""
        return self.data.get(key)

    def has(self, key: str) -> bool:
        """Tell whether there is a mapping at `key`, as the `exists` of its view does, and make no view to tell it.

        MalformedFieldError where there is something else.
        """
        value = self.data.get(key)
        if value is not None and type(value) is not dict and not is_mapping(value):
            raise self.malformed("a mapping", key)
        return value is not None

    def malformed(self, expected: str, *steps: str | int) -> MalformedFieldError:
        """The error that says that the field at `steps` should have been `expected`."""
        found: object = dict(self.data)
        for step in steps:
            if isinstance(found, dict):
                found = found.get(str(step))
            else:
                found = found[step] if isinstance(found, list) and isinstance(step, int) else None
            if isinstance(found, Unfit):
                return UnfitFieldError(self.at(*steps), found)
        return MalformedFieldError(self.at(*steps), expected, called(cast("Value", found)))

    def violates(
        self,
        message: str,
        *steps: str | int,
        edits: Sequence[Edit] = (),
        cause: str = "",
        caption: str = "",
        unsafe: bool = False,
    ) -> Violation:
        """Say that the control does not hold here, at the field `steps` below this view.

        `unsafe`: the edits overwrite what somebody chose, so they are not safe here even if the control's repair is.
        """
        return Violation(self.path + steps, message, caption or self.caption, tuple(edits), cause, unsafe)

    def put(self, value: Value, *steps: str | int) -> Edit:
        """The edit that puts `value` at `steps` below this view."""
        return Edit("put", self.path + steps, value)

    def remove(self, *steps: str | int) -> Edit:
        """The edit that removes what is at `steps` below this view."""
        return Edit("remove", self.path + steps)


class Field(Generic[T]):
    """A field of a view. Not a data descriptor: once read, the instance's own dictionary answers."""

    def __init__(self, key: str, read: Callable[[View, str], T]) -> None:
        self.key = key
        self.read = read
        self.attribute = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> T: ...
    def __get__(self, view: View | None, owner: type) -> T | Self:
        if view is None:
            return self
        value = self.read(view, self.key)
        setattr(view, self.attribute, value)
        return value


class Nested(Field[V]):
    """A mapping with fields of its own. There are so many that it is worth making them without a call in between."""

    def __init__(self, key: str, view_type: Callable[..., V]) -> None:
        super().__init__(key, lambda view, key: view_at(view, key, view_type))
        self.view_type = view_type

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> V: ...
    def __get__(self, view: View | None, owner: type) -> V | Self:
        if view is None:
            return self
        key = self.key
        value = view.data.get(key)
        if value is not None and type(value) is not dict and not is_mapping(value):
            raise view.malformed("a mapping", key)
        made = self.view_type(value, (*view.path, key), view)
        setattr(view, self.attribute, made)
        return made


class Scalar(Field[T]):
    """A field that is nearly always of one type, or not set; any other value is `read`'s matter."""

    def __init__(self, key: str, kind: type, read: Callable[[View, str], T]) -> None:
        super().__init__(key, read)
        self.kind = kind

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> T: ...
    def __get__(self, view: View | None, owner: type) -> T | Self:
        if view is None:
            return self
        value = view.data.get(self.key)
        found: T = value if value is None or type(value) is self.kind else self.read(view, self.key)  # type: ignore[assignment]
        setattr(view, self.attribute, found)
        return found


def boolean(key: str) -> Field[bool | None]:
    """A field that is true, false or not set."""

    def read(view: View, key: str) -> bool | None:
        value = view.data.get(key)
        if value is None or value is True or value is False:
            return value
        raise view.malformed("a boolean", key)

    return Scalar(key, bool, read)


def integer(key: str) -> Field[int | None]:
    """A whole number or not set. A float without a fraction is one, as in JSON."""

    def read(view: View, key: str) -> int | None:
        value = view.data.get(key)
        if value is None or type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise view.malformed("an integer", key)

    return Scalar(key, int, read)


def string(key: str) -> Field[str | None]:
    """A string or not set."""

    def read(view: View, key: str) -> str | None:
        value = view.data.get(key)
        if value is None or type(value) is str:
            return value
        raise view.malformed("a string", key)

    return Scalar(key, str, read)


def int_or_string(key: str) -> Field[int | str | None]:
    """A number or a name, as ports are, or not set."""

    def read(view: View, key: str) -> int | str | None:
        value = view.data.get(key)
        if value is None or type(value) is int or type(value) is str:
            return value
        raise view.malformed("an integer or a string", key)

    return Scalar(key, str, read)


def quantity(key: str) -> Field[str | None]:
    """An amount such as `500m` or `1Gi`, as written; numbers come as their text.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """

    def read(view: View, key: str) -> str | None:
        value = view.data.get(key)
        if value is None or type(value) is str:
            return value
        if type(value) is int or type(value) is float:
            return str(value)
        raise view.malformed("a quantity", key)

    return Scalar(key, str, read)


def strings(key: str) -> Field[Sequence[str]]:
    """A list of strings; nothing is the empty list."""

    def read(view: View, key: str) -> Sequence[str]:
        if view.data.get(key) is None:
            return ()
        known, rest = _items(view, key)
        for at, item in enumerate(known):
            if type(item) is not str:
                raise view.malformed("a string", key, at)
        return cast("Sequence[str]", known if rest is None else Open(known, rest))

    return Field(key, read)


def string_map(key: str) -> Field[Mapping[str, str]]:
    """A mapping of strings to strings, as labels are; a null value is the empty string, as in the API server."""

    def read(view: View, key: str) -> Mapping[str, str]:
        value = mapping_at(view, key)
        if value is None:
            return EMPTY  # type: ignore[return-value]
        empty = False
        for name, item in value.items():
            if type(item) is not str:
                if item is not None:
                    raise view.malformed("a string", key, name)
                empty = True
        if not empty:
            return value  # type: ignore[return-value]  # As it is: objects are never changed.
        return {name: cast("str | None", item) or "" for name, item in value.items()}

    return Field(key, read)


def nested(key: str, view_type: Callable[..., V]) -> Field[V]:
    """A mapping with fields of its own; absent is an empty view whose `exists` is false."""

    return Nested(key, view_type)


def views(key: str, view_type: Callable[..., V]) -> Field[Sequence[V]]:
    """A list of mappings with fields of their own; nothing is the empty list, a null item an empty view."""

    def read(view: View, key: str) -> Sequence[V]:
        if view.data.get(key) is None:
            return []
        known, rest = _items(view, key)
        found: list[V] = []
        for at, item in enumerate(known):
            if item is not None and type(item) is not dict:
                raise view.malformed("a mapping", key, at)
            found.append(view_type(EMPTY if item is None else item, (*view.path, key, at), view))
        return found if rest is None else Open(found, rest)

    return Field(key, read)


def view_at(view: View, key: str, view_type: Callable[..., V]) -> V:
    """The view of the mapping at `key`, as `nested` reads it; MalformedFieldError for another type."""
    return view_type(mapping_at(view, key), (*view.path, key), view)


def mapping_at(view: View, key: str) -> Mapping[str, Value] | None:
    """The mapping at `key`, or None; MalformedFieldError for another type."""
    value = view.data.get(key)
    if value is None or type(value) is dict or is_mapping(value):
        return value
    raise view.malformed("a mapping", key)


def _items(view: View, key: str) -> tuple[Sequence[Value], MalformedFieldError | None]:
    """The items of a list that is there, and the reason why there may be more than these."""
    value = view.data[key]
    if type(value) is not list:
        raise view.malformed("a list", key)
    last: object = value[-1] if value else None
    if type(last) is Unfit:
        return value[:-1], view.malformed("told", key, len(value) - 1)
    return value, None


class Open(list[T]):
    """A list of which more items may exist than could be read: who looks past those that are known learns so.

    UnfitFieldError at the end of an iteration, and when something is asked for that is not among the known.
    """

    def __init__(self, known: Sequence[T], rest: MalformedFieldError) -> None:
        super().__init__(known)
        self._rest = rest

    def __iter__(self) -> Iterator[T]:
        yield from super().__iter__()
        raise self._rest

    def __contains__(self, item: object) -> bool:
        if super().__contains__(item):
            return True
        raise self._rest


class Metadata(View):
    """An object's `metadata`."""

    name = string("name")
    generate_name = string("generateName")
    namespace = string("namespace")
    created = string("creationTimestamp")
    labels = string_map("labels")
    annotations = string_map("annotations")
    owner_references = views("ownerReferences", View)


class Subject(View):
    """A view of a whole object that controls can be about."""

    kinds: ClassVar[frozenset[Kind] | None] = frozenset()
    """The kinds it is a view of; None is every kind."""
    noun: ClassVar[str] = ""
    """What people call it, where that is not the name of the class."""

    metadata = nested("metadata", Metadata)

    def __init__(self, kube: "KubeObject") -> None:
        super().__init__(kube.data, ())
        self.object = kube
        self.kind = kube.kind
        self.namespace = kube.namespace

    @property
    def name(self) -> str:
        """The object's name."""
        return self.object.name

    @classmethod
    def about(cls, kind: Kind) -> bool:
        """Tell whether objects of this kind have such subjects."""
        return cls.kinds is None or kind in cls.kinds

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence["View"]:
        """The subjects of this type in an object."""
        return (cls(kube),)


class AnyObject(Subject):
    """Any object of any kind."""

    kinds = None
