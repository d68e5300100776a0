"""How a question about neighbours is answered when some of them cannot be read.

What is found must not depend on the order of the input: a neighbour that can be read and fits settles the question;
only when none does, one that cannot be read leaves it open.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from hardstand.inventory.views.base import Subject
from hardstand.model.violation import MalformedFieldError

S = TypeVar("S", bound=Subject)
T = TypeVar("T")


class MalformedNeighbourError(MalformedFieldError):
    """A field of another object than the subject holds a type that Kubernetes does not have there."""

    def __init__(self, neighbour: Subject, error: MalformedFieldError) -> None:
        Exception.__init__(self, f"cannot be told: in {neighbour.object.ref}, {error}")
        self.path = ()


def any_fits(neighbours: Iterable[S], read: Callable[[S], T], fits: Callable[[T], bool]) -> bool:
    """Tell whether what `read` finds in one of the neighbours fits.

    MalformedNeighbourError, for the first by its text, when nothing fits and some could not be read.
    """
    unreadable: list[MalformedNeighbourError] = []
    for one in neighbours:
        try:
            found = read(one)
        except MalformedFieldError as error:
            unreadable.append(MalformedNeighbourError(one, error))
            continue
        if fits(found):
            return True
    if unreadable:
        raise min(unreadable, key=str)
    return False


def of_neighbour(neighbour: S, read: Callable[[S], T]) -> T:
    """What `read` finds in a neighbour; MalformedNeighbourError when that cannot be read."""
    try:
        return read(neighbour)
    except MalformedFieldError as error:
        raise MalformedNeighbourError(neighbour, error) from error
