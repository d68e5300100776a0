"""The changes of a cut as people make them: diffs of files, commands for a cluster, patches for what is rendered."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardstand.access.cutting.changes import Removal, edited
from hardstand.engine.findings import Page
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.rbac import Binding
from hardstand.plan.alike import MANY
from hardstand.plan.diff import removed, unified
from hardstand.plan.interface import Patched
from hardstand.plan.live_deletions import deletion
from hardstand.plan.live_patches import CLUSTER, commands
from hardstand.plan.patches import kustomizations
from hardstand.plan.source import Source
from hardstand.report.safe import plain
from hardstand.text.document import Document
from hardstand.text.editing import Refusal
from hardstand.text.reader import read
from hardstand.wiring.surveying import Surveyed

CHANGES_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Binding, ("metadata.uid", "metadata.resourceVersion")),
)
"""What must be among the neighbours besides, so that a binding can be told from what it has become."""

_FAILING = "# Where one fails (`invalid`, `Conflict`), its binding has changed since it was read: look again first.\n"
_NAMED = "take it out of what names it, such as a kustomization"


@dataclass(slots=True)
class Changes:
    """What is to be done, by how it is done."""

    diffs: dict[str, str] = field(default_factory=dict)
    """By file. `git apply` takes them."""
    emptied: list[str] = field(default_factory=list)
    """Files in which nothing is left; their diffs delete them."""
    commands: str = ""
    """A script for the cluster; empty where none is meant."""
    patches: dict[str, str] = field(default_factory=dict)
    """For what a chart or kustomization renders, by its name: a kustomization."""
    by_hand: list[tuple[str, str]] = field(default_factory=list)
    """What cannot be written, and why."""

    def as_object(self) -> Mapping[str, Any]:
        """As JSON has it."""
        return {
            "diffs": [{"file": name, "diff": text} for name, text in self.diffs.items()],
            "emptied": self.emptied,
            "commands": self.commands.splitlines(),
            "kustomizations": [{"of": root, "text": text} for root, text in self.patches.items()],
            "by_hand": [{"what": what, "reason": reason} for what, reason in self.by_hand],
        }

    def as_text(self) -> str:
        """As people read it, below the answer."""
        parts = [_printable(text) for text in self.diffs.values()]
        parts += [f"# {plain(name)} goes as a whole: {_NAMED}\n" for name in self.emptied]
        parts += [self.commands] if self.commands else []
        parts += [f"# for {plain(root)}\n{text}" for root, text in self.patches.items()]
        parts += [f"# by hand: {plain(what)}: {plain(reason)}\n" for what, reason in self.by_hand]
        return "".join(f"\n{part}" for part in parts)


def changes_of(removals: Sequence[Removal], found: Surveyed, namespace: str) -> Changes:
    """The changes that make these removals, in what was read; `namespace` is where objects without one land."""
    made = Changes()
    files: dict[str, list[Removal]] = defaultdict(list)
    rendered, live = list[Patched](), list[Removal]()
    for one in removals:
        origin = one.binding.origin
        page = found.pages.get(origin.file)
        if page is None or page.live:
            live.append(one)
        elif origin.rendered_from is not None:
            rendered.append(_patched(one, page))
        else:
            files[origin.file].append(one)
    for name, here in files.items():
        _edit(made, found.pages[name], here, namespace)
    made.patches = dict(kustomizations(rendered))
    made.commands = _script(live, found.cluster or CLUSTER)
    return made


def _edit(made: Changes, page: Page, here: Sequence[Removal], namespace: str) -> None:
    data = edited(page.data, here)
    if isinstance(data, Refusal):
        made.by_hand += [(f"{page.name}:{data.line}:{data.column}: {one.binding.ref}", data.reason) for one in here]
        return
    if any(isinstance(one, Document) for one in read(data)):
        diff = unified(_name(page.name), page.data, data, namespace, MANY)
    else:
        diff = removed(_name(page.name), page.data, namespace, executable=os.access(page.name, os.X_OK))
        made.emptied.append(page.name)
    made.diffs[page.name] = diff.text
    if diff.masked:
        made.by_hand.append((page.name, "secrets are hidden in its diff, which `git apply` cannot take"))


def _patched(one: Removal, page: Page) -> Patched:
    """No such patch takes an object away: where no subject is left, the list of them goes, and nobody has anything."""
    operations = one.emptying if one.whole else one.operations
    source = Source(page.name, page.data, None, page.rendered_from, page.rendered_by)
    metadata = one.binding.data.get("metadata")
    own = metadata.get("namespace") if isinstance(metadata, dict) else None
    return Patched(source, one.binding.ref, own if isinstance(own, str) else None, operations)


def _script(live: Sequence[Removal], cluster: str) -> str:
    """Deletions come last, each of them on its own condition; where none can be set, the subjects go and no binding."""
    if not live:
        return ""
    source = Source(cluster, b"", None, cluster, CLUSTER)
    patches, deletions = list[Patched](), list[str]()
    for one in live:
        ref, namespace = one.binding.ref, one.binding.namespace
        gone = deletion(ref, one.binding.data) if one.whole else None
        if gone is not None:
            deletions.append(gone)
        else:
            patches.append(Patched(source, ref, namespace, one.emptying if one.whole else one.operations))
    return commands(cluster, patches) + _FAILING + "".join(f"{line}\n" for line in deletions)


def _name(name: str) -> str:
    """The file's path from the working directory, where it lies below it."""
    absolute = os.path.normpath(Path(name).absolute())
    below = os.path.relpath(absolute)
    return absolute.lstrip("/") if below.startswith("..") else below


def _printable(text: str) -> str:
    """A diff without what could steer a terminal; tabs and the CR of a line end stay, for `git apply`."""
    found = []
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        found.append("\t".join(plain(part) for part in body.split("\t")) + line[len(body) :])
    return "".join(found)
