"""Kustomizations: which of them are built, which files they own, and their unit of reading work."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hardstand.sources import process, redact
from hardstand.sources.interface import Page, Rendering, Unreadable
from hardstand.sources.kustomization import Kustomization, load
from hardstand.sources.names import shown
from hardstand.sources.reading import not_rendered, read_regular
from hardstand.text.document import Document
from hardstand.text.reader import read

INSTALL_HINT = "install kustomize or kubectl"

_NESTING = re.compile(
    r"^.*(?:accumulating resources from '[^']*'|recursed accumulation of path '[^']*'|must resolve to a file'): ",
    re.DOTALL,
)
"""kustomize wraps an error once for every directory on the way; the innermost says what is wrong."""


@dataclass(frozen=True, slots=True)
class KustomizeUnit:
    """One kustomization that no other builds on. `parts` are the files that go into it, `charts` says it needs helm."""

    path: str
    size: int
    location: str
    parts: tuple[str, ...]
    charts: bool = False
    named: bool = False

    def open(self) -> Iterator[Page | Unreadable]:
        """Build it: one page with all its objects, or the reason why not."""
        built = self._build()
        if isinstance(built, str):
            yield not_rendered(self.path, f"the kustomization could not be built: {built}")
        else:
            yield Page(self.path, built, Rendering("kustomize", shown(self.location)), self.named)

    def _build(self) -> bytes | str:
        """Run kustomize; give what it printed, or what is wrong."""
        command = _command()
        if command is None:
            return f"kustomize is not there: {INSTALL_HINT}"
        if self.charts:
            helm = shutil.which("helm")
            if helm is None:
                return "it inflates a chart, which needs helm on PATH: install helm"
            command = [*command, "--enable-helm", f"--helm-command={helm}"]
        try:
            outcome = process.run([*command, self.location if self.location.startswith("/") else f"./{self.location}"])
        except OSError as error:
            return f"{command[0]} could not be started: {error.strerror}"
        if outcome.stopped:
            return f"kustomize {outcome.stopped}"
        return outcome.output if outcome.status == 0 else self._reason(outcome.error.decode("utf-8", "replace"))

    def _reason(self, error: str) -> str:
        """Give kustomize's error in one line, without what it quotes of the files."""
        # kubectl wraps the words in a line of its log, with quotes escaped.
        if logged := re.search(r'"command failed" err="(.*)"\s*$', error, re.DOTALL):
            error = logged[1].replace('\\"', '"')
        error = _NESTING.sub("", error.removeprefix("Error: "))
        error = re.sub(r"literal sources? .*", "a literal is not of the form key=value", error, flags=re.DOTALL)
        # What it was configured with, which may be a whole patch.
        error = re.sub(r"with config: `.*?`", "", error, flags=re.DOTALL)
        error = error.replace(f"{os.path.realpath(self.location)}/", "").replace(f"{Path.cwd()}/", "")
        return redact.reason(error, self._secrets())

    def _secrets(self) -> Iterator[str]:
        """Give the values that went into the build and that nobody should read in an error."""
        for part in self.parts:
            data = read_regular(part, part)
            if isinstance(data, bytes):
                yield from _values(data) if part.endswith((".yaml", ".yml", ".json", "Kustomization")) else _lines(data)


def _values(data: bytes) -> Iterator[str]:
    """Give the data of Secrets, the literals of generators and the values of environment variables in a YAML text."""
    for document in read(data):
        waiting = [document.value] if isinstance(document, Document) else []
        while waiting:
            item = waiting.pop()
            if isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, dict):
                waiting.extend(item.values())
                for key in ("data", "stringData", "literals", "value", "patch"):
                    yield from (text.partition("=")[2] or text for text in redact.leaves(item.get(key)))


def _lines(data: bytes) -> Iterator[str]:
    """Give what stands in a file of `key=value` lines, or in any other file that a generator takes."""
    for line in data[:1_000_000].decode("utf-8", "replace").splitlines():
        yield line.partition("=")[2] or line


