"""What a control is given besides its subject."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from hardstand.analysis.joining import by_name, of_neighbour
from hardstand.analysis.placing import Placing
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.boundary import Boundary
from hardstand.controls.parameter import Parameter
from hardstand.inventory.neighbours import Neighbours, Table
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError, UnknownError, not_in_input

_NO_LABELS: Mapping[str, str] = {}

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
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Gives the moment by which a run judges: the same for all of it, or where a picture is kept up to date, now."""
    baseline: Baseline | None = field(default=None)
    """What is declared: for questions that take more of it than parameters and the boundary."""
    cluster: str | None = None
    """The cluster that the objects were read from; files name none."""

    def __getitem__(self, parameter: Parameter[T]) -> T:
        """The value of a parameter; not applicable when it has no default and nobody declared it."""
        value = self.declared.get(parameter.name, parameter.default)
        if value is None:
            raise NotApplicableError(Why.NOT_DECLARED)
        return value  # type: ignore[return-value]

    @property
    def now(self) -> datetime:
        """The moment by which that is judged which ends at an hour, in UTC."""
        return self.clock()

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
        return self._given_all(view, namespace).near(view, namespace)

    def knows(self, view: type[Subject], namespace: str | None) -> bool:
        """Tell whether the input speaks of this kind in that namespace: it has one, or it is all there is."""
        return self._given_all(view, namespace).holds(view, namespace)

    def environments(self, subject: Subject) -> tuple[str, ...]:
        """The environments of the boundary that an object lies in, in the order declared.

        Where some are told by the labels of Namespace objects, a control that names Namespace in `reads=` sees them.
        """
        if not self.placing.by_labels:
            return self.placing.of(self._path(subject), _namespace(subject), _NO_LABELS)
        labels = self._labels(subject)
        return self.placing.among(self._path(subject), _namespace(subject), (_NO_LABELS,) if labels is None else labels)

    def elsewhere(self, subject: Subject) -> Mapping[str, Sequence[str]]:
        """The environments that declare a subject's namespace for other places than its own, each with those."""
        labels = self._labels(subject)
        known = (_NO_LABELS,) if labels is None else labels
        return self.placing.elsewhere(self._path(subject), _namespace(subject) or "", known)

    def place(self, subject: Subject) -> tuple[str, str]:
        """`path` or `cluster`, whichever tells environments apart in this run, and the subject's own."""
        return self.placing.place(self._path(subject))

    def perhaps(self, subject: Subject) -> tuple[str, ...]:
        """The environments that it may lie in besides, for all that the input tells: often there are none.

        What lies in one is not taken to be in another that is told by places of the other sort alone.
        """
        if self.placing.certain:
            return ()
        labelled = self._labels(subject) is not None
        found = self.placing.perhaps(self._path(subject), _namespace(subject), labelled=labelled)
        if found and self.environments(subject):
            return tuple(name for name in found if not self.placing.placeless(name))
        return found

    def in_production(self, subject: Subject) -> bool:
        """Tell whether an object lies in an environment that is production; UnknownError when that is open."""
        if any(self.boundary.is_production(name) for name in self.environments(subject)):
            return True
        for name in self.perhaps(subject):
            if self.boundary.is_production(name):
                raise self.untold(subject, name)
        return False

    def untold(self, subject: Subject, environment: str) -> UnknownError:
        """The error for an object of which the input does not tell whether it lies in an environment."""
        if self.placing.placeless(environment):
            what, name = "environment", environment
            message = f"whether it lies in {name} cannot be told: files name no cluster, and clusters no path"
        else:
            what, name = "Namespace", _namespace(subject) or ""
            message = f"whether it lies in {environment} cannot be told: the input holds no Namespace {name}"
        return UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:{what}:{name}")

    def everywhere(self, view: type[S]) -> Sequence[S]:
        """The objects of `view` in all environments, charts and kustomizations: for what must not be shared."""
        return self._given_all(view, None, anywhere=True).whole.anywhere(view)

    def beside(self, view: type[S], subject: Subject, keys: Callable[[S], Iterable[Hashable]]) -> Table[S]:
        """As `table`, for a subject that `everywhere` gave; none is an answer here."""
        around = self._given_all(view, subject.namespace).whole.seen_from(subject.object.origin.world)
        return around.table(view, subject.namespace, keys)

    def once(self, make: Callable[["Given"], T]) -> T:
        """What `make`, a function of a module, finds `everywhere`; it is asked once in a run.

        Controls that share it name the same views in `reads=`, and it asks for no parameters.
        """
        if self.neighbours is None:
            raise LookupError("what is found everywhere needs reads=")
        return self.neighbours.whole.remembered(make, lambda: make(self))

    def around(self, make: Callable[["Given"], T]) -> T:
        """What `make`, a function of a module, finds in the subject's world; it is asked once in each.

        Controls that share it name the same views in `reads=`, none of them needed, and it asks for no parameters.
        """
        if self.neighbours is None:
            raise LookupError("what is found around a subject needs reads=")
        return self.neighbours.remembered(make, lambda: make(self))

    @property
    def complete(self) -> bool:
        """The input is all there is: what it does not hold does not exist."""
        return self.neighbours is not None and self.neighbours.complete

    def _path(self, subject: Subject) -> str:
        """The path by which its environments are told; in a cluster they are not, and none is asked for."""
        return "" if self.placing.in_cluster else _path_of(subject)

    def _labels(self, subject: Subject) -> Sequence[Mapping[str, str]] | None:
        """The labels of the subject's Namespace objects, where it matters; None when the input does not tell."""
        namespace = _namespace(subject)
        if not self.placing.by_labels or namespace is None:
            return None
        own = [_labels_of(Namespace(subject.object))] if subject.kind in Namespace.kinds else []
        if Namespace not in self.declared_views:
            return own or None
        around = self._declaring(Namespace).whole.seen_from(subject.object.origin.world)
        same = around.table_anywhere(Namespace, by_name).under(namespace)
        own += [of_neighbour(one, _labels_of) for one in same]
        return own or ([{}] if around.complete and around.holds(Namespace, None) else None)

    def _around(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> Neighbours:
        neighbours = self._given_all(view, namespace, anywhere=anywhere)
        if view in self.needed and not neighbours.holds(view, namespace, anywhere=anywhere):
            raise not_in_input(view.noun or view.__name__, namespace)
        return neighbours

    def _given_all(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> Neighbours:
        """The neighbours; UnknownError where some of those asked for may be there and could not be had."""
        neighbours = self.neighbours
        if neighbours is None or view not in self.declared_views:
            raise _undeclared(view)
        gap = neighbours.gap(view, namespace, anywhere=anywhere)
        if gap is not None:
            raise gap.error()
        return neighbours

    def _declaring(self, view: type[Subject]) -> Neighbours:
        if self.neighbours is None or view not in self.declared_views:
            raise _undeclared(view)
        return self.neighbours


def _undeclared(view: type[Subject]) -> LookupError:
    return LookupError(f"{view.__name__} is read but not declared in reads=")


def _path_of(subject: Subject) -> str:
    return subject.object.origin.rendered_from or subject.object.origin.file


def _namespace(subject: Subject) -> str | None:
    return subject.name if subject.kind in Namespace.kinds else subject.namespace


def _labels_of(namespace: Namespace) -> Mapping[str, str]:
    return namespace.metadata.labels
