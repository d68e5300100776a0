"""Everything that a radius is worked out from: the network, the rights, and what each workload has in its hands."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hardstand.analysis.blast.calling import Calls
from hardstand.analysis.blast.holdings import HOLDING_FIELDS, Holdings, Sensitivity, holdings
from hardstand.analysis.blast.things import METADATA_ADDRESS, workload
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import Graph, Node
from hardstand.analysis.escalation.inmates import Inmate
from hardstand.analysis.escalation.picture import ESCALATION_READS, Picture, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.reach.blocks import blocks
from hardstand.analysis.reach.estate import REACH_READS, Estate, estate_of
from hardstand.analysis.reach.pods import Owner
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Secret
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Data

BLAST_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    *ESCALATION_READS,
    *REACH_READS,
    (Workload, HOLDING_FIELDS),
)
"""The views that must be among the neighbours, and what must be kept of each."""

Allow = Callable[[Neighbours], Permissions]
"""The rights of a picture, with what is doubtful in them."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How a picture is looked at, so that a changed one is looked at in the same way."""

    permissions: Allow
    sensitivity: Sensitivity
    settled: bool
    """It is of a running cluster."""


@dataclass(frozen=True)
class Ground:
    """What was seen in a picture. Everything is worked out when it is first asked for."""

    neighbours: Neighbours
    looking: Looking
    estate: Estate
    picture: Picture
    graph: Graph
    workloads: Sequence[Owner]
    """Everything that has pods, in order."""
    homes: Mapping[tuple[str, str, str], Owner] = field(repr=False, default_factory=dict)
    """By namespace, kind and name of what makes pods or is one: the workload that it is of."""

    @cached_property
    def calls(self) -> Calls:
        """The network between the workloads."""
        return Calls(self.estate, self.workloads)

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """The workloads as nodes, in their order."""
        return [workload(one) for one in self.workloads]

    @cached_property
    def inmates(self) -> Sequence[Inmate]:
        """The inmates of the graph of escalation, in an order that does not depend on that of the objects."""
        return sorted(self.picture.inmates, key=lambda one: (one.place, one.node, one.kind, one.name))

    @cached_property
    def places(self) -> Mapping[Node, Node]:
        """By the places of the graph of escalation, the workloads that they are of."""
        return {one.place: home for one in self.inmates if (home := self.of(one)) is not None}

    @cached_property
    def holdings(self) -> Mapping[Owner, Holdings]:
        """What the pods of each workload have."""
        found: dict[Owner, list[Holdings]] = defaultdict(list)
        for one in self.neighbours.anywhere(Workload):
            home = self.home(one.namespace or "", one.kind.name, one.name)
            if home is not None:
                found[home].append(holdings(one, self.looking.sensitivity))
        return {owner: _together(several) for owner, several in found.items()}

    @cached_property
    def secrets(self) -> Sequence[tuple[str, str]]:
        """Namespaces and names of the Secrets that are there, or that a pod is given."""
        there = {(one.namespace or "", one.name) for one in self.neighbours.anywhere(Secret)}
        given = {(owner.namespace, name) for owner, held in self.holdings.items() for name in held.secrets}
        return sorted(there | given)

    @cached_property
    def doubts(self) -> Sequence[str]:
        """What could not be read, so that more may fall."""
        notes = [note for held in self.holdings.values() for note in held.notes]
        gaps = [gap.reason for gap in self.neighbours.gaps(Secret)]
        return tuple(dict.fromkeys((*self.estate.doubts, *self.picture.doubts, *notes, *gaps)))

    def home(self, namespace: str, kind: str, name: str) -> Owner | None:
        """The workload that something is of; None where no pods of it are known."""
        return self.homes.get((namespace, kind, name))

    def of(self, inmate: Inmate) -> Node | None:
        """The workload that an inmate of the graph of escalation is of."""
        for known in (inmate.called, (inmate.kind, inmate.name), inmate.owner, inmate.maker):
            home = self.home(inmate.namespace, *known) if known is not None else None
            if home is not None:
                return workload(home)
        return None


def ground_of(neighbours: Neighbours, looking: Looking) -> Ground:
    """What is seen in a picture that was read with BLAST_READS. Never raises: what cannot be read is a doubt in it."""
    estate = estate_of(neighbours, blocks=[blocks(METADATA_ADDRESS)])
    picture = picture_of(neighbours, looking.permissions(neighbours), settled=looking.settled)
    homes = dict(_homes(estate))
    return Ground(neighbours, looking, estate, picture, graph_of(picture), sorted(set(homes.values())), homes)


def _homes(estate: Estate) -> Iterable[tuple[tuple[str, str, str], Owner]]:
    for peer in estate.peers:
        for pod in peer.pods:
            yield (pod.namespace, "Pod", pod.name), pod.owner
    for peer in estate.peers:
        for pod in peer.pods:
            yield (pod.owner.namespace, pod.owner.kind, pod.owner.name), pod.owner


def _together(several: Sequence[Holdings]) -> Holdings:
    secrets = sorted({name for one in several for name in one.secrets})
    notes = dict.fromkeys(note for one in several for note in one.notes)
    return Holdings(tuple(secrets), max((one.data for one in several), default=Data.PUBLIC), tuple(notes))
