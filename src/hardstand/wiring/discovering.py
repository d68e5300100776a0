"""What there is to read, before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hardstand.sources.files import discover
from hardstand.sources.interface import Ignored, Unit, Unreadable
from hardstand.sources.names import shown, tidy
from hardstand.sources.snapshot.unit import SnapshotUnit
from hardstand.wiring.request import ScanRequest

Numbered = tuple[int, Unit]
"""A unit of reading, with the number of the named input that it belongs to."""


@dataclass(slots=True)
class Discovered:
    """What the paths lead to, each with the number of its named input."""

    units: list[Numbered] = field(default_factory=list)
    faults: list[tuple[int, Unreadable]] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)
    sorts: dict[int, str] = field(default_factory=dict)
    """Of what sort a named input is, where that is not files or a stream."""


def discovered(request: ScanRequest) -> Discovered:
    """Follow the paths. Nothing is raised for those that lead nowhere: they are among the faults."""
    made = Discovered()
    owners: dict[str, int] = {}
    for number, path in enumerate(request.paths):
        name = "<stdin>" if path == "-" else tidy(path)
        for key in (name, shown(name), "" if name in (".", "/") else path):
            owners.setdefault(key, number)
    for found in discover(request.paths, request.reading):
        owner = _owner(owners, found.path)
        if isinstance(found, Unreadable):
            made.faults.append((owner, found))
        elif isinstance(found, Ignored):
            made.ignored.append(owner)
        elif isinstance(found, SnapshotUnit):
            made.units.append((owner, replace(found, only=tuple(dict.fromkeys(request.namespaces)))))
        else:
            made.units.append((owner, found))
    made.units += [(len(request.paths) + at, unit) for at, (_, _, unit) in enumerate(request.more)]
    return made


def _owner(owners: Mapping[str, int], path: str) -> int:
    """The number of the named input that `path` was met under: its own, or that of the nearest directory above it.

    `owners` has `""` for an input that everything may be met under.
    """
    while path and path not in owners:
        path = path.rpartition("/")[0]
    return owners.get(path, 0)
