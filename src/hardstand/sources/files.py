"""From the paths that a person named to the units of reading work."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardstand.sources import arguments, charts
from hardstand.sources.interface import Ignored, Page, ReadOptions, Unit, Unreadable
from hardstand.sources.kustomize import Estate, survey
from hardstand.sources.names import shown
from hardstand.sources.reading import read_regular
from hardstand.sources.walk import Found, follow, inside
from hardstand.text.document import Fault
from hardstand.text.reader import read

__all__ = ["FileUnit", "ReadOptions", "discover"]


@dataclass(frozen=True, slots=True)
class FileUnit:
    """One regular file. `location` opens it, from the working directory of the scan.

    `loose` is for a file that need not be a manifest, beside a Chart.yaml: it gives a page only if it holds objects.
    """

    path: str
    size: int
    location: str
    named: bool
    loose: bool = False

    def open(self) -> Iterator[Page | Unreadable]:
        """Give the file's bytes as one page."""
        data = read_regular(self.location, self.path)
        if isinstance(data, Unreadable):
            yield data
        elif not self.loose or _deploys(data):
            yield Page(self.path, data, named=self.named)


def _deploys(data: bytes) -> bool:
    """Say whether a text holds an object, or might hold one where it cannot be read."""
    words = b"apiVersion" in data and b"kind" in data
    if not words and b"\\" not in data:
        return False  # Without an escape the words must stand there as they are.
    for document in read(data):
        if isinstance(document, Fault):
            if words:
                return True
        elif isinstance(document.value, dict) and {"apiVersion", "kind"} <= document.value.keys():
            return True
    return False


def discover(paths: Sequence[str], options: ReadOptions) -> Iterator[Unit | Unreadable | Ignored]:
    """Turn what a person named into units, in the order named and sorted within each directory.

    `-` is standard input. What is reached twice is read once. What a chart or a kustomization owns is seen only
    rendered. A named path that is missing or cannot be read, and a named directory without a single manifest, is an
    `Unreadable`: a scan that saw nothing must not look clean.
    """
    items = [item for path in dict.fromkeys(paths) for item in arguments.look(path, options)]
    found = [item for item in items if isinstance(item, Found)]
    scan = _Scan(paths, found, options)
    for item in items:
        given = scan.unit(item) if isinstance(item, Found) else item
        if given is not None:
            yield given


class _Scan:
    """What is known once everything is found: who owns what, and what has been given already."""

    def __init__(self, paths: Sequence[str], found: Sequence[Found], options: ReadOptions) -> None:
        self._options = options
        self._roots = tuple(dict.fromkeys(os.path.realpath(path) for path in paths if path != "-" and "\0" not in path))
        self._estate: Estate = survey((item.location, item.named) for item in found if item.kind == "kustomization")
        self._files = frozenset(item.real for item in found if item.kind == "file")
        self._named = frozenset(item.real for item in found if item.named)
        self._charts: dict[str, list[Found]] = {}
        for item in found:
            if item.kind == "chart":
                self._charts.setdefault(item.real, []).append(item)
        self._given: set[tuple[str, str]] = set()

    def unit(self, item: Found) -> Unit | Unreadable | Ignored | None:
        """Give the unit for `item`, or None when it is owned by another or was given before."""
        if item.kind == "link":
            target = follow(item, self._roots)
            return self._linked(target) if isinstance(target, Found) else target
        if (item.kind, item.real) in self._given:
            return None
        self._given.add((item.kind, item.real))
        if item.kind == "kustomization":
            index = self._estate.directories.get(item.real)
            return None if index is None else self._estate.roots[index]
        if item.real in self._estate.owned:
            return None
        return self._chart(item) if item.kind == "chart" else self._file(item)

    def _linked(self, target: Found) -> Unit | None:
        """Give the file behind a link, unless it is met under its own name or owned."""
        known = target.real in self._files or target.real in self._estate.owned or ("file", target.real) in self._given
        if known or any(inside(target.real, chart) for chart in self._charts):
            return None
        self._given.add(("file", target.real))
        return self._file(target)

    def _chart(self, item: Found) -> Unit | Ignored:
        """Give the chart's unit, for all the parts of it that were asked for; a library is left out."""
        if charts.is_library(item.location):
            return Ignored(shown(item.location))
        same = self._charts[item.real]
        whole = any(not other.only for other in same)
        only = () if whole else tuple(dict.fromkeys(part for other in same for part in other.only))
        return charts.ChartUnit(
            path=shown(item.location),
            size=item.size or charts.size(item.location),
            location=item.location,
            values=self._options.values,
            set=self._options.set,
            namespace=self._options.namespace,
            roots=self._roots if Path(item.location).is_dir() else (),
            only=only,
            named=any(other.named for other in same),
        )

    def _file(self, item: Found) -> Unit:
        """Give the unit of a file, named when any path named it."""
        named = item.real in self._named
        return FileUnit(shown(item.location), item.size, item.location, named, item.loose and not named)
