"""Every namespace into an environment, with the reason; where nothing tells, it is taken for production."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hardstand.draft.estate import Estate
from hardstand.draft.places import Places, told_by
from hardstand.draft.reading import text, texts
from hardstand.draft.words import (
    PLATFORM,
    PRODUCTION,
    environment_called,
    environment_in,
    environment_key,
    of_platform,
)
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.kind import Kind

_NAMESPACE = Kind("", "Namespace")
CHECK = "check"
"""The word at the beginning of a reason that is none, so that a person finds what to look at first."""


class Spot(NamedTuple):
    """A namespace in one place."""

    place: str
    namespace: str


class Reason(NamedTuple):
    """An environment, and why; `text` begins with `check` where nothing tells."""

    environment: str
    text: str


@dataclass(slots=True)
class _Signs:
    """What speaks of the environment of one spot, or of one namespace wherever it is."""

    namespace_labels: list[tuple[str, str]] = field(default_factory=list)
    """Environments that labels of Namespace objects name, each with the label."""
    object_labels: list[tuple[str, str]] = field(default_factory=list)
    workloads: int = 0
    on_nodes: int = 0
    """Workloads that run on every node and may do there what they like."""
    team: str = ""
    only_namespaces: bool = True
    """There is nothing but Namespace objects."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The outcome: which environment each spot is in."""

    spots: Mapping[Spot, Reason]
    places: Places
    _by_namespace: Mapping[str, set[str]]

    def environment(self, kube: KubeObject) -> str | None:
        """The environment of an object; None outside of namespaces."""
        found = self.spots.get(self.spot(kube))
        return found.environment if found else None

    def spot(self, kube: KubeObject) -> Spot:
        """Where an object is."""
        return Spot(self.places.of(kube.origin), lands_in(kube) or "")

    def environments(self, namespace: str) -> set[str]:
        """The environments that a namespace is in, in one place or another."""
        return self._by_namespace.get(namespace, set())


def clusters(estate: Estate, spots: Iterable[Spot], environment: str) -> set[str]:
    """Clusters that an environment's files are deployed to, as folders under `clusters/` and Argo CD name them."""
    found = set()
    for spot in spots:
        before, slash, after = f"/{spot.place}".partition("/clusters/")
        if slash and "/" in after and not before.endswith("/argocd"):
            found.add(after.partition("/")[0])
    for kube in estate.objects:
        if kube.kind == Kind("argoproj.io", "Application"):
            name = text(kube.data, "spec", "destination", "name")
            path = told_by(text(kube.data, "spec", "source", "path"))
            if name and (environment_in(name) or (path and path.environment)) == environment:
                found.add(name)
    return found


_NAMESPACED = frozenset(
    {
        *("", "apps", "autoscaling", "batch", "discovery.k8s.io", "extensions", "gateway.networking.k8s.io"),
        *("networking.k8s.io", "policy", "rbac.authorization.k8s.io"),
    }
)
"""API groups of which it is known which kinds live outside of namespaces."""


def lands_in(kube: KubeObject) -> str | None:
    """The namespace that an object is in, or is; None where it names none, and its kind may live outside of any.

    A workload outside of namespaces, such as a service of a Compose file, is in the one without a name: its environment
    is told by its place alone.
    """
    if kube.kind == _NAMESPACE:
        return kube.name
    if kube.kind in SHAPES:
        return kube.namespace or ""
    if kube.kind.group in _NAMESPACED or text(kube.data, "metadata", "namespace"):
        return kube.namespace
    return None


