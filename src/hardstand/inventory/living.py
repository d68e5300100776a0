"""Neighbours of a cluster that goes on changing, and one pending object laid over them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from hardstand.inventory.neighbours import Keeping, Neighbours, Table
from hardstand.inventory.objects import KubeObject, World
from hardstand.inventory.unnamed import WatchedObject
from hardstand.inventory.views.base import Subject
from hardstand.model.gap import Gap, Gaps

S = TypeVar("S", bound=Subject)
T = TypeVar("T")
Views = frozenset[type[Subject]]

_NONE: Views = frozenset()
_EMPTY: Mapping[str, Sequence[Subject]] = {}


class LivingNeighbours(Neighbours):
    """As `Neighbours` of a complete input that is one world, but facts come and go.

    What was worked out from them is worked out again once they have changed, and only for the namespace and the views
    that a change touches.
    """

    def __init__(self, keeping: Keeping) -> None:
        super().__init__((), keeping, complete=True)
        self._facts: dict[type[Subject], dict[str | None, dict[str, Sequence[Subject]]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._lists: dict[tuple[type[Subject], str | None], list[Subject]] = {}
        self._wholes: dict[type[Subject], list[Subject]] = {}

    def views_of(self, kube: KubeObject) -> Views:
        """The views that objects of this kind are seen by."""
        return frozenset(self._keeping.views.get(kube.kind, ()))

    def put(self, fact: KubeObject) -> None:
        """Take in what joins read of an object, in place of what was there by its key."""
        for view in self._keeping.views.get(fact.kind, ()):
            self._facts[view][fact.namespace][fact.key] = cast("Sequence[Subject]", view.of(fact))
            self._changed(view, fact.namespace)

    def drop(self, fact: KubeObject) -> None:
        """Let an object go."""
        for view in self._keeping.views.get(fact.kind, ()):
            self._facts[view][fact.namespace].pop(fact.key, None)
            self._changed(view, fact.namespace)

    def missing(self, gaps: Iterable[Gap]) -> None:
        """Say what cannot be listed."""
        self._gaps = Gaps(gaps)

    def _changed(self, view: type[Subject], namespace: str | None) -> None:
        self._lists.pop((view, namespace), None)
        self._wholes.pop(view, None)
        for key in [one for one in list(self._tables) if _about(one, view, namespace)]:
            self._tables.pop(key, None)
        self._remembered.clear()

    def seen_from(self, world: World) -> Neighbours:  # noqa: ARG002 - a cluster is one world
        """What an object of the cluster knows: all of it."""
        return self

    def near(self, view: type[S], namespace: str | None) -> Sequence[S]:
        """The objects of this view in the namespace."""
        found = self._lists.get((view, namespace))
        if found is None:
            groups = self._facts[view].get(namespace, _EMPTY)
            # Copied first: another thread may be asking while this one is told of changes.
            found = self._lists[view, namespace] = [one for group in list(groups.values()) for one in group]
        return cast("Sequence[S]", found)

    def anywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of this view in all namespaces."""
        found = self._wholes.get(view)
        if found is None:
            found = self._wholes[view] = [one for space in list(self._facts[view]) for one in self.near(view, space)]
        return cast("Sequence[S]", found)

    def beside(self, view: type[S], namespace: str | None, key: str) -> Sequence[S]:
        """The objects of this view in the namespace, but for the one with this key."""
        groups = self._facts[view].get(namespace, _EMPTY)
        return cast("Sequence[S]", [one for name, group in list(groups.items()) if name != key for one in group])


class Overlay(Neighbours):
    """The neighbours with at most one pending object among them, in place of what it changes.

    What the pending object does not touch is asked of the neighbours below, where it has been worked out already.
    """

    def __init__(self, below: LivingNeighbours, keeping: Keeping) -> None:
        super().__init__((), keeping, complete=True)
        self._below = below
        self._laid: KubeObject | None = None
        self._fact: KubeObject | None = None
        self._views = _NONE
        self._own: dict[Hashable, object] = {}

    def lay(self, kube: KubeObject | None) -> None:
        """Lay a pending object over the others; None takes it away again."""
        self._laid, self._fact = kube, None
        self._views = self._below.views_of(kube) if kube is not None else _NONE
        self._own.clear()

    @property
    def _pending(self) -> KubeObject | None:
        """What joins read of the pending object; few ask for objects of its own kind."""
        laid = self._laid
        if self._fact is None and laid is not None:
            self._fact = self._keeping.prune(laid.plain() if isinstance(laid, WatchedObject) else laid)
        return self._fact

    def seen_from(self, world: World) -> Neighbours:  # noqa: ARG002 - a cluster is one world
        """What an object of the cluster knows: all of it."""
        return self

    def near(self, view: type[S], namespace: str | None) -> Sequence[S]:
        """The objects of this view in the namespace, the pending one among them."""
        if view not in self._views or (one := self._pending) is None or namespace != one.namespace:
            return self._below.near(view, namespace)
        return [*self._below.beside(view, namespace, one.key), *cast("Sequence[S]", view.of(one))]

    def anywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of this view in all namespaces, the pending one among them."""
        if view not in self._views or (one := self._pending) is None:
            return self._below.anywhere(view)
        others = [each for each in self._below.anywhere(view) if each.object.key != one.key]
        return [*others, *cast("Sequence[S]", view.of(one))]

    def table(self, view: type[S], namespace: str | None, keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """The objects of this view in the namespace by their `keys`."""
        if view not in self._views or self._laid is None or namespace != self._laid.namespace:
            return self._below.table(view, namespace, keys)
        return self._made((view, namespace, keys), lambda: Table(self.near(view, namespace), keys))

    def table_anywhere(self, view: type[S], keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """The objects of this view in all namespaces by their `keys`."""
        if view not in self._views:
            return self._below.table_anywhere(view, keys)
        return self._made((view, keys), lambda: Table(self.anywhere(view), keys))

    def remembered(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives; what the pending object may have a part in is asked anew for each."""
        return self._made(name, make) if self._views else self._below.remembered(name, make)

    def gap(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> Gap | None:
        """What may be missing of the objects of this view."""
        return self._below.gap(view, namespace, anywhere=anywhere)

    def holds(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> bool:
        """Tell whether all there is of this view is known there."""
        return self._below.holds(view, namespace, anywhere=anywhere)

    def _made(self, name: Hashable, make: Callable[[], T]) -> T:
        if name not in self._own:
            self._own[name] = make()
        return cast("T", self._own[name])


def _about(key: Hashable, view: type[Subject], namespace: str | None) -> bool:
    """Tell whether a table, by its key, is of this view and of all namespaces or this one."""
    parts = cast("tuple[object, ...]", key)
    return parts[0] is view and (len(parts) == 2 or parts[1] == namespace)
