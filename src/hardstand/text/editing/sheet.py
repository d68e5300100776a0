"""A document's text with its tree, and the habits of whoever wrote it: indentation, line ends, quotes, dashes."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hardstand.text.editing.tree import Branch, Kind, tree_of
from hardstand.text.lines import Lines

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_MAY_COMMENT: Final = re.compile(r"(?<![^ \t\r\n])#")
_BLANK: Final = " \t"


class CannotEdit(Exception):  # noqa: N818 (it is not an error of ours but a property of the text)
    """An edit cannot be written: `reason` says why, `offset` where, in characters from the start of the text."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Splice:
    """`text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


class Sheet:
    """The text of one document that has been read without a fault. Problem when libyaml cannot follow it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root, self.json = tree_of(text)

    def place(self, offset: int, first: int) -> tuple[int, int]:
        """The line and column of an offset, the text itself starting on line `first`."""
        return Lines(self.text, first).place(offset)

    def line_start(self, at: int) -> int:
        """Where the line of `at` starts."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """Where the line of `at` ends, its line end excluded."""
        found = _LINE_END.search(self.text, at)
        return found.start() if found else len(self.text)

    def next_line(self, at: int) -> int:
        """Where the line after that of `at` starts."""
        found = _LINE_END.search(self.text, at)
        return found.end() if found else len(self.text)

    def behind(self, end: int) -> int:
        """Where a new line can follow what ends at `end`: at the end of its line, or at `end` if it ends with one."""
        return end if self.ends_line(end) else self.line_end(end)

    def ends_line(self, end: int) -> bool:
        """Whether what ends at `end` has taken its line end along, as a `|+` scalar does."""
        return end > 0 and self.text[end - 1] in "\r\n"

    def column(self, at: int) -> int:
        """How many characters stand before `at` on its line."""
        return at - self.line_start(at)

    def first_on_line(self, at: int) -> bool:
        """Whether only blanks stand before `at` on its line."""
        return not self.text[self.line_start(at) : at].strip(_BLANK)

    def one_line(self, start: int, end: int) -> bool:
        """Whether no line ends between the two."""
        return _LINE_END.search(self.text, start, end) is None

    def comment_or_nothing(self, at: int) -> bool:
        """Whether only blanks and a comment follow on the line of `at`."""
        rest = self.text[at : self.line_end(at)].strip(_BLANK)
        return not rest or rest.startswith("#")

    def comment_in(self, start: int, end: int) -> bool:
        """Whether a comment starts between the two."""
        return any(not self._in_token(found.start()) for found in _MAY_COMMENT.finditer(self.text, start, end))

    def _in_token(self, at: int) -> bool:
        found = bisect_right(self._tokens, at, key=lambda token: token[0])
        return found > 0 and at < self._tokens[found - 1][1]

    @cached_property
    def _tokens(self) -> list[tuple[int, int]]:
        """From where to where keys and scalars stand."""
        found = []
        for branch in self.branches():
            if branch.kind is Kind.SCALAR:
                found.append((branch.inner, branch.end))
            found += [(entry.start, entry.after) for entry in branch.entries if entry.key and entry.after]
        return sorted(found)

    @cached_property
    def newline(self) -> str:
        """The line end that the document uses."""
        found = _LINE_END.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def spaced(self) -> bool:
        """Whether blanks follow colons and commas; compact JSON has none."""
        for branch in self.branches():
            for entry in branch.entries if branch.kind is Kind.MAPPING else ():
                if entry.after is not None:
                    return self.text[entry.after : entry.after + 1].isspace()
        return True

    def step(self, near: Branch) -> int:
        """By how many columns a mapping is indented below its key, as `near` does it, or the first that does."""
        return next(self._steps([near]), None) or next(self._steps(self.branches()), 2)

    def dash(self, near: Branch) -> int:
        """By how many columns a list is indented below its key, as `near` does it, or the first that does."""
        inside = next(self._dashes([near]), None)
        return next(self._dashes(self.branches()), 0) if inside is None else inside

    def _steps(self, branches: "Iterator[Branch] | list[Branch]") -> Iterator[int]:
        for branch in branches:
            for entry in branch.entries if branch.kind is Kind.MAPPING and branch.block else ():
                if entry.value.block and entry.value.kind is Kind.MAPPING and self.first_on_line(entry.value.inner):
                    yield self.column(entry.value.inner) - self.column(entry.start)

    def _dashes(self, branches: "Iterator[Branch] | list[Branch]") -> Iterator[int]:
        for branch in branches:
            for entry in branch.entries if branch.kind is Kind.MAPPING and branch.block else ():
                if entry.value.block and entry.value.kind is Kind.SEQUENCE and self.first_on_line(entry.value.inner):
                    yield self.column(entry.value.inner) - self.column(entry.start)

    def branches(self) -> Iterator[Branch]:
        """Every branch of the tree, parents before children."""
        waiting = [self.root]
        while waiting:
            branch = waiting.pop()
            yield branch
            waiting.extend(entry.value for entry in reversed(branch.entries))

    def spliced(self, splices: list[Splice]) -> str:
        """The text with all splices made. CannotEdit when two of them meet."""
        pieces, at = [], len(self.text)
        numbered = sorted(enumerate(splices), key=lambda one: (one[1].start, one[1].end, one[0]), reverse=True)
        for _, splice in numbered:
            if splice.end > at:
                raise CannotEdit(splice.start, "two changes meet here")
            pieces += [self.text[splice.end : at], splice.text]
            at = splice.start
        pieces.append(self.text[:at])
        return "".join(reversed(pieces))
