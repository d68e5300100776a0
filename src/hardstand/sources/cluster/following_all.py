"""Follow everything that is needed of a cluster: a follower for each kind, in each namespace that was asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from hardstand.model.gap import elsewhere
from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.discovery import Served
from hardstand.sources.cluster.following import Follower, Told
from hardstand.sources.cluster.order import in_order, without_twins
from hardstand.sources.cluster.reading import NAMESPACE, dead
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.sources.cluster.transport import Query
from hardstand.sources.interface import Gap

Part = tuple[Kind, str | None, str]
"""A kind, the namespace of its own that is followed, and a selector."""


class Followers:
    """The followers of one cluster. They are begun where the server serves their kind, whenever it comes to do so."""

    def __init__(
        self,
        client: Client,
        needs: Mapping[Kind, Need],
        namespaces: Sequence[str],
        key: FingerprintKey,
        tell: Callable[[Told], None],
        verb: str = "watch",
    ) -> None:
        """`tell` is called from several threads. `verb` as for `Follower`."""
        self._verb = verb
        self._client = client
        self._needs = needs
        self._namespaces = tuple(dict.fromkeys(namespaces))
        self._key = key
        self._tell = tell
        self._followers: dict[Part, Follower] = {}
        self.gaps: Sequence[Gap] = ()
        """What is not followed, and why."""

    def follow(self, offered: Served) -> None:
        """Begin to follow every needed kind that is served and not followed yet."""
        gaps: list[Gap] = []
        for kind in in_order(without_twins(self._needs.keys(), offered.resources.keys())):
            resource = offered.resources.get(kind)
            if resource is None:
                if kind.group in offered.dead:
                    gaps.append(dead(kind, offered.dead[kind.group]))
                continue
            for namespace, selectors in self._parts(resource):
                part = kind, namespace, str(selectors)
                if part not in self._followers:
                    made = Follower(
                        self._client,
                        resource,
                        self._needs[kind],
                        namespace,
                        self._key,
                        self._tell,
                        selectors,
                        self._verb,
                    )
                    self._followers[part] = made
                    made.start()
            if self._namespaces and (resource.namespaced or kind == NAMESPACE):
                gaps.append(elsewhere(kind, self._namespaces))
        self.gaps = gaps

    def list_again(self) -> None:
        """Have every kind compared with a fresh list."""
        for one in self._followers.values():
            one.list_again()

    def all(self) -> frozenset[Follower]:
        """All followers; each says so once it has made a list that was asked for."""
        return frozenset(self._followers.values())

    def stop(self) -> None:
        """End all of them."""
        for one in self._followers.values():
            one.stop()
        for one in self._followers.values():
            one.join(1.0)

    def _parts(self, resource: Resource) -> Iterator[tuple[str | None, Query]]:
        """Each list that a kind takes: its namespace, and its selectors."""
        if not self._namespaces or not (resource.namespaced or resource.kind == NAMESPACE):
            yield None, ()
        elif resource.kind == NAMESPACE:
            for name in self._namespaces:
                yield None, (("fieldSelector", f"metadata.name={name}"),)
        else:
            for name in self._namespaces:
                yield name, ()
