"""Walking a directory: which files, charts and kustomizations stand in it, in a settled order.

Symbolic links to directories are never entered: one that stays inside the tree leads to what is walked anyway, and
one that leaves it could show a scan in CI any file of the machine that a pull request chose to point at.
"""

import errno
import os
import stat
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from hardstand.sources import archive, ignore
from hardstand.sources.interface import Ignored, ReadOptions, Unreadable
from hardstand.sources.names import below, shown
from hardstand.sources.reading import failure, not_rendered, read_regular, refusal, unreadable
from hardstand.sources.snapshot import sniffing as snapshots

EXTENSIONS = (".yaml", ".yml", ".json")
"""What kubectl reads in a directory (k8s.io/cli-runtime pkg/resource FileExtensions), here in any letter case."""

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization"""

CHART_FILE = "Chart.yaml"

NO_CONTENT = frozenset({".git", ".hg", ".svn", ".jj", "__pycache__"})
"""Stores of version control and of compiled code: they hold no files of anybody's, and are not worth a word."""

NOT_ENTERED = frozenset({".terraform", ".tox", ".nox", ".venv", "node_modules"})
"""Directories of tools, not of manifests. A virtual environment of any name is known by its pyvenv.cfg."""

_OF_A_CHART = (CHART_FILE, "requirements.yaml", "values.schema.json")
"""Files beside a Chart.yaml that have a manifest's ending and that helm reads (https://helm.sh/docs/topics/charts/)."""

