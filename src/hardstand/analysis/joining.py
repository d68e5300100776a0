"""How a question about neighbours is answered when some of them cannot be read.

What is found must not depend on the order of the input: a neighbour that can be read and fits settles the question;
only when none does, one that cannot be read leaves it open.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from hardstand.analysis.selecting import selects
from hardstand.inventory.neighbours import Table
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.selectors import LabelSelector
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


def labelled(table: Table[S], selector: LabelSelector, labels: Callable[[S], Mapping[str, str]]) -> Sequence[S]:
    """The neighbours that `selector` selects, of those that `table` holds by their labels as pairs.

    MalformedNeighbourError when the labels of one cannot be read: it might be selected as well.
    """
    if table.unreadable:
        raise min((MalformedNeighbourError(one, error) for one, error in table.unreadable), key=str)
    wanted = next(iter(selector.match_labels.items()), None)
    candidates = table.everything() if wanted is None else table.under(wanted)
    return [one for one in candidates if selects(selector, labels(one))]


def any_labelled(table: Table[S], selector: LabelSelector, labels: Callable[[S], Mapping[str, str]]) -> bool:
    """Tell whether `selector` selects one of the neighbours, which `table` holds by their labels as pairs.

    Only those are looked at that have one of the labels asked for. As with `any_fits`, a neighbour whose labels cannot
    be read leaves it open when no other fits.
    """
    wanted = next(iter(selector.match_labels.items()), None)
    candidates = table.everything() if wanted is None else table.under(wanted)
    if any(selects(selector, labels(one)) for one in candidates):
        return True
    if table.unreadable:
        raise min((MalformedNeighbourError(one, error) for one, error in table.unreadable), key=str)
    return False


def by_name(neighbour: Subject) -> tuple[str]:
    """The key of a table that is asked by name."""
    return (neighbour.name,)
