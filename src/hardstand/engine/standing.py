"""Where each object stands: its environments and its tier, on which the action depends."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.classing import Classing
from hardstand.analysis.exposure import Alone, Exposed, exposed_alone
from hardstand.analysis.inferred import Inferred
from hardstand.analysis.placing import Placing
from hardstand.analysis.privilege import privilege_of
from hardstand.analysis.traits import Traits, traits_of
from hardstand.baseline.baseline import Baseline
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, World
from hardstand.inventory.views.base import View
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.compact import Compact
from hardstand.model.run import TierTold
from hardstand.model.tier import Exposure, Privilege, Tier
from hardstand.model.violation import MalformedFieldError


@dataclass(frozen=True, slots=True)
class Local(Compact):
    """A workload's traits, and what can be inferred of it without its neighbours."""

    traits: Traits
    privilege: Inferred[Privilege]
    exposure: Alone
    """What lets the outside in by itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an object stands."""

    traits: Traits
    environments: tuple[str, ...]
    perhaps: tuple[str, ...]
    """The environments that it may lie in besides, for all that is known."""
    tier: Tier | None
    """None where there is no workload to take it from."""


class Standings:
    """The standing of every object of one part of the input.

    A workload's tier follows from the matrix; whatever makes no pods takes the highest tier of the workloads in its
    namespace, since that is what falls with it.
    """

    def __init__(self, baseline: Baseline, placing: Placing) -> None:
        self._names = baseline.names
        self._placing = placing
        self._classing = Classing(baseline)
        self.facts: list[Local] = []
        """What other parts need to know of the workloads of this one."""
        self._neighbours: Neighbours | None = None
        self._workloads: dict[tuple[World, str | None], dict[int, Local]] = {}
        """The workloads of each namespace by their own identity: a namespace may have thousands."""
        self._tiers: dict[int, Tier] = {}
        self._highest: dict[tuple[World, str | None], Tier | None] = {}
        self._labels: dict[World, dict[str, list[Mapping[str, str]]]] = {}
        self._exposed: dict[World, Exposed] = {}

    def take(self, kube: KubeObject, seen: Iterable[View] = ()) -> Local | None:
        """Take in an object; of a workload, give what can be told of it alone. `seen` as for `alone`."""
        local = self.alone(kube, seen)
        if local is not None:
            self.facts.append(local)
        return local

    def meet(self, neighbours: Neighbours, workloads: Sequence[Local]) -> None:
        """Take in what all parts know."""
        self._neighbours = neighbours
        grouped: dict[tuple[World, str | None], dict[int, Local]] = defaultdict(dict)
        for one in workloads:
            grouped[one.traits.world, one.traits.namespace][id(one)] = one
        self._workloads = grouped

    def highest(self) -> Mapping[str, Tier | None]:
        """The highest tier in each namespace that has workloads."""
        found: dict[str, Tier | None] = {}
        for world, namespace in list(self._workloads):
            tier = self._highest_in(world, namespace)
            if namespace is not None and self._workloads.get((world, namespace)):
                found[namespace] = max((one for one in (tier, found.get(namespace)) if one), default=None)
        return found

    def alone(self, kube: KubeObject, seen: Iterable[View] = ()) -> Local | None:
        """Of a workload, what can be told of it alone; it is not taken in.

        `seen` may hold a view of it, of which much has been read already.
        """
        if kube.kind not in Workload.kinds:
            return None
        known = next((one for one in seen if isinstance(one, Workload)), None)
        workload = known or Workload(kube)
        made = Local(traits_of(kube, self._names), privilege_of(workload), exposed_alone(workload))
        if known is None:
            workload.forget()
        return made

    def change(self, before: Local | None, after: Local | None) -> bool:
        """Take in a workload in place of what it was, in the same namespace.

        Tells whether others may stand elsewhere for that: whatever makes no pods has the highest tier of its namespace.
        """
        one = after or before
        if one is None:
            return False
        key = one.traits.world, one.traits.namespace
        known, was = key in self._highest, self._highest.pop(key, None)
        members = self._workloads.setdefault(key, {})
        if before is not None:
            self._tiers.pop(id(before), None)
            members.pop(id(before), None)
        if after is not None:
            members[id(after)] = after
        return not known or self._highest_in(*key) != was

    def surroundings_changed(self) -> None:
        """Work out again what depends on what exposes workloads, and on the labels of namespaces."""
        for known in (self._exposed, self._labels, self._tiers, self._highest):
            known.clear()

    def forget(self, local: Local | None) -> None:
        """Keep nothing of a workload that was only looked at."""
        if local is not None:
            self._tiers.pop(id(local), None)

    def of(self, kube: KubeObject, local: Local | None) -> Standing:
        """The standing of an object; `local` is what `take` gave of it."""
        return self.by_traits(local.traits if local else self.traits(kube), local)

    def traits(self, kube: KubeObject) -> Traits:
        """The traits of an object, by which its standing is told."""
        return traits_of(kube, self._names)

    def by_traits(self, traits: Traits, local: Local | None) -> Standing:
        """The standing of an object with these traits."""
        environments, perhaps = self._environments(traits), self._perhaps(traits)
        if local:
            return Standing(traits, environments, perhaps, self._tier(local, environments, perhaps))
        return Standing(traits, environments, perhaps, self._highest_in(traits.world, _namespace(traits)))

    def answerable(self, traits: Traits) -> str | None:
        """Who answers for an object with these traits; None where nobody is declared."""
        return self._classing.owner(traits, self._environments(traits))

    def place(self, kube: KubeObject) -> tuple[World, str | None]:
        """The namespace, in its world, whose workloads an object's standing may depend on."""
        traits = traits_of(kube, self._names)
        return traits.world, _namespace(traits)

    def explain(self, kube: KubeObject, local: Local) -> TierTold:
        """How the tier of a workload came to be."""
        environments = self._environments(local.traits)
        story = self._classing.story(local.traits, environments, self._exposure(local), local.privilege)
        return TierTold(
            object=kube.ref,
            file=kube.origin.file,
            tier=story.tier.word,
            row=str(story.row.at) if story.row else "",
            environments=environments,
            factors=story.factors,
            owner=story.owner,
            ticket=story.ticket,
            repository=story.repository,
        )

    def _environments(self, traits: Traits) -> tuple[str, ...]:
        namespace = _namespace(traits)
        known = self._labels_in(traits.world).get(namespace or "") if self._placing.by_labels else None
        return self._placing.among(traits.path, namespace, known or ({},))

    def _perhaps(self, traits: Traits) -> tuple[str, ...]:
        if self._placing.certain:
            return ()
        namespace = _namespace(traits)
        known = self._labels_in(traits.world).get(namespace or "", ()) if self._placing.by_labels else ({},)
        labelled = bool(known) and all(one is not UNREADABLE for one in known)
        return self._placing.perhaps(traits.path, namespace, labelled=labelled)

    def _labels_in(self, world: World) -> Mapping[str, Sequence[Mapping[str, str]]]:
        if world not in self._labels:
            made = self._labels[world] = defaultdict(list)
            for one in self._around(world).anywhere(Namespace):
                made[one.name].append(_labels(one))
        return self._labels[world]

    def _tier(self, local: Local, environments: tuple[str, ...], perhaps: tuple[str, ...]) -> Tier:
        """The tier of a workload: the highest that it has in the environments that it may lie in besides."""
        found = self._tiers.get(id(local))  # They all live as long as this does.
        if found is None:
            exposure = self._exposure(local)
            found = max(
                self._classing.tier(local.traits, each, exposure, local.privilege)
                for each in (environments, *((*environments, one) for one in perhaps))
            )
            self._tiers[id(local)] = found
        return found

    def _exposure(self, local: Local) -> Inferred[Exposure]:
        world = local.traits.world
        if world not in self._exposed:
            self._exposed[world] = Exposed(self._around(world))
        return self._exposed[world].of(local.traits.namespace, local.traits.pod_labels, local.exposure)

    def _highest_in(self, world: World, namespace: str | None) -> Tier | None:
        if namespace is None:
            return None
        key = world, namespace
        if key not in self._highest:
            # Copied first: another thread may be asking while this one is told of changes.
            several = list(self._workloads.get(key, {}).values())
            self._highest[key] = max(map(self._own_tier, several), default=None)
        return self._highest[key]

    def _own_tier(self, local: Local) -> Tier:
        found = self._tiers.get(id(local))
        return found or self._tier(local, self._environments(local.traits), self._perhaps(local.traits))

    def _around(self, world: World) -> Neighbours:
        if self._neighbours is None:
            raise RuntimeError("meet() comes before of()")
        return self._neighbours.seen_from(world)


UNREADABLE: Mapping[str, str] = {}
"""The labels of a Namespace of which some cannot be read."""


def _labels(one: Namespace) -> Mapping[str, str]:
    try:
        return one.metadata.labels
    except MalformedFieldError:
        return UNREADABLE


def _namespace(traits: Traits) -> str | None:
    return traits.name if traits.kind == "Namespace" and traits.namespace is None else traits.namespace
