"""What lets requests in by host name, whatever its make."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from hardstand.inventory.views.base import Subject, View
from hardstand.model.path import Path
from hardstand.model.violation import Violation

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject


class Host(NamedTuple):
    """A host name that an object answers for, and where it says so."""

    name: str
    view: View
    steps: Path

    def violates(self, message: str) -> Violation:
        """Say that the control does not hold at this host name."""
        return self.view.violates(message, *self.steps)


class Entrance(Subject):
    """Whatever lets requests in by host name, of any make; its subjects are the views of the makes.

    It is taken from `entrances`, which knows them all.
    """

    makes: ClassVar[tuple[type["Entrance"], ...]] = ()

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The view of the object's own make, which one make knows of itself even where nobody has read `entrances`."""
        makes = Entrance.makes or (cls,)
        return [make(kube) for make in makes if issubclass(make, cls) and kube.kind in (make.kinds or ())]

    @property
    def hosts(self) -> Iterator[Host]:
        """The host names that it answers for, `*` in them included."""
        yield from ()
