"""The engine, asked about packets as the other judges are."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from hardstand.analysis.reach.connections import Connections, number_of
from hardstand.analysis.reach.estate import REACH_READS, Conventions, estate_of
from hardstand.analysis.reach.estate import Estate as Reach
from hardstand.analysis.reach.peers import Peer
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from tests.analysis.reach.brute_force import Packet
from tests.analysis.reach.random_estates import Manifest

KEEPING = Keeping.of(REACH_READS)


def neighbours(objects: Iterable[Manifest]) -> Neighbours:
    """The picture of manifests that are all there is."""
    found = (
        one
        for at, value in enumerate(objects)
        for one in objects_in(value, file="estate.yaml", document=at, rendered_from=None, namespace="default")
    )
    kept = [less for one in found if isinstance(one, KubeObject) and (less := KEEPING.prune(one)) is not None]
    return Neighbours(kept, KEEPING, complete=True)


@dataclass(frozen=True)
class Asked:
    """The network of an estate as the engine has it, with its ends by the names that packets use."""

    reach: Reach
    ends: dict[str, Peer]

    @classmethod
    def of(cls, objects: Iterable[Manifest]) -> "Asked":
        """Read manifests. Where the engine could not read one, this fails."""
        reach = estate_of(neighbours(objects), conventions=Conventions(blocks_hold_pods=False))
        assert not reach.doubts, reach.doubts
        ends = {f"{pod.namespace}/{pod.name}": peer for peer in reach.peers for pod in peer.pods}
        ends |= {
            f"node:{name}": next(reach.peers.among(reach.peers.named(f"node {name}"))) for name in reach.peers.nodes
        }
        return cls(reach, ends)

    def end(self, name: str) -> Peer:
        """A pod or node, or the block that an address is in; all of IPv6 is as one where no policy names any of it."""
        if name in self.ends:
            return self.ends[name]
        found = self.reach.peers.at_address(name)
        assert found is not None, name
        return found

    def between(self, source: str, destination: str) -> tuple[Connections, Connections]:
        """What is allowed for certain, and what may be allowed."""
        one, other = self.end(source), self.end(destination)
        return self.reach.allowed(one, other), self.reach.possible(one, other)

    def said(self, packet: Packet) -> bool | None:
        """The answer by rows; None where nobody can tell."""
        surely, perhaps = self.between(packet.source, packet.destination)
        return answer(surely, perhaps, packet)

    def traced(self, packet: Packet) -> bool | None:
        """The answer to the one question, with which people are told why."""
        ends = self.end(packet.source), self.end(packet.destination)
        return self.reach.trace(*ends, packet.protocol, packet.port).allowed


_number = cache(number_of)


def answer(surely: Connections, perhaps: Connections, packet: Packet) -> bool | None:
    """What two sets of connections say of a packet."""
    number = _number(packet.protocol, packet.port)
    assert number in perhaps or number not in surely
    return number in surely or (None if number in perhaps else False)
