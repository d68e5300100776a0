"""How the file says what a folded object says: the way from fields of the pod to those that a person wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hardstand.model.compact import Compact
from hardstand.model.finding import Edit
from hardstand.model.path import Path


@dataclass(frozen=True, slots=True)
class Written(Compact):
    """The document's side of a folded object. All paths of the document start at its root."""

    places: dict[Path, Path] = field(default_factory=dict)
    """Where each field stands, or where it would have to be written."""
    same: dict[Path, Path] = field(default_factory=dict)
    """Fields with an exact counterpart: what an edit does to one, it does to the other."""
    swaps: dict[tuple[str, Path], tuple[Edit, ...]] = field(default_factory=dict)
    """Edits that another edit of the document stands for, by their kind and path."""

    def place(self, path: Path) -> Path:
        """Where a person finds, or would write, the field at `path`: its own place, or that of what it belongs to."""
        for depth in range(len(path), -1, -1):
            found = self.places.get(path[:depth])
            if found is not None:
                return found
        return ()

    def edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...] | None:
        """The same edits on the document, or None where one of them has no counterpart there."""
        made: list[Edit] = []
        for edit in edits:
            if (edit.op, edit.path) in self.swaps:
                made += self.swaps[edit.op, edit.path]
            elif edit.path in self.same:
                made.append(Edit(edit.op, self.same[edit.path], edit.value))
            else:
                return None
        return tuple(made)
