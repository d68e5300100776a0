"""In which environments of the boundary an object lies: by its cluster or its path, and by its namespace."""

from collections.abc import Iterator, Mapping

from hardstand.baseline.boundary import Boundary, Environment


class Placing:
    """Answers for one boundary, each question worked out once."""

    def __init__(self, boundary: Boundary, cluster: str | None = None) -> None:
        self._boundary = boundary
        self._cluster = cluster
        self._by_place: dict[str, tuple[str, ...]] = {}
        self._by_namespace: dict[tuple[tuple[str, ...], str | None, frozenset[tuple[str, str]]], tuple[str, ...]] = {}
        self.by_labels = any(one.labels for each in boundary.environments.values() for one in each.namespaces)
        """Some environment is told by the labels of Namespace objects."""

    def at_place(self, path: str) -> tuple[str, ...]:
        """The environments whose declared place `path` (or the cluster) fits, whatever the namespace."""
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

    def _fitting(self, place: tuple[str, ...], namespace: str | None, labels: Mapping[str, str]) -> Iterator[str]:
        for name, one in self._boundary.environments.items():
            if self._places(one) and name not in place:
                continue
            if one.namespaces and namespace is not None:
                if any(each.fits(namespace, labels) for each in one.namespaces):
                    yield name
            elif name in place:
                yield name

    def _places(self, one: Environment) -> bool:
        return bool(one.paths if self._cluster is None else one.clusters)

    def _fits_place(self, one: Environment, path: str) -> bool:
        if self._cluster is None:
            return any(each.fits(path) for each in one.paths)
        return any(each.fits(self._cluster) for each in one.clusters)
