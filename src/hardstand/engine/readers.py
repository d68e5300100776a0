"""Who looks at what of an object: the joins that a change of it can be felt by, told from `reads=` alone."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hardstand.controls.control import Control
from hardstand.engine.evaluate import about
from hardstand.inventory.neighbours import Keeping
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.base import Subject
from hardstand.model.kind import Kind
from hardstand.model.violation import MalformedFieldError, NotApplicableError
from hardstand.text.patching import same


@dataclass(slots=True)
class Way:
    """One way of looking at objects of a view: the fields that are looked at, and the controls that do."""

    view: type[Subject]
    keeping: Keeping
    counts: Callable[[Any], bool] | None
    """Tells what is looked at at all."""
    near: list[Control] = field(default_factory=list)
    """Those that look in their subject's namespace."""
    anywhere: list[Control] = field(default_factory=list)
    """Those that look in all namespaces."""

    def seen(self, kube: KubeObject | None) -> KubeObject | None:
        """An object as it is seen in this way; None where it is not."""
        pruned = self.keeping.prune(kube) if kube is not None else None
        return pruned if pruned is None or self.counts is None or self._counts(pruned) else None

    def _counts(self, kube: KubeObject) -> bool:
        try:
            return self.counts is None or any(map(self.counts, self.view.of(kube)))
        except (MalformedFieldError, NotApplicableError):
            return True  # Whoever looks at it learns that it cannot be read.


class Readers:
    """All ways in which these controls look at the objects around their subjects."""

    def __init__(self, controls: Sequence[Control]) -> None:
        """`controls` are those that are held: what has nothing to say, since nothing is declared, reads nothing."""
        ways: dict[tuple[object, ...], Way] = {}
        for one in controls:
            for read in one.reads:
                fields = tuple(sorted(set(read.keep)))
                looked = Way(read.view, Keeping.of([(read.view, fields)]), read.counts)
                way = ways.setdefault((read.view, fields, read.counts), looked)
                (way.anywhere if read.anywhere else way.near).append(one)
        self._ways = list(ways.values())
        self._by_kind: dict[Kind, Sequence[Way]] = {}

    def touched(self, before: KubeObject | None, after: KubeObject | None) -> Iterator[Way]:
        """The ways by which the two, as joins keep them of one object, do not look the same. None where it is not."""
        for way in self._of(before, after):
            if unlike(way.seen(before), way.seen(after)):
                yield way

    def _of(self, before: KubeObject | None, after: KubeObject | None) -> Sequence[Way]:
        kube = after or before
        if kube is None:
            return ()
        found = self._by_kind.get(kube.kind)
        if found is None:
            found = self._by_kind[kube.kind] = [one for one in self._ways if kube.kind in one.keeping.views]
        return found


def kinds_of(controls: Collection[Control], kinds: Collection[Kind]) -> frozenset[Kind]:
    """Those of the kinds that some of the controls are about."""
    return frozenset(kind for kind in kinds if any(about(one, kind) for one in controls))


def unlike(one: KubeObject | None, other: KubeObject | None) -> bool:
    """Tell whether two objects, as joins keep them, do not look the same. None looks like None alone."""
    if one is None or other is None:
        return one is not other
    return one.key != other.key or not same(dict(one.data), dict(other.data))
