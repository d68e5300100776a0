"""Who may reach whom in the world of a subject, worked out once for all controls that ask."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hardstand.analysis.intended.addresses import PUBLIC, names_named, spans_named, spans_of
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import Table, table_of
from hardstand.analysis.pods import pod_labels
from hardstand.analysis.reach.blocks import EVERYWHERE, blocks
from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.edges import Entering
from hardstand.analysis.reach.estate import POLICIES, REACH_READS, Estate, estate_of
from hardstand.analysis.reach.peers import NAMESPACE_NAME, Peer, Peers, Sort, numbers_in
from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.reach.rows import Rows
from hardstand.analysis.reach.rule import Direction, Effect
from hardstand.controls.api import Given, NotApplicableError, UnknownError, Why, anywhere
from hardstand.controls.network._untold import untold
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.inventory.views.workload import Workload
from hardstand.model.gap import Gap
from hardstand.model.violation import MalformedFieldError

NETWORK_READS = tuple(anywhere(view, *keep, needed=False) for view, keep in (*REACH_READS, *MEMBER_READS))
"""What a control that asks about the network reads."""
METADATA = ("169.254.169.254/32", "fd00:ec2::254/128")
"""Where clouds tell machines their credentials.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; others have the first.
"""


@dataclass(frozen=True)
class Network:
    """The network of a world, and what of it could not be had."""

    estate: Estate
    gap: Gap | None
    """Policies that may be there and could not be had: with them, what seems reachable may not be."""
    doubts: tuple[str, ...]
    """What else is not decided: without it, what seems out of reach may be reached."""
    workloads: Mapping[Owner, Workload]

    @property
    def peers(self) -> Peers:
        """All ends."""
        return self.estate.peers

    @cached_property
    def internet(self) -> int:
        """The addresses of the internet."""
        return self.peers.blocks(spans_of(PUBLIC))

    @cached_property
    def families(self) -> Sequence[int]:
        """The same, those of IPv4 and those of IPv6."""
        return [self.internet & self.peers.blocks((one,)) for one in EVERYWHERE]

    @cached_property
    def _by_owner(self) -> Mapping[Owner, int]:
        found: dict[Owner, int] = defaultdict(int)
        for peer in self.peers.among(self.peers.pods):
            for owner in peer.owners:
                found[owner] |= peer.bit
        return found

    def pods_of(self, workload: Workload) -> int:
        """The pods of a workload; NotApplicableError where it has none of its own that policies can be about."""
        found = self._by_owner.get(itself(workload), 0)
        if not found:
            pod_labels(workload), workload.pod.host_network, [one.ports for one in workload.pod.regular_containers]
            raise NotApplicableError(Why.NO_SUBJECT)
        return found

    def isolated(self, direction: Direction) -> int:
        """The ends that some policy isolates in a direction, for certain or perhaps."""
        return self._isolated[direction]

    @cached_property
    def _isolated(self) -> Mapping[Direction, int]:
        found = dict.fromkeys(Direction, 0)
        for direction in Direction:
            for stage in self.estate.policies.towards(direction):
                for one in stage.isolating:
                    found[direction] |= one.about
                for rule in stage.rules:
                    found[direction] |= rule.about
        return found

    def connections(self, rows: Rows, sources: int, destinations: int) -> Connections:
        """What is allowed from any of some ends to any of others."""
        found = NONE
        for number in numbers_in(sources):
            for mask, bits in rows.row(number).items():
                if bits & destinations:
                    found |= self.estate.universe.connections(mask)
        return found

    @cached_property
    def limited_by_rules(self) -> int:
        """The pods of which policies of Kubernetes limit what they call: what these allow is a fault of theirs."""
        found = 0
        for stage in self.estate.policies.egress:
            for one in stage.isolating:
                found |= one.about if one.origin.kind == "NetworkPolicy" else 0
        return found

    def rows(self, *, certain: bool) -> Rows:
        """What is allowed whatever could not be told, or what may be."""
        return self.estate.surely if certain else self.estate.perhaps

    def named_addresses(self, pods: int) -> int:
        """The addresses of the internet that rules about some pods name, as they may call these.

        A rule that names nobody means them, too; but no pod has an address that the internet reaches by itself.
        """
        found = 0
        for stage in self.estate.policies.ingress:
            for rule in stage.rules:
                if rule.about & pods and rule.effect is Effect.ALLOW and rule.peers != self.peers.all:
                    found |= rule.peers & self.internet
        return found

    def entered(self, one: Entering, pods: int, *, certain: bool) -> Connections:
        """What something lets in from outside to some pods, as far as policies let it through."""
        callers = one.callers & (self.internet | self.peers.of_sort(Sort.ENTRANCE))
        if not certain and one.condition and callers:
            return one.connections  # Policies may see the address of a node, which always reaches its pods.
        return self.connections(self.rows(certain=certain), callers, one.pods & pods) & one.connections


def callers_of(rows: Rows, among: int, targets: int) -> dict[int, dict[int, int]]:
    """Who of some ends may call each target: by its number, the callers by the connections that they may."""
    groups: dict[tuple[int, int], int] = defaultdict(int)
    for number in numbers_in(among):
        for mask, bits in rows.row(number).items():
            if bits & targets:
                groups[mask, bits & targets] |= 1 << number
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (mask, reached), callers in groups.items():
        for target in numbers_in(reached):
            found[target][mask] |= callers
    return found


def network_of(given: Given) -> Network:
    """The network around a subject. UnknownError where policies may be there that could not be had."""
    network = given.around(_made)
    if network.gap is not None:
        raise network.gap.error()
    return network


def table_in(given: Given) -> Table:
    """The baseline's flow table around a subject; NotApplicableError where none is declared."""
    if given.baseline is None or not given.baseline.network.declared:
        raise NotApplicableError(Why.NOT_DECLARED)
    return given.around(_table)


