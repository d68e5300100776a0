"""What a control is given besides its subject."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from hardstand.analysis.placing import Placing
from hardstand.baseline.boundary import Boundary
from hardstand.controls.parameter import Parameter
from hardstand.inventory.neighbours import Neighbours, Table
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError, not_in_input

T = TypeVar("T")
S = TypeVar("S", bound=Subject)


class Version(NamedTuple):
    """A Kubernetes minor version."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}"


LATEST = Version(1, 37)
"""The newest Kubernetes version whose rules are known here."""


@dataclass(frozen=True, slots=True)
class Given:
    """The settings of one control in one run, and the objects around its subject."""

    pod_security: Version
    declared: Mapping[str, object]
    """Parameter values for this control, already parsed."""
    neighbours: Neighbours | None = field(default=None)
    needed: frozenset[type[Subject]] = frozenset()
    """Views without any object of which the answer is unknown, as soon as the control asks for them."""
    declared_views: frozenset[type[Subject]] = frozenset()
    """The views that the control names in `reads=`; it cannot see others."""
    boundary: Boundary = field(default_factory=Boundary)
    """What is production, and what is not."""
    placing: Placing = field(default_factory=lambda: Placing(Boundary()))

    def __getitem__(self, parameter: Parameter[T]) -> T:
        """The value of a parameter; not applicable when it has no default and nobody declared it."""
        value = self.declared.get(parameter.name, parameter.default)
        if value is None:
            raise NotApplicableError(Why.NOT_DECLARED)
        return value  # type: ignore[return-value]

    def since(self, minor: int) -> None:
        """Stop here, not applicable, when the Pod Security version asked for is older than 1.`minor`."""
        if self.pod_security.minor < minor:
            raise NotApplicableError(Why.NOT_IN_VERSION)

    def near(self, view: type[S], subject: Subject) -> Sequence[S]:
        """The objects of `view` in the subject's namespace; the control declares them with `reads=`."""
        return self._around(view, subject.namespace).near(view, subject.namespace)

    def anywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of `view` in all namespaces; the control declares them with `reads=`."""
        return self._around(view, None, anywhere=True).anywhere(view)

    def table(self, view: type[S], subject: Subject, keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """As `near`, by what `keys`, a function of a module, says of each: for asking one among thousands."""
        return self._around(view, subject.namespace).table(view, subject.namespace, keys)

    def table_anywhere(self, view: type[S], keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """As `anywhere`, by what `keys`, a function of a module, says of each."""
        return self._around(view, None, anywhere=True).table_anywhere(view, keys)

    def within(self, view: type[S], namespace: str | None) -> Sequence[S]:
        """The objects of `view` in any namespace, or those without one; none is an answer here."""
        return self._declaring(view).near(view, namespace)

    def knows(self, view: type[Subject], namespace: str | None) -> bool:
        """Tell whether the input speaks of this kind in that namespace: it has one, or it is all there is."""
        return self._declaring(view).holds(view, namespace)

    def environments(self, subject: Subject) -> tuple[str, ...]:
        """The environments of the boundary that an object lies in, in the order declared.

        Where some are told by the labels of Namespace objects, a control that names Namespace in `reads=` sees them.
        """
        origin = subject.object.origin
        namespace = subject.name if isinstance(subject, Namespace) else subject.namespace
        labels: Mapping[str, str] = {}
        if self.placing.by_labels and namespace is not None and Namespace in self.declared_views:
            same = [one for one in self._declaring(Namespace).anywhere(Namespace) if one.name == namespace]
            labels = same[0].metadata.labels if same else {}
        return self.placing.of(origin.rendered_from or origin.file, namespace, labels)

    def in_production(self, subject: Subject) -> bool:
        """Tell whether an object lies in an environment that is production."""
        return any(self.boundary.is_production(name) for name in self.environments(subject))

    def everywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of `view` in all environments, charts and kustomizations: for what must not be shared."""
        return self._declaring(view).whole.anywhere(view)

    def _around(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> Neighbours:
        neighbours = self._declaring(view)
        if view in self.needed and not neighbours.holds(view, namespace, anywhere=anywhere):
            raise not_in_input(view.noun or view.__name__, namespace)
        return neighbours

    def _declaring(self, view: type[Subject]) -> Neighbours:
        if self.neighbours is None or view not in self.declared_views:
            raise LookupError(f"{view.__name__} is read but not declared in reads=")
        return self.neighbours