def sort(estate: Estate) -> Sorted:
    """Sort everything that lies in a namespace into environments."""
    places = Places(estate.here, estate.paths)
    here: dict[Spot, _Signs] = defaultdict(_Signs)
    anywhere: dict[str, _Signs] = defaultdict(_Signs)
    rendered: dict[str, bool] = {}
    for kube in estate.objects:
        namespace = lands_in(kube)
        if namespace is None:
            continue
        spot = Spot(places.of(kube.origin), namespace)
        rendered[spot.place] = kube.origin.rendered_by == "helm"
        for signs in (here[spot], anywhere[namespace]):
            _note(signs, kube)
    for kube, told in estate.workloads:
        daemon = kube.kind.name == "DaemonSet"
        powerful = any(one.name == "privilege" and one.value in ("node", "elevated") for one in told.factors)
        anywhere[kube.namespace or ""].workloads += 1
        anywhere[kube.namespace or ""].on_nodes += daemon and powerful
    values = next((told for told in map(told_by, estate.values) if told), None)
    spots = {}
    for spot, signs in here.items():
        by_values = values if values and rendered[spot.place] else None
        path = (by_values or told_by(spot.place)) if rendered[spot.place] else told_by(spot.place)
        by_path = Reason(path.environment, f"its path says {path.part}") if path else None
        spots[spot] = _told(spot.namespace, signs, anywhere[spot.namespace], by_path)
    _take_declarations_along(spots, here)
    _take_empty_ones_along(spots, anywhere)
    by_namespace: dict[str, set[str]] = defaultdict(set)
    for spot, reason in spots.items():
        by_namespace[spot.namespace].add(reason.environment)
    return Sorted(spots, places, by_namespace)


def _take_declarations_along(spots: dict[Spot, Reason], here: Mapping[Spot, _Signs]) -> None:
    """A Namespace object of which nothing is told goes with what is in the namespace, where that is one environment."""
    told: dict[str, set[str]] = defaultdict(set)
    for spot, reason in spots.items():
        if not here[spot].only_namespaces:
            told[spot.namespace].add(reason.environment)
    for spot, reason in spots.items():
        inside = told[spot.namespace]
        untold = reason.text.startswith(CHECK) and here[spot].only_namespaces
        if untold and len(inside) == 1 and reason.environment not in inside:
            spots[spot] = Reason(next(iter(inside)), "as all that is in it elsewhere")


def _take_empty_ones_along(spots: dict[Spot, Reason], anywhere: Mapping[str, _Signs]) -> None:
    """A namespace of which nothing is told and in which nothing runs goes with all that does run, where that is one."""
    running = {reason.environment for spot, reason in spots.items() if anywhere[spot.namespace].workloads}
    if len(running) != 1:
        return
    for spot, reason in spots.items():
        if reason.text.startswith(CHECK) and not anywhere[spot.namespace].workloads:
            spots[spot] = Reason(next(iter(running)), f"{reason.text}, and nothing runs there")


def _note(signs: _Signs, kube: KubeObject) -> None:
    is_namespace = kube.kind == _NAMESPACE
    signs.only_namespaces = signs.only_namespaces and is_namespace
    labels = {**texts(kube.data, "metadata", "annotations"), **texts(kube.data, "metadata", "labels")}
    shape = SHAPES.get(kube.kind)
    if shape and shape.template:
        steps = [str(one) for one in shape.template]
        labels = {**texts(kube.data, *steps, "metadata", "labels"), **labels}
    said = list(_by_labels(labels))
    (signs.namespace_labels if is_namespace else signs.object_labels).extend(said)
    if is_namespace and not said and "team" in labels:
        signs.team = labels["team"]


def _by_labels(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in sorted(labels.items()):
        found = environment_called(value) if environment_key(key) else None
        if found:
            yield found, f"{key}: {value}"


def _told(namespace: str, here: _Signs, anywhere: _Signs, by_path: Reason | None) -> Reason:
    """What says most: the namespace's own labels, its name, its path, the labels of what is in it."""
    name = None if of_platform(namespace) else environment_in(namespace)
    by_name = Reason(name, "its name") if name else None
    found = (
        _agreed(here.namespace_labels, "label {}")
        or _agreed(anywhere.namespace_labels, "label {}")
        or by_name
        or by_path
        or _agreed(here.object_labels, "objects in it have {}")
    )
    if found:
        return found
    if of_platform(namespace) or anywhere.team in ("platform", "infra", "infrastructure", "sre"):
        return Reason(PLATFORM, "its name" if of_platform(namespace) else f"label team: {anywhere.team}")
    if anywhere.workloads and anywhere.workloads == anywhere.on_nodes:
        return Reason(PLATFORM, "what runs there is on every node, and has rights there")
    return Reason(PRODUCTION, f"{CHECK}: nothing says which environment it is")


def _agreed(said: Sequence[tuple[str, str]], text: str) -> Reason | None:
    """What all labels agree on; where they do not, they tell nothing."""
    environments = {environment for environment, _ in said}
    return Reason(said[0][0], text.format(said[0][1])) if len(environments) == 1 else None
