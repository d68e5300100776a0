"""The objects of a cluster as pages, and what could not be had as gaps."""

from collections.abc import Iterator, Mapping, Sequence

from hardstand.model.gap import elsewhere
from hardstand.model.kind import Kind
from hardstand.model.live import live_name
from hardstand.model.need import Need
from hardstand.model.verdict import Why
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.discovery import Served, served
from hardstand.sources.cluster.errors import ApiError, ClusterError, ForbiddenError, NotFoundError
from hardstand.sources.cluster.order import in_order, without_twins
from hardstand.sources.cluster.pages import kept, page_of
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.sources.interface import Gap, Page, Unreadable

NAMESPACE = Kind("", "Namespace")
_NAMESPACES = Resource(NAMESPACE, "v1", "namespaces", namespaced=False)
_FAILURES = 3
"""Kinds in a row that nobody answers for, after which the others are not asked for any more."""


class ClusterReading:
    """What is needed of a cluster, in the order in which it can be folded. It is read each time it is iterated."""

    def __init__(
        self,
        client: Client,
        needs: Mapping[Kind, Need],
        namespaces: Sequence[str] = (),
        key: FingerprintKey | None = None,
        limit: int | None = None,
    ) -> None:
        """`namespaces`: only what lies in these, and what lies in none. `key`: for fingerprints of secret values.

        `limit`: objects a page; by their size if it is not given.
        """
        self.client = client
        self.resource_versions: dict[Kind, str] = {}
        """Of each kind that was read in full, the moment that its list is of."""
        self._needs = needs
        self._namespaces = tuple(dict.fromkeys(namespaces))
        self.key = key or FingerprintKey()
        """The key for fingerprints of secret values."""
        self._limit = limit
        self._served: Served | None = None

    @property
    def served(self) -> Served:
        """What the server offers, asked for once. ClusterError where it does not say."""
        if self._served is None:
            self._served = served(self.client)
        return self._served

    def open(self) -> None:
        """See that the cluster can be asked at all, and that the namespaces exist. ClusterError, with the remedy."""
        _ = self.served
        for name in self._namespaces:
            try:
                self.client.get(_NAMESPACES.path(None, name))
            except NotFoundError:
                raise ClusterError(
                    f"{self.client.access.server}: there is no namespace `{name}`",
                    "`kubectl get namespaces` lists them",
                ) from None
            except ForbiddenError:
                continue  # Whether it exists may not be known; what it holds may still be listed.

    def __iter__(self) -> Iterator[Page | Unreadable | Gap]:
        offered = self.served
        kinds = without_twins(self._needs.keys(), offered.resources.keys())
        failures = 0
        for kind in in_order(kinds):
            resource = offered.resources.get(kind)
            if resource is None:
                if kind.group in offered.dead:
                    yield from _told(dead(kind, offered.dead[kind.group]))
                continue
            if failures >= _FAILURES:
                reason = f"{kind.name} were not asked for: the server answers no more"
                yield from _told(Gap(kind, None, Why.UNREADABLE, reason))
                continue
            lost = False
            for found in self._of(resource, self._needs[kind]):
                lost = lost or (isinstance(found, Gap) and found.why is Why.UNREADABLE)
                yield found
            failures = failures + 1 if lost else 0

    def _of(self, resource: Resource, need: Need) -> Iterator[Page | Unreadable | Gap]:
        if not self._namespaces:
            yield from self._listed(resource, need, None)
        elif resource.kind == NAMESPACE:
            yield from self._named(resource, need)
        elif not resource.namespaced:
            yield from self._listed(resource, need, None)
        else:
            for namespace in self._namespaces:
                yield from self._listed(resource, need, namespace)
            yield elsewhere(resource.kind, self._namespaces)

    def _listed(self, resource: Resource, need: Need, namespace: str | None) -> Iterator[Page | Unreadable | Gap]:
        keep = None if need.whole else kept(need.fields)
        listing = self.client.list(resource, namespace, metadata_only=need.metadata_only, limit=self._limit)
        try:
            for item in listing:
                yield page_of(item, resource, self.key, keep)
        except ClusterError as error:
            yield from _told(gap_of(resource.kind, namespace, error))
            return
        self.resource_versions[resource.kind] = listing.resource_version

    def _named(self, resource: Resource, need: Need) -> Iterator[Page | Unreadable | Gap]:
        """The namespaces that were asked for, each by its name: that takes fewer rights than listing all."""
        keep = None if need.whole else kept(need.fields)
        for name in self._namespaces:
            try:
                item = self.client.get(resource.path(None, name))
            except NotFoundError:
                continue  # Removed since `open`.
            except ClusterError as error:
                yield from _told(gap_of(resource.kind, name, error))
            else:
                yield page_of(item, resource, self.key, keep)
        yield elsewhere(resource.kind, self._namespaces)


def _told(gap: Gap) -> Iterator[Unreadable | Gap]:
    """A gap, and where it is a failure, that too: it could not be looked, and the exit status says so."""
    if gap.why is Why.UNREADABLE:
        yield Unreadable(live_name(f"{gap.kind}/{gap.namespace or ''}"), 1, 1, gap.reason, gap.why)
    yield gap


def gap_of(kind: Kind, namespace: str | None, error: ClusterError, verb: str | None = None) -> Gap:
    """Why objects of a kind could not be listed, as a gap.

    `verb` of the command line is named where the answer is its own; what is read for several, or kept for later, says
    the same for whichever reads it.
    """
    where = f" in namespace {namespace}" if namespace else ""
    if isinstance(error, ForbiddenError):
        # The roles of what runs by itself have no Secrets in them unless somebody asks for that.
        more = " --with-secrets" if kind == Kind("", "Secret") else ""
        doctor = f"hardstand doctor{f' --verb {verb}' if verb else ''}{more}"
        reason = f"{kind.name}{where} may not be listed; `{doctor}` prints the role that allows it"
        return Gap(kind, namespace, Why.MAY_NOT_LIST, reason)
    words = str(error) if isinstance(error, ApiError) else f"{error}, while they were listed"
    return Gap(kind, namespace, Why.UNREADABLE, f"{kind.name}{where} could not be listed: {words}")


def dead(kind: Kind, version: str) -> Gap:
    """That what serves a kind does not answer, as a gap."""
    name = f"{version}.{kind.group}"
    reason = f"{kind.name} could not be listed: what serves them does not answer; see `kubectl get apiservice {name}`"
    return Gap(kind, None, Why.UNREADABLE, reason)
