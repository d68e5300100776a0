"""Who may call whom over the network, for all workloads at once, as sets of bits; and whom outside of the cluster."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from hardstand.analysis.blast.things import INTERNET, METADATA, METADATA_ADDRESS, OUTSIDE
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.reach.blocks import V4, block, block_text, cut
from hardstand.analysis.reach.connections import NONE, Connections, number_of
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort, numbers_in
from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.reach.rows import Mask, Rows
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import Span, difference, spans

_PRIVATE = spans(
    block(one)
    for one in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("224.0.0.0/3", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)
"""What is nowhere on the internet: https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-."""
_MUCH = {True: 1 << 24, False: 1 << 96}
"""So many public addresses, by whether they are of IPv4, are the internet, and no destination that somebody chose."""


class Calls:
    """The calls of a network. Workloads are told by their numbers, which are their places in `workloads`."""

    def __init__(self, estate: Estate, workloads: Sequence[Owner]) -> None:
        self._estate = estate
        self._workloads = workloads
        self._numbers = {one: number for number, one in enumerate(workloads)}
        self._split: dict[tuple[Mask, int], tuple[int, int]] = {}
        self._called_outside: dict[int, Sequence[Node]] = {}
        self._called_perhaps: dict[int, int] = {}
        self._called: dict[int, tuple[int, int]] = {}
        self._inside = estate.peers.of_sort(Sort.POD) | estate.peers.of_sort(Sort.HOST)

    def of(self, number: int) -> tuple[int, int]:
        """Whom a workload reaches at a port that they listen at, and whom at other ports only; perhaps itself."""
        if number not in self._called:
            self._called[number] = self._of(self._estate.surely, number)
        return self._called[number]

    @cached_property
    def open(self) -> int:
        """The workloads of which it cannot be told whom they reach."""
        if self._estate.is_certain:
            return 0
        return sum(1 << number for number in range(len(self._workloads)) if self.perhaps(number))

    def perhaps(self, number: int) -> int:
        """Whom it may reach, for all that is known, besides those that it does."""
        if number not in self._called_perhaps:
            self._called_perhaps[number] = self._perhaps(number)
        return self._called_perhaps[number]

    def _perhaps(self, number: int) -> int:
        near, far = self._of(self._estate.perhaps, number)
        sure_near, sure_far = self.of(number)
        return (near | far) & ~(sure_near | sure_far)

    def outside(self, number: int) -> Sequence[Node]:
        """What it may call outside of the cluster, each once, in order."""
        if number not in self._called_outside:
            self._called_outside[number] = sorted(self._all_outside(number))
        return self._called_outside[number]

    def isolated(self, number: int, direction: Direction) -> bool:
        """Tell whether a policy of the namespace isolates any pod of a workload, or no policy can."""
        policies = self._estate.policies
        stages = policies.ingress if direction is Direction.INGRESS else policies.egress
        about = self._estate.peers.of_sort(Sort.HOST)
        for stage in stages:
            for one in stage.isolating:
                about |= one.about
        return any(about >> peer & 1 for peer in self._members.get(number, ()))

    def labels(self, number: int) -> Sequence[Mapping[str, str]]:
        """The labels of the pods of a workload, each set of them once."""
        found = [self._estate.peers[peer].labels or {} for peer in self._members.get(number, ())]
        return list({frozenset(one.items()): one for one in found}.values())

    def _all_outside(self, number: int) -> set[Node]:
        return {
            self._outside[at]
            for peer in self._members.get(number, ())
            for bits in self._estate.surely.row(peer).values()
            for at in numbers_in(bits & ~self._inside)
            if at in self._outside
        }

    def connections(self, number: int, other: int) -> Connections:
        """By which connections one reaches another: of the ports that are declared, where any can be reached."""
        found = NONE
        for source in self._members.get(number, ()):
            for destination in self._members.get(other, ()):
                found |= self._estate.allowed(self._estate.peers[source], self._estate.peers[destination])
        declared = Connections(
            spans(
                (at, at)
                for peer in self._members.get(other, ())
                for who, ports in self._listening[peer]
                if who == other
                for at in ports
            )
        )
        return (found & declared) or found

    def _of(self, rows: Rows, number: int) -> tuple[int, int]:
        near = far = 0
        for peer in self._members.get(number, ()):
            for mask, bits in rows.row(peer).items():
                one, other = self._reached(mask, bits & self._inside)
                near |= one
                far |= other
        return near, far & ~near

    def _reached(self, mask: Mask, bits: int) -> tuple[int, int]:
        """The workloads of a set of ends, parted by whether they listen at any of these connections."""
        known = self._split.get((mask, bits))
        if known is None:
            connections = self._estate.universe.connections(mask)
            near = far = 0
            for at in numbers_in(bits):
                for number, ports in self._listening[at]:
                    if not ports or any(port in connections for port in ports):
                        near |= 1 << number
                    else:
                        far |= 1 << number
            known = self._split[mask, bits] = near, far
        return known

    @cached_property
    def _members(self) -> Mapping[int, Sequence[int]]:
        found: dict[int, list[int]] = {}
        for peer in self._estate.peers.among(self._inside):
            for owner in peer.owners:
                found.setdefault(self._numbers[owner], []).append(peer.number)
        return found

    @cached_property
    def _listening(self) -> Mapping[int, Sequence[tuple[int, tuple[int, ...]]]]:
        """The workloads of each end with the ports that they declare there; none where they declare none."""
        return {peer.number: list(self._ports(peer)) for peer in self._estate.peers.among(self._inside)}

    def _ports(self, peer: Peer) -> Iterator[tuple[int, tuple[int, ...]]]:
        declared: dict[int, set[int]] = {}
        for pod in peer.pods:
            ports = declared.setdefault(self._numbers[pod.owner], set())
            for protocol, port in pod.declared:
                try:
                    ports.add(number_of(protocol, port))
                except ValueError:
                    continue  # No such port can be called.
        for number, ports in declared.items():
            yield number, tuple(sorted(ports))

    @cached_property
    def _outside(self) -> Mapping[int, Node]:
        """What each end outside of the cluster is told as."""
        peers = self._estate.peers
        wholes = list(cut(self._estate.named.get(Direction.EGRESS, ()), six=peers.six))
        found: dict[int, Node] = {}
        for peer in peers.among(peers.of_sort(Sort.BLOCK) | peers.of_sort(Sort.NAME)):
            if peer.span is None:
                found[peer.number] = Node(OUTSIDE, "", peer.name)
                continue
            at = peer.span[0]
            found[peer.number] = told(next((one for one in wholes if one[0] <= at <= one[1]), peer.span))
        return found


def told(span: Span) -> Node:
    """What a block of addresses outside of the cluster is told as."""
    if span == block(METADATA_ADDRESS):
        return METADATA
    four = span[1] <= V4[1]
    public = sum(last - first + 1 for first, last in difference((span,), _PRIVATE))
    return INTERNET if public >= _MUCH[four] else Node(OUTSIDE, "", block_text(span))
