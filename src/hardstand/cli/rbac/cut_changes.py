"""The changes of a cut as people make them: diffs of files, commands for a cluster, patches for what is rendered."""

import os
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardstand.access.cutting.changes import Removal, edited
from hardstand.engine.findings import Page
from hardstand.inventory.objects import KubeObject
from hardstand.model.kind import group_of
from hardstand.model.path import Value
from hardstand.plan.alike import MANY
from hardstand.plan.diff import unified
from hardstand.plan.interface import Patched
from hardstand.plan.live_patches import CLUSTER, commands
from hardstand.plan.patches import kustomizations
from hardstand.plan.source import Source
from hardstand.report.safe import plain
from hardstand.text.document import Document
from hardstand.text.editing import Refusal
from hardstand.text.reader import read
from hardstand.wiring.surveying import Surveyed


@dataclass(slots=True)
class Changes:
    """What is to be done, by how it is done."""

    diffs: dict[str, str] = field(default_factory=dict)
    """By file. `git apply` takes them."""
    emptied: list[str] = field(default_factory=list)
    """Files in which nothing is left."""
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
        parts += [f"# nothing is left in {plain(name)}: delete it\n" for name in self.emptied]
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
    diff = unified(_name(page.name), page.data, data, namespace, MANY)
    made.diffs[page.name] = diff.text
    if diff.masked:
        made.by_hand.append((page.name, "secrets are hidden in its diff, which `git apply` cannot take"))
    if not any(isinstance(one, Document) for one in read(data)):
        made.emptied.append(page.name)


def _patched(one: Removal, page: Page) -> Patched:
    """No such patch takes an object away: where no subject is left, the list of them goes, and nobody has anything."""
    operations: tuple[dict[str, Value], ...] = ({"op": "remove", "path": "/subjects"},) if one.whole else one.operations
    source = Source(page.name, page.data, None, page.rendered_from, page.rendered_by)
    metadata = one.binding.data.get("metadata")
    own = metadata.get("namespace") if isinstance(metadata, dict) else None
    return Patched(source, one.binding.ref, own if isinstance(own, str) else None, operations)


def _script(live: Sequence[Removal], cluster: str) -> str:
    if not live:
        return ""
    source = Source(cluster, b"", None, cluster, CLUSTER)
    partly = [Patched(source, one.binding.ref, one.binding.namespace, one.operations) for one in live if not one.whole]
    return commands(cluster, partly) + "".join(f"{_deletion(one.binding)}\n" for one in live if one.whole)


def _deletion(binding: KubeObject) -> str:
    group = group_of(binding.api_version)
    words = ["kubectl", *([f"--namespace={binding.namespace}"] if binding.namespace else [])]
    return shlex.join([*words, "delete", f"{binding.kind.name.lower()}.{group}/{binding.name}"])


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
