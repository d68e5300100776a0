"""Who looks at what of an object: the joins that a change of it can be felt by, told from `reads=` alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from hardstand.controls.control import Control
from hardstand.engine.evaluate import about
from hardstand.inventory.neighbours import Keeping
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.base import Subject
from hardstand.model.kind import Kind
from hardstand.text.patching import same


@dataclass(slots=True)
class Way:
    """One way of looking at objects of a view: the fields that are looked at, and the controls that do."""

    view: type[Subject]
    keeping: Keeping
    near: list[Control] = field(default_factory=list)
    """Those that look in their subject's namespace."""
    anywhere: list[Control] = field(default_factory=list)
    """Those that look in all namespaces."""


class Readers:
    """All ways in which these controls look at the objects around their subjects."""

    def __init__(self, controls: Sequence[Control]) -> None:
        """`controls` are those that are held: what has nothing to say, since nothing is declared, reads nothing."""
        ways: dict[tuple[type[Subject], tuple[str, ...]], Way] = {}
        for one in controls:
            for read in one.reads:
                fields = tuple(sorted(set(read.keep)))
                way = ways.setdefault((read.view, fields), Way(read.view, Keeping.of([(read.view, fields)])))
                (way.anywhere if read.anywhere else way.near).append(one)
        self._ways = list(ways.values())
        self._by_kind: dict[Kind, Sequence[Way]] = {}

    def touched(self, before: KubeObject | None, after: KubeObject | None) -> Iterator[Way]:
        """The ways by which the two, as joins keep them of one object, do not look the same. None where it is not."""
        for way in self._of(before, after):
            if before is None or after is None or unlike(way.keeping.prune(before), way.keeping.prune(after)):
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
