"""Changes of rendered pages, for the proof alone: nobody sees the text, so it is written anew as JSON."""

import json
from collections.abc import Mapping, Sequence

from hardstand.model.finding import Edit
from hardstand.text.document import Document
from hardstand.text.editing import Refusal
from hardstand.text.patching import patched, same
from hardstand.text.reader import read


class RenderedEditor:
    """Changes what a page says, not how it is written; anchors are no hindrance, since nobody edits the text."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._documents = {part.index: part for part in read(data) if isinstance(part, Document)}

    def objection(self, document: int, edits: Sequence[Edit]) -> Refusal | None:
        """Why these edits do not fit."""
        there = self._documents.get(document)
        try:
            patched(there.value if there else None, edits)
        except (KeyError, IndexError, TypeError):
            return Refusal(document, there.line if there else 1, 1, "what was to be changed is not there")
        return None

    def edited(self, changes: Mapping[int, Sequence[Edit]]) -> bytes | Refusal:
        """The page with the changed documents written as JSON."""
        pieces, at, wanted = [], len(self._data), {}
        for index in sorted(changes, reverse=True):
            refusal = self.objection(index, changes[index])
            if refusal is not None:
                return refusal
            there = self._documents[index]
            wanted[index] = patched(there.value, changes[index])
            try:
                text = json.dumps(wanted[index]).encode() + b"\n"
            except RecursionError:
                return Refusal(index, there.line, 1, "the object is nested too deeply")
            pieces += [self._data[there.end : at], text]
            at = there.start
        data = b"".join(reversed([*pieces, self._data[:at]]))
        found = {part.index: part for part in read(data) if isinstance(part, Document)}
        for index, there in self._documents.items():
            if index not in found or not same(found[index].value, wanted.get(index, there.value)):
                return Refusal(index, there.line, 1, "the rendered text cannot be changed alone")
        return data
