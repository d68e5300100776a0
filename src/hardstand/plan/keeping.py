"""What exceptions keep: a fix of one finding must not take away what another one is excepted for.

Who excepts `privileged: true` has decided that it stays, and a fix that removes it on its way to something else would
decide otherwise. Two things show it: an edit of what the excepted finding is about, and that the finding is gone once
the change is judged.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from hardstand.model.finding import Edit, Finding, Spot
from hardstand.model.known import place_of
from hardstand.model.path import Path, Value
from hardstand.model.root_causes import counts
from hardstand.model.verdict import Action, Verdict

Reading: TypeAlias = Callable[[int, int], Value]
"""The value of a document, by the number of its page and its own."""


def would_undo(one: Finding) -> str:
    """The reason that is given where a fix would end `one`, which is excepted."""
    return f"it would undo what the exception `{one.waiver}` keeps"


class Kept:
    """The faults of one run that exceptions waive."""

    def __init__(self, findings: Iterable[Finding], reading: Reading) -> None:
        self._reading = reading
        listed = list(findings)
        waived = self.undone(listed)
        self._ids = {one.id for one in waived}
        # Objects of one name in one file share their places, and not always their exceptions.
        self._places = {place_of(one) for one in waived} - {place_of(one) for one in listed if counts(one)}
        self._by_document: dict[tuple[int, int], list[tuple[Spot, Finding]]] = {}
        for one in waived:
            if one.spot is not None:
                self._by_document.setdefault((one.spot.page, one.spot.document), []).append((one.spot, one))

    def touched(self, page: int, document: int, edits: Sequence[Edit]) -> Finding | None:
        """The first excepted finding whose field these edits change, by their paths from the document's root."""
        for spot, one in self._by_document.get((page, document), ()):
            if any(self._touches(edit.path, spot) for edit in edits):
                return one
        return None

    def undone(self, ended: Iterable[Finding]) -> list[Finding]:
        """Those of `ended` that are excepted."""
        return [one for one in ended if one.action is Action.WAIVED and one.verdict is Verdict.FAIL]

    def uncovered(self, after: Iterable[Finding]) -> Iterator[Finding]:
        """Those of `after` that were excepted and are not any more, as where the exception's `while` ended."""
        return (one for one in after if counts(one) and (one.id in self._ids or place_of(one) in self._places))

    def _touches(self, path: Path, spot: Spot) -> bool:
        """Whether an edit at `path` is of the same field, of one above it, or of an item or part below it.

        A finding may be about a whole pod or object, where nothing in it could be mended any more: what is changed
        below a mapping is left to the proof.
        """
        shorter = min(len(path), len(spot.path))
        if path[:shorter] != spot.path[:shorter]:
            return False
        return len(path) <= len(spot.path) or isinstance(self._value(spot), list)

    def _value(self, spot: Spot) -> Value:
        node = self._reading(spot.page, spot.document)
        for step in spot.path:
            if isinstance(node, dict) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node
