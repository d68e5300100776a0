"""Which controls ask for objects of which kinds: what cannot be told without them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from hardstand.controls.control import Control
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.pod import Container
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind


def asking(controls: Sequence[Control]) -> Mapping[Kind, Sequence[str]]:
    """For each kind the ids of the controls that judge it or need it as a neighbour, sorted."""
    found: dict[Kind, set[str]] = defaultdict(set)
    for one in controls:
        kinds: set[Kind] = set()
        if issubclass(one.subject, Container):
            kinds |= Workload.kinds
        elif issubclass(one.subject, Subject):
            kinds |= one.subject.kinds or frozenset()
        for read in one.reads:
            kinds |= read.view.kinds or frozenset()
        for kind in kinds:
            found[kind].add(one.id)
    return {kind: sorted(ids) for kind, ids in found.items()}
