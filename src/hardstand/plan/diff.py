"""Unified diffs that `git apply` takes, and that show no secret.

Format: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html. Context is left out where it
would show a hidden line; where a hidden line cannot be left out it is masked, and the diff is to be looked at only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hardstand.plan.alike import FEW, changes
from hardstand.plan.hiding import Hiding

_CONTEXT: Final = 3
_NO_NEWLINE: Final = "\\ No newline at end of file\n"
_NEEDS_QUOTES: Final = re.compile(r'[\x00-\x1f\x7f"\\]')


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes of one file as text."""

    text: str
    masked: bool
    """Something was hidden in it, so that it does not say what is in the file."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Old lines that went, new lines that came, and how many lines around them are shown."""

    old: tuple[int, int]
    new: tuple[int, int]
    before: int
    after: int


def unified(name: str, old: bytes, new: bytes, namespace: str = "default", lines: int = FEW) -> Diff:
    """The diff from `old` to `new` of the file called `name`, with the prefixes `a/` and `b/`.

    `lines`: as `alike.changes` takes it.
    """
    before, after = _lines(old), _lines(new)
    shown = Hiding(old, namespace).lines(before), Hiding(new, namespace).lines(after)
    hidden = {at for at, line in enumerate(before) if shown[0][at].encode() != line}
    hidden_new = {at for at, line in enumerate(after) if shown[1][at].encode() != line}
    blocks = list(_blocks(before, after, hidden, lines))
    pieces = [f"--- {_name('a/' + name)}\n+++ {_name('b/' + name)}\n"]
    masked = False
    for hunk in _joined(blocks):
        pieces.append(_hunk(hunk, shown))
        old_lines = range(hunk[0].old[0] - hunk[0].before, hunk[-1].old[1] + hunk[-1].after)
        new_lines = (at for block in hunk for at in range(*block.new))
        masked = masked or not hidden.isdisjoint(old_lines) or not hidden_new.isdisjoint(new_lines)
    return Diff("".join(pieces), masked)


def _lines(data: bytes) -> list[bytes]:
    """The lines as git counts them: they end at LF and nowhere else."""
    pieces = data.split(b"\n")
    return [line + b"\n" for line in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _blocks(before: Sequence[bytes], after: Sequence[bytes], hidden: set[int], lines: int) -> Iterator[_Block]:
    changed = list(changes(before, after, lines))
    for at, (start, end, new_start, new_end) in enumerate(changed):
        floor = changed[at - 1][1] if at else 0
        ceiling = changed[at + 1][0] if at + 1 < len(changed) else len(before)
        lead = 0
        while lead < _CONTEXT and start - lead > floor and start - lead - 1 not in hidden:
            lead += 1
        trail = 0
        while trail < _CONTEXT and end + trail < ceiling and end + trail not in hidden:
            trail += 1
        # git takes a hunk without a line behind it for the end of the file, and one that names line 1 for its start.
        trail = trail or min(1, ceiling - end)
        lead = lead or int(start == end == 1 and not trail and start > floor)
        yield _Block((start, end), (new_start, new_end), lead, trail)


def _joined(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Blocks in hunks: those whose context meets are one."""
    hunk: list[_Block] = []
    for block in blocks:
        if hunk and hunk[-1].old[1] + hunk[-1].after < block.old[0] - block.before:
            yield hunk
            hunk = []
        hunk.append(block)
    if hunk:
        yield hunk


def _hunk(blocks: Sequence[_Block], shown: tuple[Sequence[str], Sequence[str]]) -> str:
    first, last = blocks[0], blocks[-1]
    start, end = first.old[0] - first.before, last.old[1] + last.after
    new_start, new_end = first.new[0] - first.before, last.new[1] + last.after
    lines, at = [f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"], start
    for block in blocks:
        lines += [_line(" ", line) for line in shown[0][at : block.old[0]]]
        lines += [_line("-", line) for line in shown[0][slice(*block.old)]]
        lines += [_line("+", line) for line in shown[1][slice(*block.new)]]
        at = block.old[1]
    lines += [_line(" ", line) for line in shown[0][at:end]]
    return "".join(lines)


def _line(mark: str, text: str) -> str:
    return f"{mark}{text}" if text.endswith("\n") else f"{mark}{text}\n{_NO_NEWLINE}"


def _range(start: int, end: int) -> str:
    """`start,count`, counted from 1; an empty range names the line before it."""
    return f"{start + 1 if end > start else start},{end - start}"


def _name(path: str) -> str:
    """A path as git writes it: in quotes where it holds control characters, with a tab where it holds blanks."""
    if _NEEDS_QUOTES.search(path):
        return '"' + _NEEDS_QUOTES.sub(_escaped, path) + '"'
    return path + "\t" if " " in path else path


def _escaped(found: "re.Match[str]") -> str:
    mark = found[0]
    return "\\" + mark if mark in '"\\' else f"\\{ord(mark):03o}"
