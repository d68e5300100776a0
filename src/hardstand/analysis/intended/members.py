"""Which ends of a picture the patterns of a flow table are about."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hardstand.analysis.fitting import is_about
from hardstand.analysis.placing import Placing
from hardstand.analysis.reach.peers import Peer, Peers, Sort
from hardstand.analysis.reach.pods import Owner, Pod
from hardstand.analysis.traits import Traits, traits_of
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.classes import Matching
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import World
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.workload import Workload

MEMBER_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (
        Workload,
        (
            "metadata.labels",
            "metadata.annotations",
            "pod.metadata.labels",
            "pod.spec.initContainers.image",
            "pod.spec.containers.image",
            "pod.spec.ephemeralContainers.image",
        ),
    ),
)
"""What must be kept of workloads besides what the network is made of."""


class Members:
    """Asks of each class of pods whether its workloads are meant. What is meant of a part of a class is told.

    Pods of two workloads with the same labels are one class: no policy can tell them apart. So a pattern that means one
    of them alone cannot be held, and `mixed` says so.
    """

    def __init__(self, baseline: Baseline, neighbours: Neighbours, peers: Peers, cluster: str | None = None) -> None:
        self._baseline = baseline
        self._peers = peers
        self._placing = Placing(baseline.boundary, cluster, baseline.within)
        self._traits = {_key(one): traits_of(one.object, baseline.names) for one in neighbours.anywhere(Workload)}
        self._told: list[tuple[Peer, list[Traits]]] = [
            (peer, list({id(one): one for one in self._of(peer)}.values()))
            for peer in peers
            if peer.sort in (Sort.POD, Sort.HOST)
        ]
        self._by_namespace: dict[str, list[tuple[Peer, list[Traits]]]] = defaultdict(list)
        for one in self._told:
            self._by_namespace[one[0].namespace].append(one)
        self._known: dict[str, int] = {}
        self.mixed: dict[str, None] = {}
        """What cannot be held, for a person."""

    def fitting(self, match: Matching) -> int:
        """The pods, and the nodes with pods on their network, whose workloads fit."""
        key = repr(match)
        if key not in self._known:
            self._known[key] = sum(self._bit(peer, traits, match) for peer, traits in self._near(match))
        return self._known[key]

    def _near(self, match: Matching) -> Sequence[tuple[Peer, list[Traits]]]:
        """The ends that may fit: those of the namespaces that are named exactly, or all. Nodes are of many."""
        if not match.namespace or not all(one.literal for one in match.namespace):
            return self._told
        names = dict.fromkeys(one.text for one in match.namespace)
        return [told for name in (*names, "") for told in self._by_namespace.get(name, ())]

    def _bit(self, peer: Peer, every: list[Traits], match: Matching) -> int:
        fits = [self._fits(match, one) for one in every]
        if peer.sort is Sort.POD and any(fits) and not all(fits):
            inside, outside = every[fits.index(True)], every[fits.index(False)]
            self.mixed[
                f"{_named(inside)} is meant and {_named(outside)} is not, but their pods have the same labels, "
                "so that no policy can tell them apart"
            ] = None
        return peer.bit if any(fits) else 0

    def _fits(self, match: Matching, traits: Traits) -> bool:
        path = self._baseline.within(traits.path) if match.path else ""
        environments: tuple[str, ...] = ()
        if match.environment:
            labels = self._peers.namespaces.get(traits.namespace or "", {})
            environments = self._placing.of(traits.path, traits.namespace, labels)
        return is_about(match, traits, environments, path)

    def _of(self, peer: Peer) -> Iterator[Traits]:
        """The traits of the workloads of a class; equal ones once."""
        made: dict[tuple[Owner, str], Traits] = {}
        for pod in peer.pods:
            yield made.setdefault((pod.owner, repr(sorted(pod.labels.items()))), self._traits_of(pod))

    def _traits_of(self, pod: Pod) -> Traits:
        """A pod's, seen as its workload: with the labels of both."""
        own = self._traits.get(Owner(pod.namespace, pod.name, "Pod"))
        owner = self._traits.get(pod.owner)
        known = owner or own
        return Traits(
            kind=pod.owner.kind,
            name=pod.owner.name,
            namespace=pod.namespace,
            labels=known.labels if known else {},
            pod_labels=pod.labels,
            images=known.images if known else (),
            path=known.path if known else pod.file,
            world=known.world if known else World("", None),
            makes_pods=True,
            says={},
        )


def _key(one: Workload) -> Owner:
    return Owner(one.namespace or "", one.name, one.kind.name)


def _named(traits: Traits) -> str:
    return str(Owner(traits.namespace or "", traits.name, traits.kind))
