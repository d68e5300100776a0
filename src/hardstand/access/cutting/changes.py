"""The changes that take grants away: a subject out of a binding, or the binding where none would be left.

In files they are edits of what is written, everything else as it is, and read again before they are given away. Where
an object is rendered or lives in a cluster they are RFC 6902 operations, each behind a test that the subject still
stands where it stood.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from hardstand.analysis.rbac.grants import Grant
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject
from hardstand.model.finding import Edit
from hardstand.model.path import Value
from hardstand.text.document import Document
from hardstand.text.editing import PageEditor, Refusal
from hardstand.text.patching import patched, same
from hardstand.text.reader import read


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken out of one binding."""

    binding: KubeObject
    grants: tuple[Grant, ...]
    whole: bool
    """None of its subjects is left, and the binding goes with them."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The subjects' removal, by paths from the binding's root."""
        return tuple(Edit("remove", ("subjects", one.index)) for one in self.grants)

    @property
    def operations(self) -> tuple[dict[str, Value], ...]:
        """The same as RFC 6902 operations, from the last subject to the first, so that none moves another."""
        listed = cast("Sequence[Value]", self.binding.data["subjects"])
        found: list[dict[str, Value]] = []
        for one in sorted(self.grants, key=lambda grant: -grant.index):
            path = f"/subjects/{one.index}"
            found += [
                {"op": "test", "path": path, "value": listed[one.index]},
                {"op": "remove", "path": path},
            ]
        return tuple(found)


def removals(grants: Iterable[Grant]) -> list[Removal]:
    """What is to be done to each binding so that these grants are gone, in the order of the bindings' keys."""
    by_binding: dict[KubeObject, list[Grant]] = defaultdict(list)
    for one in grants:
        by_binding[one.binding].append(one)
    found = [
        Removal(binding, tuple(sorted(gone, key=lambda grant: grant.index)), len(gone) == _subjects(binding))
        for binding, gone in by_binding.items()
    ]
    return sorted(found, key=lambda one: (one.binding.key, one.binding.origin.file, one.binding.origin.document))


def picture_without(neighbours: Neighbours, done: Iterable[Removal]) -> Neighbours:
    """The picture with the changes made in it."""
    changed: dict[KubeObject, KubeObject | None] = {}
    for one in done:
        data = cast("Mapping[str, Value]", patched(dict(one.binding.data), one.edits))
        changed[one.binding] = None if one.whole else replace(one.binding, data=data)
    return neighbours.with_changed(changed)


def edited(data: bytes, done: Sequence[Removal]) -> bytes | Refusal:
    """The bytes of a file with the changes made to the bindings in it, or why they cannot be."""
    edits: dict[int, list[Edit]] = defaultdict(list)
    dropped: set[int] = set()
    for one in done:
        origin = one.binding.origin
        if one.whole and not origin.prefix:
            dropped.add(origin.document)
        elif one.whole:
            edits[origin.document].append(Edit("remove", origin.prefix))
        else:
            edits[origin.document] += one.binding.document_edits(one.edits) or ()
    made = PageEditor(data).edited(edits) if edits else data
    return made if isinstance(made, Refusal) else _without(made, dropped)


def _without(data: bytes, dropped: set[int]) -> bytes | Refusal:
    """The page without some of its documents."""
    documents = [one for one in read(data) if isinstance(one, Document)]
    made = data
    for one in reversed([document for document in documents if document.index in dropped]):
        made = made[: _from(made, one.start)] + made[one.end :]
    left = [one.value for one in documents if one.index not in dropped]
    now = [one.value for one in read(made) if isinstance(one, Document)]
    if len(left) != len(now) or not all(map(same, left, now)):
        first = min(dropped)
        line = next(one.line for one in documents if one.index == first)
        return Refusal(first, line, 1, "the document cannot be taken out of its file; delete it by hand")
    return made


def _from(data: bytes, start: int) -> int:
    """Where a document begins with the line before it that parts it from the one before."""
    line = data.rfind(b"\n", 0, max(0, start - 1)) + 1
    return line if start and data[line:start].startswith(b"---") else start


def _subjects(binding: KubeObject) -> int:
    listed = binding.data.get("subjects")
    return len(listed) if isinstance(listed, list) else 0
