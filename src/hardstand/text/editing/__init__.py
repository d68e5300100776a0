"""Edits of YAML and JSON that leave everything else as it is, byte for byte: comments, order, quotes, line ends.

What is written is read again before it is given away: the document must be exactly `patched(value, edits)`, and all
others on the page must be as they were. What cannot be done exactly is refused, never guessed.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from yaml.error import YAMLError

from hardstand.model.finding import Edit
from hardstand.text.document import Document, Fault
from hardstand.text.editing.document import edited_text, planned
from hardstand.text.editing.sheet import CannotEdit, Sheet
from hardstand.text.editing.way import Misfit
from hardstand.text.lines import Lines
from hardstand.text.patching import patched, same
from hardstand.text.problem import Problem
from hardstand.text.reader import read

__all__ = ["PageEditor", "Refusal", "edit"]

_INEXACT = "the change cannot be written here without changing more than it should; make it by hand"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edit was not made, and where in the page: one sentence, with the remedy."""

    document: int
    line: int
    column: int
    reason: str


def edit(data: bytes, document: Document, edits: Sequence[Edit]) -> bytes | Refusal:
    """The bytes of the page `data` with the edits made in its `document`, or why not.

    All paths start at the document's root and name places in the document as it is. Nothing is raised for bad edits.
    """
    return PageEditor(data).edited({document.index: edits})


class PageEditor:
    """One page to edit. Trees of documents are made when asked for, and kept."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parts = list(read(data))
        self._documents = {part.index: part for part in self._parts if isinstance(part, Document)}
        self._sheets: dict[int, Sheet] = {}

    def objection(self, document: int, edits: Sequence[Edit]) -> Refusal | None:
        """Why these edits cannot be made, as far as that shows without making them."""
        there = self._documents.get(document)
        if there is None:
            return Refusal(document, 1, 1, "the document is not there any more")
        try:
            patched(there.value, edits)
            sheet = self._sheet(there)
            for one in edits:
                with suppress(Misfit):  # They fit together, as `patched` has shown.
                    planned(sheet, one, there.line)
        except CannotEdit as refused:
            return self._refusal(there, refused)
        except Problem as problem:
            return self._refusal(there, problem)
        except (KeyError, IndexError, TypeError):
            return Refusal(document, there.line, 1, "what was to be changed is not there")
        return None

    def edited(self, changes: Mapping[int, Sequence[Edit]]) -> bytes | Refusal:
        """The page with the edits made, by the index of their document, or why one of them cannot be made."""
        pieces, at = [], len(self._data)
        for document in sorted(changes, reverse=True):
            refusal = self.objection(document, changes[document])
            if refusal is not None:
                return refusal
            there = self._documents[document]
            try:
                text = edited_text(self._text(there), changes[document], there.line)
            except (CannotEdit, Problem) as refused:
                return self._refusal(there, refused)
            except YAMLError:  # Halfway through, the text was none any more: as with keys that stand behind `?`.
                reason = "it is written in a way that cannot be changed piece by piece; change it by hand"
                return Refusal(document, there.line, 1, reason)
            pieces += [self._data[there.end : at], text.encode()]
            at = there.start
        pieces.append(self._data[:at])
        data = b"".join(reversed(pieces))
        return self._wrong(data, changes) or data

    def _wrong(self, data: bytes, changes: Mapping[int, Sequence[Edit]]) -> Refusal | None:
        """The refusal if what was written does not say what it should."""
        after = list(read(data))
        for at, before in enumerate(self._parts):
            now = after[at] if at < len(after) else None
            if isinstance(before, Fault):
                if isinstance(now, Fault) and now.reason == before.reason:
                    continue
                return Refusal(min(changes), before.line, before.column, _INEXACT)
            edits = changes.get(before.index, ())
            if not isinstance(now, Document) or not same(now.value, patched(before.value, edits)):
                culprit = before.index if edits else min(changes)
                return Refusal(culprit, before.line, 1, _INEXACT)
        if len(after) > len(self._parts):
            return Refusal(min(changes), 1, 1, _INEXACT)
        return None

    def _text(self, document: Document) -> str:
        return self._data[document.start : document.end].decode()

    def _sheet(self, document: Document) -> Sheet:
        if document.index not in self._sheets:
            self._sheets[document.index] = Sheet(self._text(document))
        return self._sheets[document.index]

    def _refusal(self, document: Document, refused: CannotEdit | Problem) -> Refusal:
        line, column = Lines(self._text(document), document.line).place(refused.offset)
        return Refusal(document.index, line, column, refused.reason)
