"""In which environments of the boundary an object lies: by its cluster or its path, and by its namespace."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hardstand.baseline.boundary import Boundary, Environment
from hardstand.baseline.globs import Glob


class Placing:
    """Answers for one boundary, each question worked out once."""

    def __init__(
        self, boundary: Boundary, cluster: str | None = None, within: Callable[[str], str] = lambda path: path
    ) -> None:
        """`within` gives a path as the boundary's patterns see it."""
        self._boundary = boundary
        self._within = within
        self._cluster = cluster
        self._by_place: dict[str, tuple[str, ...]] = {}
        self._by_namespace: dict[tuple[tuple[str, ...], str | None, frozenset[tuple[str, str]]], tuple[str, ...]] = {}
        self._perhaps: dict[tuple[tuple[str, ...], str | None, bool], tuple[str, ...]] = {}
        self.by_labels = any(one.labels for each in boundary.environments.values() for one in each.namespaces)
        """Some environment is told by the labels of Namespace objects."""
        self.certain = not self.by_labels and not any(map(self.placeless, boundary.environments))
        """What is known of every object tells its environments: none is open."""

    @property
    def in_cluster(self) -> bool:
        """A cluster is read: its name tells the place of every object, and paths tell nothing."""
        return self._cluster is not None

    def at_place(self, path: str) -> tuple[str, ...]:
        """The environments whose declared place `path` (or the cluster) fits, whatever the namespace."""
        if self._cluster is not None:
            path = ""  # Where a cluster is read, paths are its objects', and say nothing of the place.
        found = self._by_place.get(path)
        if found is None:
            every = self._boundary.environments.items()
            found = tuple(name for name, one in every if self._places(one) and self._fits_place(one, path))
            self._by_place[path] = found
        return found

    def of(self, path: str, namespace: str | None, labels: Mapping[str, str]) -> tuple[str, ...]:
        """The environments that an object lies in; `labels` are those of its Namespace object.

        Where an environment declares places and namespaces, both must fit; an object without a namespace has its place
        only.
        """
        place = self.at_place(path)
        key = place, namespace, frozenset(labels.items()) if self.by_labels else frozenset()
        found = self._by_namespace.get(key)
        if found is None:
            found = self._by_namespace[key] = tuple(self._fitting(place, namespace, labels))
        return found

    def among(self, path: str, namespace: str | None, known: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
        """As `of`, where several Namespace objects bear the name, whose labels are `known`: what any of them says."""
        if not self._boundary.environments:
            return ()
        found = {name for labels in known for name in self.of(path, namespace, labels)}
        return tuple(name for name in self._boundary.environments if name in found)

    def perhaps(self, path: str, namespace: str | None, *, labelled: bool) -> tuple[str, ...]:
        """The environments that an object may lie in besides, for all that is known.

        They are told by clusters where only files are known, or by paths where only a cluster is, or, unless the
        namespace is `labelled`, which is to say that its labels are known, by labels.
        """
        key = self.at_place(path), namespace, labelled
        found = self._perhaps.get(key)
        if found is None:
            every = self._boundary.environments.items()
            found = self._perhaps[key] = tuple(name for name, one in every if self._may_lie(name, one, *key))
        return found

    def elsewhere(self, path: str, namespace: str, known: Iterable[Mapping[str, str]]) -> Mapping[str, Sequence[str]]:
        """The environments that declare a namespace, and another place than this; each with the places declared.

        `known` are the labels of the Namespace objects of that name.
        """
        place = self.at_place(path)
        return {
            name: [each.text for each in self._declared(one)]
            for name, one in self._boundary.environments.items()
            if self._places(one) and name not in place
            if any(each.fits(namespace, labels) for each in one.namespaces for labels in known)
        }

    def place(self, path: str) -> tuple[str, str]:
        """What places are called here, paths or clusters, and the place of an object that was read from `path`."""
        return ("path", path) if self._cluster is None else ("cluster", self._cluster)

    def placeless(self, name: str) -> bool:
        """Tell whether an environment is told only by places of the other sort: clusters for files, paths for one."""
        one = self._boundary.environments[name]
        return bool(not one.namespaces and not self._places(one) and (one.clusters or one.paths))

    def overlap(self, first: str, second: str) -> bool:
        """Tell whether two environments share a cluster by what is declared: a namespace of one name is then one.

        They do when a cluster is read, where both are found, and when the clusters that they declare overlap. Files of
        two paths, or of two charts, may be for two clusters.
        """
        one, other = self._boundary.environments[first], self._boundary.environments[second]
        if self._cluster is not None:
            return True
        return any(a.fits(b.text) or b.fits(a.text) for a in one.clusters for b in other.clusters)

    def one_network(self, first: str, second: str) -> bool:
        """Tell whether a name of a Service means the same to two environments.

        It does in a cluster that they share, and where namespaces alone tell them apart.
        """
        one, other = self._boundary.environments[first], self._boundary.environments[second]
        apart = one.clusters or other.clusters or one.paths or other.paths
        return self.overlap(first, second) or not apart

    def _fitting(self, place: tuple[str, ...], namespace: str | None, labels: Mapping[str, str]) -> Iterator[str]:
        for name, one in self._boundary.environments.items():
            if self._lies(name, one, place, namespace, labels):
                yield name

    def _lies(
        self, name: str, one: Environment, place: tuple[str, ...], namespace: str | None, labels: Mapping[str, str]
    ) -> bool:
        if self._places(one) and name not in place:
            return False
        if one.namespaces and namespace is not None:
            return any(each.fits(namespace, labels) for each in one.namespaces)
        return name in place

    def _may_lie(
        self, name: str, one: Environment, place: tuple[str, ...], namespace: str | None, labelled: bool
    ) -> bool:
        if self.placeless(name):
            return True
        if labelled or namespace is None or self._lies(name, one, place, namespace, {}):
            return False
        if self._places(one) and name not in place:
            return False
        return any(each.labels and (each.name is None or each.name.fits(namespace)) for each in one.namespaces)

    def _places(self, one: Environment) -> bool:
        return bool(self._declared(one))

    def _declared(self, one: Environment) -> Sequence[Glob]:
        return one.paths if self._cluster is None else one.clusters

    def _fits_place(self, one: Environment, path: str) -> bool:
        if self._cluster is None:
            seen = self._within(path)
            return any(each.fits(seen) for each in one.paths)
        return any(each.fits(self._cluster) for each in one.clusters)
