"""Which controls ask for objects of which kinds: what cannot be told without them."""

from collections.abc import Iterable, Mapping, Sequence

from hardstand.controls.control import Control
from hardstand.engine.declared import undeclared
from hardstand.engine.settings import Settings
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind


def asking(controls: Sequence[Control], kinds: Iterable[Kind], settings: Settings) -> Mapping[Kind, Sequence[str]]:
    """For each of the kinds the ids of the controls that judge it or need it as a neighbour, sorted.

    Controls that have nothing to say until somebody declares their parameters are left out.
    """
    speaking = [one for one in controls if not undeclared(one, settings)]
    return {kind: sorted(one.id for one in speaking if _asks(one, kind)) for kind in kinds}


def _asks(one: Control, kind: Kind) -> bool:
    if any(read.view.about(kind) for read in one.reads):
        return True
    if issubclass(one.subject, Container):
        return kind in Workload.kinds
    return issubclass(one.subject, Subject) and one.subject.about(kind)
