"""The draft as text: values that mean what they say whatever is in them, and comments that stand in one line."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hardstand.text.scalars import plain

WIDTH = 116
_FURTHEST = 52
"""Comments stand no further to the right than this unless their line is longer."""

_NARROWEST = 40
"""What is explained has at least so much room in a line."""

_SAFE = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./@+-]*(?::[A-Za-z0-9][A-Za-z0-9_./-]*)*")
_MAGIC = re.compile(r"[*?\[]")
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def quoted(word: str) -> str:
    """A text as a YAML scalar that kubectl reads back as the same text."""
    if _SAFE.fullmatch(word) and plain(word) == word and any(map(str.isalpha, word)):
        return word  # Digits alone, as in a date, are quoted for those who read YAML by other rules.
    return '"' + "".join(_escaped(mark) for mark in word) + '"'


def _escaped(mark: str) -> str:
    if mark in '"\\':
        return "\\" + mark
    if unicodedata.category(mark) not in (*_INVISIBLE, "Zs") or mark == " ":
        return mark
    code = ord(mark)
    if 0xD800 <= code <= 0xDFFF:
        return "?"  # Half a character: no file can hold it. As a pattern it still fits the one it came from.
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def exactly(name: str) -> str:
    """A name as a pattern that fits it alone."""
    return _MAGIC.sub(lambda found: f"[{found[0]}]", name)


def said(text: str, longest: int = 90) -> str:
    """A text from the input for a comment: in one line, visible, and not too long; cut between words if it has some."""
    shown = "".join("\ufffd" if unicodedata.category(mark) in _INVISIBLE else mark for mark in text)
    if len(shown) <= longest:
        return shown
    words = shown[:longest].rpartition(" ")[0].rstrip(" ,;:")
    return f"{words} …" if len(words) > longest // 2 else shown[: longest - 1] + "…"


def several(words: Sequence[str], most: int = 3) -> str:
    """A few names for a comment, and how many more."""
    shown = ", ".join(said(one, 60) for one in words[:most])
    return shown + (f" and {len(words) - most} more" if len(words) > most else "")


def listing(words: Sequence[str]) -> str:
    """Names as a YAML value: one alone, or a list in one line."""
    shown = [quoted(one) for one in words]
    return shown[0] if len(shown) == 1 else f"[{', '.join(_in_flow(one) for one in shown)}]"


def _in_flow(word: str) -> str:
    return json.dumps(word) if ":" in word and not word.startswith('"') else word


@dataclass(slots=True)
class Page:
    """Lines being written; comments next to one another are aligned."""

    _lines: list[tuple[str, str]] = field(default_factory=list)
    _remarks: set[int] = field(default_factory=set)

    def add(self, line: str = "", comment: str = "") -> None:
        """Write a line, with a comment after it."""
        self._lines.append((line, said(comment, 200)))

    def remark(self, text: str, indent: int = 0) -> None:
        """Write a comment of its own: as many lines as the text needs."""
        for line in _wrapped(said(text, 2000), WIDTH - indent - 2):
            self._remark(line, indent)

    def table(self, rows: Sequence[Sequence[str]], indent: int = 0) -> None:
        """Write rows as comments, the cells one below the other; the last cell has as many lines as it needs."""
        widths = [max(len(said(row[at])) for row in rows) for at in range(len(rows[0]) - 1)] if rows else []
        for *cells, last in rows:
            start = "".join(f"  {said(cell).ljust(width)}" for cell, width in zip(cells, widths, strict=True))
            room = max(WIDTH - indent - 4 - len(start), _NARROWEST)
            for at, line in enumerate(_wrapped(said(last, 200), room)):
                self._remark(f"{' ' * len(start) if at else start}  {line}".rstrip(), indent)

    def _remark(self, line: str, indent: int) -> None:
        self._remarks.add(len(self._lines))
        self.add(" " * indent + "# " + line)

    def __str__(self) -> str:
        made: list[str] = []
        block: list[tuple[str, str]] = []
        for at, (line, comment) in enumerate(self._lines):
            if line and at not in self._remarks:
                block.append((line, comment))
                continue
            made += [*_aligned(block), line]
            block = []
        return "\n".join([*made, *_aligned(block)]).rstrip("\n") + "\n"


def _wrapped(text: str, room: int) -> Iterator[str]:
    """The text in lines of whole words."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


def _aligned(block: Sequence[tuple[str, str]]) -> list[str]:
    column = max((len(line) for line, comment in block if comment and len(line) <= _FURTHEST), default=0)
    return [f"{line.ljust(column)}  # {_cut(comment, line, column)}" if comment else line for line, comment in block]


def _cut(comment: str, line: str, column: int) -> str:
    return said(comment, max(40, WIDTH - max(column, len(line))))
