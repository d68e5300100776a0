"""The environments as they are written.

An environment that declares namespaces and paths takes only what fits both. What has no namespace, such as a service
of a Compose file, can be told by its path alone: it gets an environment of its own, so that the one beside it stays
told by its namespaces and takes the file that is written tomorrow, wherever it lies.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hardstand.draft.sorting import CHECK, Reason, Sorted, Spot
from hardstand.draft.words import ORDER, environment_called
from hardstand.inventory.objects import KubeObject

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Part:
    """An environment as it is written."""

    name: str
    environment: str
    """What it is sorted as: `production`, `staging` …"""
    spots: Mapping[Spot, Reason]
    bare: bool
    """Nothing in it has a namespace."""

    @property
    def apart(self) -> bool:
        """It is written beside another one that is sorted as the same."""
        return self.name != self.environment

    @property
    def places(self) -> set[str]:
        """Where what is in it was read."""
        return {spot.place for spot in self.spots}

    @property
    def namespaces(self) -> dict[str, str]:
        """Its namespaces by name, each with the reason that says most."""
        found: dict[str, str] = {}
        for spot, reason in sorted(self.spots.items()):
            if spot.namespace:
                kept = found.get(spot.namespace)
                if kept is None or (kept.startswith(CHECK) and not reason.text.startswith(CHECK)):
                    found[spot.namespace] = reason.text
        return found


class Parts:
    """All environments, in the order in which they are written."""

    def __init__(self, placed: Sorted) -> None:
        self._placed = placed
        self.every = tuple(_parts(placed))
        self._by_spot = {spot: one for one in self.every for spot in one.spots}

    def of(self, kube: KubeObject) -> Part | None:
        """The one that an object is in; None outside of namespaces."""
        return self._by_spot.get(self._placed.spot(kube))


def _parts(placed: Sorted) -> Iterator[Part]:
    found: dict[tuple[str, bool], dict[Spot, Reason]] = defaultdict(dict)
    for spot, reason in placed.spots.items():
        found[reason.environment, not spot.namespace][spot] = reason
    for environment in ORDER:
        named, bare = found.get((environment, False)), found.get((environment, True))
        if named:
            yield Part(environment, environment, named, bare=False)
        if bare:
            yield Part(_name(environment, bare) if named else environment, environment, bare, bare=True)


def _name(environment: str, spots: Mapping[Spot, Reason]) -> str:
    """`production-vm` for what lies in `vm/`; without one folder that says more, by what has no namespaces."""
    folders = {posixpath.basename(posixpath.dirname(spot.place)) for spot in spots}
    folder = folders.pop() if len(folders) == 1 else ""
    says_more = _NAME.fullmatch(folder) and not environment_called(folder)
    return f"{environment}-{folder if says_more else 'compose'}"