def _table(given: Given) -> Table:
    network = network_of(given)
    if given.baseline is None or given.neighbours is None:
        raise LookupError("a flow table is asked about without a baseline")
    day = given.now.date()
    return table_of(given.baseline, given.neighbours, network.peers, today=day, cluster=given.cluster)


def _made(given: Given) -> Network:
    neighbours, declared = given.neighbours, given.baseline
    if neighbours is None:
        raise LookupError("a network is asked about without neighbours")
    table = declared.network if declared is not None else None
    told_apart = [*map(blocks, METADATA), *(spans_named(table) if table else [spans_of(PUBLIC)])]
    estate = estate_of(
        neighbours, blocks=told_apart, names=list(names_named(table)) if table else (), cni=table.cni if table else None
    )
    gaps = (gap for view in POLICIES for gap in neighbours.gaps(view))
    return Network(
        estate,
        next(gaps, None),
        (*estate.doubts, *_unlabelled(neighbours, estate.peers)),
        {itself(one): one for one in neighbours.anywhere(Workload)},
    )


def _unlabelled(neighbours: Neighbours, peers: Peers) -> Iterator[str]:
    """Where files are read: namespaces whose labels policies ask for, and which no Namespace object tells."""
    if neighbours.complete:
        return
    known = {one.name for one in neighbours.anywhere(Namespace)}
    missing = sorted(name for name in peers.namespaces if name not in known)
    if missing and any(map(_asks_for_labels, neighbours.anywhere(NetworkPolicy))):
        yield f"policies ask for labels of namespaces, and the input holds no Namespace {', '.join(missing[:3])}"


def _asks_for_labels(policy: NetworkPolicy) -> bool:
    try:
        peers = [peer for rule in (*policy.spec.ingress, *policy.spec.egress) for peer in (*rule.from_, *rule.to)]
        selectors = [peer.namespace_selector for peer in peers]
        return any(set(one.match_labels) - {NAMESPACE_NAME} or one.match_expressions for one in selectors)
    except MalformedFieldError:
        return False  # The estate is in doubt of it.


def itself(workload: Workload) -> Owner:
    """A workload as the owner of its pods."""
    return Owner(workload.namespace or "", workload.name, workload.kind.name)


def policies_told(network: Network, given: Given, workload: Workload, pods: int, direction: Direction) -> None:
    """Stop where no policy isolates the pods and the input may simply not hold those of their namespace."""
    if pods & ~network.isolated(direction) and not given.knows(NetworkPolicy, workload.namespace):
        raise untold(NetworkPolicy, workload.namespace)


def undecided(network: Network, perhaps: str) -> None:
    """Raise where it is open whether something is reached: `perhaps` says what may be, empty where nothing may."""
    if perhaps:
        raise UnknownError(Why.NOT_IN_INPUT, perhaps, f"reach:{perhaps}")
    if network.doubts:
        raise UnknownError(Why.NOT_IN_INPUT, network.doubts[0], f"reach:{network.doubts[0]}")


def names_of(ends: Iterable[Peer], most: int = 3) -> str:
    """Some ends for a person, each workload once."""
    names = list(dict.fromkeys(name for one in ends for name in (map(str, one.owners) if one.owners else [str(one)])))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