def _command() -> list[str] | None:
    """Give the start of the command that builds a kustomization."""
    if kustomize := shutil.which("kustomize"):
        return [kustomize, "build"]
    if kubectl := shutil.which("kubectl"):
        return [kubectl, "kustomize"]
    return None


@dataclass(frozen=True, slots=True)
class Estate:
    """All kustomizations of a scan: what is built, and what is seen only built."""

    roots: tuple[KustomizeUnit | Unreadable, ...]
    directories: dict[str, int]
    """The real directory of each root, and its index in `roots`."""
    owned: frozenset[str]
    """Real paths of files, and of the directories of charts, that belong to a kustomization."""


def survey(locations: Iterable[tuple[str, bool]]) -> Estate:
    """Look at the kustomizations in the directories `locations` (and whether a person named them) and sort them.

    A component cannot be built alone and deploys nothing by itself. One that nothing includes is therefore no root
    and no unknown: its patches and configuration are not objects and are left out, while the whole objects that it
    would add are read as they stand.
    """
    named: dict[str, bool] = {}
    known: dict[str, Kustomization] = {}
    for location, by_name in locations:
        found = load(location)
        if found is not None:
            known.setdefault(found.directory, found)
            named[found.directory] = named.get(found.directory, False) or by_name
    walked = list(known.values())
    for one in walked:
        _load_below(one, known)
    chosen, reached = _choose(walked, known)
    roots = [_unit(root, known, named[root.directory]) for root in chosen]
    owned = {part for one in known.values() for part in one.parts}
    for directory in reached:
        owned.update(known[directory].objects)
        owned.update(known[directory].charts)
    return Estate(tuple(roots), {root.directory: index for index, root in enumerate(chosen)}, frozenset(owned))


def _load_below(start: Kustomization, known: dict[str, Kustomization]) -> None:
    """Add to `known` what `start` builds on outside of the walk."""
    waiting = list(start.directories)
    while waiting:
        directory = waiting.pop()
        if directory in known:
            continue
        found = load(directory)
        if found is not None:
            known[directory] = found
            waiting.extend(found.directories)


def _choose(walked: Sequence[Kustomization], known: dict[str, Kustomization]) -> tuple[list[Kustomization], set[str]]:
    """Give the roots, in the order met, and every directory that building them reaches."""
    candidates = [one for one in walked if not one.component]
    referred = {directory for one in known.values() for directory in one.directories}
    roots = [one for one in candidates if one.directory not in referred]
    reached = _reach(roots, known)
    for one in candidates:
        # What only unused components or a cycle refer to has no root above it, and must not be lost.
        if one.directory not in reached:
            roots.append(one)
            reached |= _reach([one], known)
    order = {one.directory: index for index, one in enumerate(walked)}
    return sorted(roots, key=lambda one: order[one.directory]), reached


def _reach(roots: Sequence[Kustomization], known: dict[str, Kustomization]) -> set[str]:
    """Give the directories that building `roots` goes through."""
    reached: set[str] = set()
    waiting = [one.directory for one in roots]
    while waiting:
        directory = waiting.pop()
        if directory not in reached and directory in known:
            reached.add(directory)
            waiting.extend(known[directory].directories)
    return reached


def _unit(root: Kustomization, known: dict[str, Kustomization], named: bool) -> KustomizeUnit | Unreadable:
    """Give the unit that builds `root`, or what already stands against it."""
    below = [known[directory] for directory in sorted(_reach([root], known))]
    broken = next((one for one in below if one.problem is not None), None)
    if broken is not None and broken.problem is not None:
        needed = "" if broken is root else f" (needed by {shown(root.name)})"
        return replace(broken.problem, reason=broken.problem.reason + needed)
    parts = tuple(sorted({part for one in below for part in (*one.objects, *one.parts)}))
    charts = any(one.charts for one in below)
    return KustomizeUnit(shown(root.name), _size(parts), root.location, parts, charts, named)


def _size(files: Iterable[str]) -> int:
    """Guess what building costs, in bytes read: starting kustomize, and the sizes of the files that are there."""
    total = process.COST
    for file in files:
        try:
            total += Path(file).stat().st_size
        except OSError:
            continue
    return total
