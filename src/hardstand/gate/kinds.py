"""Which kinds are sent to the gate: those that a control is about, as resources of the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardstand.baseline.custom import Customs
from hardstand.controls.control import Control
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.container import Container
from hardstand.model.component import is_served
from hardstand.model.kind import CLUSTER_SCOPED, Kind, Platform, platform_of
from hardstand.model.plurals import plural


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """A resource of the API."""

    group: str
    plural: str
    cluster_scoped: bool


@dataclass(frozen=True, slots=True)
class Gated:
    """What is sent to the gate, and what is not although a control is about it."""

    kinds: tuple[Kind, ...]
    resources: tuple[Resource, ...]
    unsent: tuple[str, ...]
    """Controls of one's own that are about kinds which no rule can name."""


def gated(controls: Sequence[Control], customs: Customs) -> Gated:
    """The kinds that the controls are about, in Kubernetes."""
    every = {kind for one in controls for kind in _kinds(one)}
    found = {kind for kind in every if platform_of(kind) is Platform.KUBERNETES and is_served(kind)}
    held, unsent = {one.id for one in controls}, []
    for custom in customs.controls:
        for pattern in custom.kinds if custom.id in held else ():
            named = _named(pattern.group, pattern.name, found)
            if pattern.workload:
                found.update(kind for kind in SHAPES if platform_of(kind) is Platform.KUBERNETES)
            elif named:
                found.update(named)
            else:
                unsent.append(f"{custom.id}, about {pattern}")
    kinds = tuple(sorted(found))
    return Gated(kinds, tuple(sorted({_resource(one) for one in kinds})), tuple(sorted(set(unsent))))


def _kinds(one: Control) -> Iterable[Kind]:
    """The kinds of a control's subject; a control over any object looks at those that others ask for."""
    if issubclass(one.subject, Container):
        return SHAPES
    return (one.subject.kinds or ()) if issubclass(one.subject, Subject) else ()


def _named(group: str | None, name: str, known: Iterable[Kind]) -> set[Kind]:
    if group is None:
        return {kind for kind in known if kind.name == name}
    return set() if name == "*" else {Kind(group, name)}


def _resource(kind: Kind) -> Resource:
    return Resource(kind.group, plural(kind), kind in CLUSTER_SCOPED)
