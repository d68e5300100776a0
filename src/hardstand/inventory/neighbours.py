"""What objects know of each other: the pruned objects that joins read, indexed by view and namespace.

Only these cross between processes, so they hold no more than what the controls declare with `reads=`.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject, World
from hardstand.inventory.views.base import Subject
from hardstand.model.gap import Gap, Gaps
from hardstand.model.kind import COMPOSE_SERVICE, Kind
from hardstand.model.path import Value
from hardstand.model.violation import MalformedFieldError

S = TypeVar("S", bound=Subject)
T = TypeVar("T")

Tree = dict[str, "Tree"]
"""Fields to keep; an empty tree keeps everything below, the key `*` keeps keys without their values."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For each kind that is read by a join, what of it is kept."""

    views: Mapping[Kind, Sequence[type[Subject]]]
    fields: Mapping[Kind, Tree]

    @classmethod
    def of(cls, reads: Iterable[tuple[type[Subject], Sequence[str]]]) -> "Keeping":
        """Add up what all readers of a view ask for; `pod.` stands for the pod template of any workload kind."""
        views: dict[Kind, list[type[Subject]]] = defaultdict(list)
        fields: dict[Kind, Tree] = defaultdict(dict)
        for view, keep in reads:
            for kind in (view.kinds or frozenset()) - {COMPOSE_SERVICE}:  # No object of a cluster meets one.
                if view not in views[kind]:
                    views[kind].append(view)
                for field in ("apiVersion", "kind", "metadata.name", "metadata.namespace", *keep):
                    _plant(fields[kind], _steps(kind, field))
        return cls(dict(views), dict(fields))

    def prune(self, kube: KubeObject) -> KubeObject | None:
        """The object with only what joins read of it, or None when none does."""
        tree = self.fields.get(kube.kind)
        if tree is None:
            return None
        return replace(kube, data=cast("Mapping[str, Value]", _pruned(dict(kube.data), tree)))


class Table(Generic[S]):
    """Neighbours by what they can be asked for, so that asking does not mean looking at each of them.

    `rest` are those with nothing to ask for them by, and `unreadable` those in which that cannot be read.
    """

    def __init__(self, neighbours: Iterable[S], keys: Callable[[S], Iterable[Hashable]]) -> None:
        self._under: dict[Hashable, list[S]] = defaultdict(list)
        self._all: list[S] = []
        self.rest: list[S] = []
        self.unreadable: list[tuple[S, MalformedFieldError]] = []
        for one in neighbours:
            try:
                found = list(keys(one))
            except MalformedFieldError as error:
                self.unreadable.append((one, error))
                continue
            self._all.append(one)
            for key in found:
                self._under[key].append(one)
            if not found:
                self.rest.append(one)

    def everything(self) -> Sequence[S]:
        """All that could be read."""
        return self._all

    def under(self, key: Hashable) -> Sequence[S]:
        """The neighbours that can be asked for by `key`."""
        return self._under.get(key, ())


