"""Lines and columns as an editor counts them: a line ends at CR LF, CR or LF and nowhere else.

libyaml also breaks lines at U+0085, U+2028 and U+2029, so its own line numbers are not used: all places come from
offsets, counted in characters.
"""

import re
from array import array
from bisect import bisect_right
from functools import lru_cache
from typing import Final

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_LINE_END_BYTES: Final = re.compile(rb"\r\n|\r|\n")


class Lines:
    """Turns character offsets into `text` into (line, column), both 1-based, `text` itself starting on `first`."""

    __slots__ = ("_first", "_starts")

    def __init__(self, text: str, first: int) -> None:
        self._first = first
        if "\r" in text:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        else:
            starts = [0]
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            self._starts = starts

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of the character at `offset`; one past the end is allowed."""
        line = bisect_right(self._starts, offset)
        return self._first + line - 1, offset - self._starts[line - 1] + 1


def count_line_ends(data: bytes, start: int, end: int) -> int:
    """How many lines end in `data[start:end]`."""
    if data.find(b"\r", start, end) < 0:
        return data.count(b"\n", start, end)
    return sum(1 for _ in _LINE_END_BYTES.finditer(data, start, end))


def line_text(data: bytes, line: int) -> str:
    """The 1-based `line` of `data` without its line end; empty past the end. What is not UTF-8 shows as U+FFFD."""
    starts = _line_starts(data)
    if not 1 <= line <= len(starts):
        return ""
    start = starts[line - 1]
    end = starts[line] if line < len(starts) else len(data)
    return data[start:end].rstrip(b"\r\n").decode("utf-8", "replace")


@lru_cache(maxsize=1)
def _line_starts(data: bytes) -> "array[int]":
    # Excerpts are asked for page by page, many from each: remembering one page makes each a look-up.
    first = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    return array("Q", [first, *(end.end() for end in _LINE_END_BYTES.finditer(data, first))])
