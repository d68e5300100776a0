"""The pod that a service becomes, as it grows: each field with where it is written and how an edit of it is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.inventory.written import Written
from hardstand.model.finding import Edit
from hardstand.model.path import Path
from hardstand.model.unfit import Unfit

SPEC: Path = ("spec",)
CONTAINER: Path = ("spec", "containers", 0)
CONTEXT: Path = (*CONTAINER, "securityContext")
SHARED: Path = ("spec", "securityContext")

Fields = dict[str, Any]
"""Part of the pod. Where a value cannot be told an Unfit stands, which is no Value: views turn it into an unknown."""


@dataclass(slots=True)
class Folding:
    """A pod in the making. `unknown` stands for every field that is not written here when another file may write it."""

    service: Part
    unknown: Unfit | None
    spec: Fields = field(default_factory=dict)
    container: Fields = field(default_factory=dict)
    context: Fields = field(default_factory=dict)
    shared: Fields = field(default_factory=dict)
    written: Written = field(default_factory=Written)

    def own(self, *steps: str | int) -> Path:
        """The path in the document of a field of the service itself, whatever it extends."""
        return (*self.service.path, *steps)

    def owns(self, part: Part) -> bool:
        """Tell whether a value is written in the service itself, and not in one that it extends."""
        return part.path[: len(self.service.path)] == self.service.path

    def read(self, key: str, read: Callable[[Part], Any]) -> Any:
        """What `read` makes of a field of the service; None when it is absent, Unfit when it cannot be told."""
        try:
            part = self.service.entry(key)
            return self.unknown if part is None else read(part)
        except MisfitError as error:
            return error.unfit

    def locate(self, path: Path, key: str, *, same: bool = False) -> None:
        """Say that the field at `path` is the service's `key`; `same` when it has the same values."""
        part = self.service.entries().get(key)
        self.written.places[path] = self.own(key) if part is None or part.empty else part.path
        if same and (part is None or part.path == self.own(key)):
            self.written.same[path] = self.own(key)

    def rest(self, where: Path, known: int, unfit: list[Unfit]) -> list[Unfit]:
        """One item for all that the list at `where` may hold besides the `known` ones."""
        first = next(iter([*unfit, *([self.unknown] if self.unknown is not None else [])]), None)
        if first is None:
            return []
        if unfit:
            self.written.places[(*where, known)] = first.place
        return [first]

    def swap(self, op: str, path: Path, *edits: Edit) -> None:
        """Say which edits of the document stand for an edit of the pod. They must be of the service itself."""
        if all(edit.path[: len(self.service.path)] == self.service.path for edit in edits):
            self.written.swaps[op, path] = edits