_LINK_OUT = (
    "a symbolic link out of the scanned directory, not followed: a link could point at any file of this machine; "
    "name its target too to have it read, or list the link in the ignore file"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to read, met in a walk or named by a person.

    `location` opens it and `real` is the same without links, to know it again; for a chart or a kustomization both
    are the directory's (a chart may also be an archive). `only` are path prefixes inside a chart: just these
    templates were asked for; empty means all. `loose` is for a file beside a Chart.yaml that helm does not read.
    """

    kind: Literal["file", "chart", "kustomization", "link"]
    location: str
    real: str
    size: int = 0
    named: bool = False
    only: tuple[str, ...] = ()
    loose: bool = False


def walk(root: str, options: ReadOptions) -> Iterator[Found | Unreadable | Ignored]:
    """Walk the directory `root` and give what stands in it, sorted by name, files before directories.

    Files are those with a manifest's ending. A directory that is a chart is given and not entered, but files beside
    its Chart.yaml that helm does not read are given too: `kubectl apply -f` on the directory would deploy them. Links
    are given as `link`, for only the whole scan can decide about them (`follow`).
    """
    real_root = os.path.realpath(root)
    first: ignore.Rules = () if options.ignore is None else (("", ignore.parse("\n".join(options.ignore))),)
    waiting: list[tuple[str, str, ignore.Rules]] = [(root, "", first)]
    while waiting:
        directory, inner, rules = waiting.pop()
        real = f"{real_root}/{inner}" if inner else real_root
        try:
            entries = _entries(directory)
        except OSError as error:
            yield failure(directory, error)
            continue
        names = {entry.name for entry in entries}
        is_chart = CHART_FILE in names
        if "pyvenv.cfg" in names and inner and not is_chart:
            yield Ignored(shown(directory))
            continue
        if options.ignore is None and options.ignore_file in names:
            more = _rules_of(directory, inner, options.ignore_file)
            if isinstance(more, Unreadable):
                yield more
            else:
                rules = (*rules, more)
        if is_chart:
            yield Found("chart", directory, real)
            loose = [entry for entry in entries if _is_loose(entry)]
            for found in _level(loose, directory, inner, real, rules):
                yield replace(found, loose=True) if isinstance(found, Found) else found
            continue
        if not names.isdisjoint(KUSTOMIZATION_NAMES):
            yield Found("kustomization", directory, real)
        to_enter = yield from _level(entries, directory, inner, real, rules)
        waiting.extend((below(directory, name), path, rules) for name, path in reversed(to_enter))


def _level(
    entries: list[os.DirEntry[str]], directory: str, inner: str, real: str, rules: ignore.Rules
) -> Generator[Found | Unreadable | Ignored, None, list[tuple[str, str]]]:
    """Give what stands in one directory; return the name and the path in the walk of each directory to enter."""
    to_enter: list[tuple[str, str]] = []
    for entry in entries:
        path = f"{inner}/{entry.name}" if inner else entry.name
        is_directory = entry.is_dir(follow_symlinks=False)
        if rules and ignore.ignored(path, is_directory, rules):
            if is_directory or entry.name.lower().endswith(EXTENSIONS):
                yield Ignored(shown(below(directory, entry.name)))
            continue
        if is_directory:
            if entry.name in NOT_ENTERED:
                yield Ignored(shown(below(directory, entry.name)))
            elif entry.name not in NO_CONTENT:
                to_enter.append((entry.name, path))
        elif found := _look(entry, below(directory, entry.name), real):
            yield found
    return to_enter


def _is_loose(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry beside a Chart.yaml might be a manifest and is nothing that helm or its users put there."""
    lower = entry.name.lower()
    known = entry.name in _OF_A_CHART or lower.startswith("readme")
    known = known or (lower.startswith("values") and lower.endswith((".yaml", ".yml")))
    return lower.endswith(EXTENSIONS) and not known and not entry.is_dir(follow_symlinks=False)


def _entries(directory: str) -> list[os.DirEntry[str]]:
    """List a directory, sorted by name. Raises OSError."""
    with os.scandir(directory) as listing:
        return sorted(listing, key=lambda entry: entry.name)


def _rules_of(directory: str, inner: str, name: str) -> tuple[str, tuple[ignore.Pattern, ...]] | Unreadable:
    """Read the ignore file `name` of `directory`, which is `inner` seen from the walked root."""
    location = below(directory, name)
    data = read_regular(location, shown(location))
    if isinstance(data, Unreadable):
        return data
    return inner, ignore.parse(data.decode("utf-8", "surrogateescape"))


def _look(entry: os.DirEntry[str], location: str, real_directory: str) -> Found | Unreadable | Ignored | None:
    """Say what one entry that is not a directory is; None for what no manifest can be."""
    real = f"{real_directory}/{entry.name}"
    if entry.is_symlink():
        return Found("link", location, real)
    lower = entry.name.lower()
    if not lower.endswith((*EXTENSIONS, *snapshots.ENDINGS, ".tgz")):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return failure(location, error)
    if not stat.S_ISREG(status.st_mode):
        return refusal(location, status.st_mode)
    if lower.endswith(".tgz"):
        return _archive(location, real, status.st_size)
    if lower.endswith(snapshots.ENDINGS) and snapshots.looks_like_one(location):
        return Ignored(shown(location))  # The picture of a whole cluster, which is read by itself, when it is named.
    return Found("file", location, real, status.st_size) if lower.endswith(EXTENSIONS) else None


def _archive(location: str, real: str, size: int) -> Found | Unreadable | Ignored:
    """Say whether an archive is a packaged chart."""
    try:
        kind = archive.judge(location)
    except OSError as error:
        return failure(location, error)
    if kind == "unknown":
        return not_rendered(location, archive.UNJUDGED)
    return Found("chart", location, real, size) if kind == "chart" else Ignored(shown(location))


def follow(link: Found, roots: Collection[str]) -> Found | Unreadable | Ignored | None:
    """Decide about a link met in a walk; `roots` are the real paths of everything that a person named.

    A link to a manifest inside of them is that manifest under another name. A link to a directory inside is walked
    where it stands. One that leads out is refused where it would have been read, and so is a broken one.
    """
    might_be_read = link.location.lower().endswith(EXTENSIONS)
    try:
        target = os.path.realpath(link.location, strict=True)
        status = Path(target).stat()
    except OSError as error:
        # Editors leave broken links named `.#file` as locks (Emacs manual, "Interlocking").
        lock = Path(link.location).name.startswith(".#")
        if lock or not might_be_read:
            return None
        if error.errno == errno.ENOENT:
            return unreadable(link.location, "a symbolic link to what is not there: mend or delete the link")
        return failure(link.location, error)
    is_directory = stat.S_ISDIR(status.st_mode)
    if not any(inside(target, root) for root in roots):
        if not (might_be_read or is_directory):
            return None
        return unreadable(link.location, _LINK_OUT)
    if is_directory or not might_be_read:
        return None
    if not stat.S_ISREG(status.st_mode):
        return refusal(link.location, status.st_mode)
    if snapshots.looks_like_one(target):
        return Ignored(shown(link.location))
    return Found("file", link.location, target, status.st_size, loose=link.loose)


def inside(path: str, directory: str) -> bool:
    """Say whether the real path `path` is `directory` or below it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")