class Neighbours:
    """All objects that joins may read, from every shard of the input.

    What a chart or a kustomization renders is a world of its own, and the files as they stand are another: a policy in
    one overlay says nothing of the workloads in the next. An input that is complete is one picture, but for the
    environments that the baseline tells apart by place.
    """

    def __init__(
        self, facts: Iterable[KubeObject], keeping: Keeping, *, complete: bool = False, gaps: Gaps | None = None
    ) -> None:
        """`gaps`: what of the objects could not be had, though the input is complete."""
        self._keeping = keeping
        self._complete = complete
        self._gaps = gaps or Gaps()
        self._by_world: dict[World, list[KubeObject]] = defaultdict(list)
        for kube in facts:
            self._by_world[self._shared(kube.origin.world)].append(kube)
        self._seen: dict[World, Neighbours] = {}
        self.whole = self
        """All objects, of every world."""
        self._tables: dict[Hashable, Table[Any]] = {}
        self._remembered: dict[Hashable, Any] = {}

    @property
    def complete(self) -> bool:
        """The input is all there is."""
        return self._complete

    def remembered(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives; it is asked once for each name."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return cast("T", self._remembered[name])

    @cached_property
    def _near(self) -> dict[type[Subject], dict[str | None, list[Subject]]]:
        near: dict[type[Subject], dict[str | None, list[Subject]]] = defaultdict(lambda: defaultdict(list))
        for kube in (one for facts in self._by_world.values() for one in facts):
            for view in self._keeping.views.get(kube.kind, ()):
                near[view][kube.namespace].extend(cast("Sequence[Subject]", view.of(kube)))
        return near

    def with_changed(self, changed: Mapping[KubeObject, KubeObject | None]) -> "Neighbours":
        """The picture with other objects in place of these, and without those that None stands for."""
        facts = (changed.get(one, one) for group in self._by_world.values() for one in group)
        there = [one for one in facts if one is not None]
        return type(self)(there, self._keeping, complete=self._complete, gaps=self._gaps)

    def seen_from(self, world: World) -> "Neighbours":
        """What an object of that world knows."""
        world = self._shared(world)
        if set(self._by_world) <= {world}:
            return self
        if world not in self._seen:
            made = self._seen[world] = type(self)(
                self._by_world[world], self._keeping, complete=self._complete, gaps=self._gaps
            )
            made.whole = self
        return self._seen[world]

    def _shared(self, world: World) -> World:
        return World(world.environment, None) if self._complete else world

    @property
    def environments(self) -> Sequence[str]:
        """The environments that the objects lie in, as far as places tell them apart; empty for what is in none."""
        return sorted({world.environment for world in self._by_world})

    def contested(self) -> Iterator[tuple[KubeObject, KubeObject]]:
        """Objects of one kind, namespace and name in one picture of which what is kept differs, each with the first."""
        for facts in self._by_world.values():
            first: dict[tuple[Kind, str | None, str], KubeObject] = {}
            for one in facts:
                other = first.setdefault((one.kind, one.namespace, one.name), one)
                if one.name and other.data != one.data:
                    yield other, one

    def laid_over(self, facts: Iterable[KubeObject]) -> "Neighbours":
        """The same with some objects more, each in place of the one of its kind, namespace and name. In one world."""
        new = {(one.kind, one.namespace, one.name): one for one in facts}
        kept = [
            one
            for several in self._by_world.values()
            for one in several
            if (one.kind, one.namespace, one.name) not in new
        ]
        return type(self)([*kept, *new.values()], self._keeping, complete=self._complete, gaps=self._gaps)

    def near(self, view: type[S], namespace: str | None) -> Sequence[S]:
        """The objects of this view in the namespace."""
        return cast("Sequence[S]", self._near[view].get(namespace, ()))

    def anywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of this view in all namespaces."""
        return [cast("S", one) for group in self._near[view].values() for one in group]

    def table(self, view: type[S], namespace: str | None, keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """The objects of this view in the namespace by their `keys`, a function of a module; made once for each."""
        made = self._tables.get((view, namespace, keys))
        if made is None:
            made = self._tables[view, namespace, keys] = Table(self.near(view, namespace), keys)
        return made

    def table_anywhere(self, view: type[S], keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """The objects of this view in all namespaces by their `keys`; made once."""
        made = self._tables.get((view, keys))
        if made is None:
            made = self._tables[view, keys] = Table(self.anywhere(view), keys)
        return made

    def holds(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> bool:
        """Tell whether the input speaks of this kind there: it has one, or it is complete."""
        if self._complete:
            return self.gap(view, namespace, anywhere=anywhere) is None
        return any(self._near[view].values()) if anywhere else bool(self._near[view].get(namespace))

    def gap(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> Gap | None:
        """What may be missing of the objects of this view in the namespace, or anywhere."""
        if not self._gaps:
            return None
        return self._gaps.among(view.kinds or (), None if anywhere else namespace)

    def gaps(self, view: type[Subject]) -> Sequence[Gap]:
        """Everything that may be missing of the objects of this view."""
        return [gap for kind in sorted(view.kinds or ()) for gap in self._gaps.by_kind.get(kind, ())]


def _steps(kind: Kind, field: str) -> list[str]:
    first, dot, rest = field.partition(".")
    if first == "pod" and dot and kind in SHAPES:
        return [*(str(step) for step in SHAPES[kind].template), *rest.split(".")]
    return field.split(".")


def _plant(tree: Tree, steps: Sequence[str]) -> None:
    for at, step in enumerate(steps):
        if step in tree and not tree[step]:
            return
        if at == len(steps) - 1:
            tree[step] = {}
            return
        tree = tree.setdefault(step, {})


def _pruned(value: Value, tree: Tree) -> Value:
    """What `tree` keeps of a value. Lists in lists, which Kubernetes has nowhere, are kept as empty ones."""
    if not tree:
        return _bounded(value, _DEEPEST)
    if isinstance(value, list):
        return [[] if isinstance(item, list) else _pruned(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in tree:
        return dict.fromkeys(value)
    return {key: _pruned(value[key], below) for key, below in tree.items() if key in value}


_DEEPEST = 60
"""Levels below a kept field that are kept; nothing in Kubernetes is as deep, and what is must not travel."""


def _bounded(value: Value, levels: int) -> Value:
    if isinstance(value, dict):
        return {key: _bounded(item, levels - 1) for key, item in value.items()} if levels else {}
    if isinstance(value, list):
        return [_bounded(item, levels - 1) for item in value] if levels else []
    return value
