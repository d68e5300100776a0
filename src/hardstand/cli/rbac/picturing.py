"""The baseline's personas in the picture that was read."""

from collections.abc import Mapping

from hardstand.access.personas.places import Places
from hardstand.access.personas.standing import Standing, standing
from hardstand.baseline.baseline import Baseline
from hardstand.cli.errors import UsageError
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.rbac import RoleBinding
from hardstand.model.violation import MalformedFieldError
from hardstand.wiring.surveying import Surveyed

NAMESPACES = ((Namespace, ("metadata.labels",)),)
"""What is read besides roles and bindings."""


def standing_of(baseline: Baseline, places: Places) -> tuple[Standing, ...]:
    """Every persona. UsageError for a subject that is none."""
    try:
        return standing(baseline, places)
    except ValueError as error:
        raise UsageError(f"`personas`: {error}") from error


def places_of(baseline: Baseline, found: Surveyed | None) -> Places:
    """The boundary and the namespaces that were read."""
    if found is None:
        return Places(baseline.boundary)
    gaps = found.neighbours.gaps(Namespace)
    gap = f"there may be more namespaces: {gaps[0].reason}" if gaps else ""
    return Places(baseline.boundary, _known(found.neighbours), found.cluster, gap)


def _known(neighbours: Neighbours) -> Mapping[str, Mapping[str, str] | None]:
    """The namespaces that were read, and those that a binding lies in."""
    known: dict[str, Mapping[str, str] | None] = {
        one.namespace: None for one in neighbours.anywhere(RoleBinding) if one.namespace
    }
    for namespace in neighbours.anywhere(Namespace):
        try:
            known[namespace.name] = namespace.metadata.labels
        except MalformedFieldError:
            known[namespace.name] = None
    return dict(sorted(known.items()))
