"""The ignore files of a tree, and what they say as one list from its top, as a baseline has it."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from hardstand.sources.ignore import Pattern, Rules, ignored, parse
from hardstand.sources.interface import ReadOptions
from hardstand.sources.names import below, shown, tidy
from hardstand.sources.reading import read_regular
from hardstand.sources.walk import NO_CONTENT, NOT_ENTERED

_MAGIC = re.compile(r"[*?\[\\]")


def ignore_files(paths: Iterable[str], options: ReadOptions) -> Mapping[str, Sequence[str]]:
    """The ignore files that a scan of `paths` heeds, each with its patterns, written from the directory that is named.

    One that cannot be read has none. Directories that are left out are not looked into, as in a scan.
    """
    found: dict[str, Sequence[str]] = {}
    for root in map(tidy, paths):
        if Path(root).is_dir():
            found.update(_below(root, "", (), options.ignore_file))
    return found


def _below(directory: str, inner: str, rules: Rules, name: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Walked as a scan walks: what cannot be listed is told there."""
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return
    if any(entry.name == name for entry in entries):
        location = below(directory, name)
        data = read_regular(location, shown(location))
        patterns = parse(data.decode("utf-8", "surrogateescape")) if isinstance(data, bytes) else ()
        rules = (*rules, (inner, patterns))
        yield shown(location), [written(one, inner) for one in patterns]
    for entry in entries:
        path = f"{inner}/{entry.name}" if inner else entry.name
        entered = entry.is_dir(follow_symlinks=False) and entry.name not in NO_CONTENT | NOT_ENTERED
        if entered and not (rules and ignored(path, True, rules)):
            yield from _below(below(directory, entry.name), path, rules, name)


def written(pattern: Pattern, inner: str) -> str:
    """A pattern of the ignore file in the directory `inner`, as it is written at the top of the tree."""
    steps = pattern.segments
    if inner:
        literal = [_MAGIC.sub(lambda found: f"\\{found[0]}", one) for one in inner.split("/")]
        text = "/".join([*literal, *steps])
    elif len(steps) == 2 and steps[0] == "**":
        text = steps[1]
    else:
        text = "/".join(steps) if len(steps) > 1 else f"/{steps[0]}"
    return ("!" if pattern.negated else "") + text + ("/" if pattern.directories_only else "")
