"""One file from its bytes to its declaration, with the place of every mistake."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardstand.baseline.declared import Declared
from hardstand.baseline.shape import At, Flaw, Reader
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.path import Path, Value
from hardstand.text.document import Document, Fault
from hardstand.text.positions import Span, locate
from hardstand.text.reader import read

_LONGEST_KEY = 1_000
"""Characters of a key that are looked for in the text; a longer one is told at its value."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a baseline at its place; lines and columns are 1-based."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class BaselineError(ValueError):
    """The baseline cannot be used; `mistakes` has every one, in the order of the file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, mistakes)))


@dataclass(frozen=True, slots=True)
class Text:
    """A baseline's bytes, what they decode to, and what the file is called."""

    file: str
    data: bytes
    document: Document

    @property
    def value(self) -> Value:
        """What the bytes decode to."""
        return self.document.value

    def place(self, flaws: Iterable[Flaw]) -> list[Mistake]:
        """The flaws at their places, in the order of the file."""
        listed = list(dict.fromkeys(flaws))
        spans = locate(self.data, self.document, {flaw.path for flaw in listed})
        lines = self.data.decode("utf-8", "replace").splitlines() if any(flaw.on_key for flaw in listed) else []
        made = []
        for flaw in listed:
            span = spans[flaw.path]
            line, column = _of_key(lines, flaw.path, span) if flaw.on_key else _start(span)
            made.append(Mistake(self.file, line, column, flaw.message, flaw.hint))
        return sorted(made, key=lambda one: (one.line, one.column))

    def settle(self, declared: Sequence[At]) -> None:
        """Give declarations their places."""
        spans = locate(self.data, self.document, {at.path for at in declared})
        for at in declared:
            at.file = self.file
            at.line, at.column = _start(spans[at.path])


def text_of(file: str, data: bytes) -> Text:
    """Read the one document of a baseline; BaselineError where it cannot be read or is no mapping."""
    found = list(read(data))
    for part in found:
        if isinstance(part, Fault):
            raise BaselineError([Mistake(file, part.line, part.column, part.reason)])
    if len(found) > 1:
        second = found[1]
        raise BaselineError([Mistake(file, second.line, 1, "a baseline is one document", "remove what follows ---")])
    if not found or not isinstance(found[0], Document) or found[0].value is None:
        raise BaselineError([Mistake(file, 1, 1, "the baseline is empty", "`hardstand init PATH…` drafts one")])
    if not isinstance(found[0].value, dict):
        raise BaselineError(
            [Mistake(file, 1, 1, "a baseline is a mapping", "`hardstand explain --baseline` shows one")]
        )
    return Text(file, data, found[0])


def declared_in(text: Text, vocabulary: Vocabulary) -> tuple[Declared | None, list[Flaw]]:
    """What a file declares, and its flaws; None where it has any that keep it from being read."""
    reader = Reader(vocabulary)
    made = reader.read(Declared, text.value, ())
    text.settle(reader.declared)
    return made, reader.flaws


def _start(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _of_key(lines: Sequence[str], path: Path, span: Span) -> tuple[int, int]:
    """The place of the key that leads to the value at `path`: the nearest one of its name before the value."""
    if not path or span.depth < len(path):
        return _start(span)
    key = str(path[-1])
    if len(key) > _LONGEST_KEY:
        return _start(span)
    wanted = re.compile(rf"""(?<![^\s\-{{,?])(["']?)({re.escape(key)})\1\s*(?::|$)""")
    for number in range(span.line, 0, -1):
        text = lines[number - 1] if number <= len(lines) else ""
        found = list(wanted.finditer(text[: span.column - 1] if number == span.line else text))
        if found:
            return number, found[-1].start() + 1
    return _start(span)
