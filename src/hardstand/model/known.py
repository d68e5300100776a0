"""Findings of an earlier run, to tell what is new."""

from dataclasses import dataclass

from hardstand.model.finding import Finding

Place = tuple[str, str, str | None, str, str, str]
"""Control, kind, namespace and name of the object, field, file."""


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of earlier findings, and where they were.

    An id carries the file as soon as a second object has the same name. So that the day on which somebody adds an
    overlay does not make everything new, what has another id and the same place is known as well.
    """

    ids: frozenset[str]
    places: frozenset[Place]

    def holds(self, finding_id: str, place: Place) -> bool:
        """Tell whether a finding was there before."""
        return finding_id in self.ids or place in self.places


def place_of(one: Finding) -> Place:
    """Where a finding is, as `Known` compares it."""
    where = one.locations[0]
    return one.control, one.object.kind, one.object.namespace, one.object.name, where.field, where.file
