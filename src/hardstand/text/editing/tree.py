"""A document as it is written: what stands where, behind which anchor, in which style.

`nodes` gives places of what a document means, merged and shared alike. Whoever edits needs the text's own structure:
keys and dashes, what is an alias, and who else uses an anchor.
"""

import re
from enum import Enum
from typing import Any, Final

from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from hardstand.text.json_events import events
from hardstand.text.problem import Problem
from hardstand.text.scalars import MERGE_TAG, STANDARD, as_key, plain, tagged

_BLANK: Final = " \t\r\n"
_TO_DASH: Final = re.compile("(?:[ \t\r\n\x85\u2028\u2029]|#[^\r\n]*)*-")
_PROPERTIES: Final = re.compile(r"(?:[&!][^ \t\r\n]*[ \t\r\n]*)*")
_STARTS: Final = (MappingStartEvent, SequenceStartEvent)
_ENDS: Final = (MappingEndEvent, SequenceEndEvent)


class Kind(Enum):
    """What a branch is."""

    MAPPING = "a mapping"
    SEQUENCE = "a list"
    SCALAR = "a scalar"
    ALIAS = "an alias"


class Branch:
    """One value as it is written. Offsets are in characters from the start of the document's text."""

    __slots__ = ("anchor", "end", "entries", "flow", "inner", "kind", "null", "start", "style", "target", "uses")

    def __init__(self, kind: Kind, start: int, inner: int, end: int, *, flow: bool = False, style: str = "") -> None:
        self.kind = kind
        self.start = start
        """Where it starts, anchor and tag included."""
        self.inner = inner
        """Where its own text starts: its first key, dash, bracket or letter."""
        self.end = end
        """Just past its last character; trailing blanks and comments do not belong to it."""
        self.flow = flow
        self.style = style
        """How a scalar is written: empty for plain, `'`, `"`, `|` or `>`."""
        self.null = False
        self.anchor: str | None = None
        self.target: Branch | None = None
        """What an alias stands for."""
        self.uses: list[int] = []
        """Where aliases stand for it."""
        self.entries: list[Entry] = []

    @property
    def absent(self) -> bool:
        """Nothing is written: a key or a dash with nothing behind it."""
        return self.kind is Kind.SCALAR and self.inner == self.end and not self.style

    @property
    def block(self) -> bool:
        """A mapping or a list in block style."""
        return self.kind in (Kind.MAPPING, Kind.SEQUENCE) and not self.flow


class Entry:
    """A key with its value, or an item of a list."""

    __slots__ = ("after", "key", "start", "value")

    def __init__(self, key: str | None, start: int, after: int | None) -> None:
        self.key = key
        """None for the items of a list, and for a merge."""
        self.start = start
        """Where the key, the dash or the item of a flow list starts."""
        self.after = after
        """Just past the colon or the dash; None where there is none."""
        self.value: Branch

    def child(self, value: Branch) -> None:
        """Take the value."""
        self.value = value


def tree_of(text: str) -> tuple[Branch, bool]:
    """The root of a document that has been read without a fault, and whether it is JSON. Raises Problem."""
    if text.lstrip(_BLANK)[:1] in ("{", "["):
        try:
            return _json_tree(text), True
        except Problem:
            pass
    return _YamlTree(text).run(), False


def _json_tree(text: str) -> Branch:
    top = Branch(Kind.SEQUENCE, 0, 0, 0)
    open_branches = [top]
    key: Entry | None = None
    for kind, start, end, value in events(text, 0):
        if kind == "end":
            open_branches.pop().end = end
            continue
        if kind == "key":
            key = Entry(str(value), start, text.index(":", end) + 1)
            continue
        entry = key or Entry(None, start, None)
        key = None
        named = {"mapping": Kind.MAPPING, "list": Kind.SEQUENCE}.get(kind, Kind.SCALAR)
        quoted = '"' if isinstance(value, str) else ""
        entry.value = Branch(named, start, start, end, flow=named is not Kind.SCALAR, style=quoted)
        entry.value.null = named is Kind.SCALAR and value is None
        open_branches[-1].entries.append(entry)
        if named is not Kind.SCALAR:
            open_branches.append(entry.value)
    return top.entries[0].value


class _YamlTree:
    """Follows libyaml's events and keeps what is written where."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, Branch] = {}
        self.keys: dict[str, str] = {}
        """The key that an anchored scalar stands for, since an alias can be a key."""
        self.here = Branch(Kind.SEQUENCE, 0, 0, 0, flow=True)
        self.entry: Entry | None = None
        """The entry of `here` that waits for its value."""
        self.frames: list[tuple[Branch, Entry | None]] = []
        self.last = 0
        """Where the last token of interest ended."""

    def run(self) -> Branch:
        """The root of the one document."""
        event: Any
        for event in iter(CParser(self.text).get_event, None):
            kind = type(event)
            if kind in _STARTS:
                self._open(event, kind)
            elif kind in _ENDS:
                self._close(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is ScalarEvent:
                self._scalar(event)
        return self.here.entries[0].value

    def _awaits_key(self) -> bool:
        return self.here.kind is Kind.MAPPING and self.entry is None

    def _put(self, value: Branch, event: Any) -> None:
        """Make `value` the next value of the branch that is open."""
        entry = self.entry or self._item(value)
        entry.child(value)
        self.here.entries.append(entry)
        self.entry = None
        value.anchor = event.anchor if value.kind is not Kind.ALIAS else None
        if value.anchor is not None:
            self.anchors[value.anchor] = value

    def _item(self, value: Branch) -> Entry:
        if self.here.flow:
            return Entry(None, value.start, None)
        dash = _TO_DASH.match(self.text, self.last if self.here.entries else self.here.inner)
        if dash is None:
            raise Problem(value.start, "the dash of this item was not found")
        if value.absent:
            value.start = value.inner = value.end = max(dash.end(), value.start if value.start != value.end else 0)
        return Entry(None, dash.end() - 1, dash.end())

    def _open(self, event: Any, kind: type) -> None:
        start, after = event.start_mark.index, event.end_mark.index
        named = Kind.MAPPING if kind is MappingStartEvent else Kind.SEQUENCE
        flow = bool(event.flow_style)
        if flow:
            inner = after - 1
        elif named is Kind.SEQUENCE:
            # libyaml opens a list at its dash, or behind it where the list is not indented.
            inner = after if self.text[after : after + 1] == "-" else after - 1
        else:
            inner = after
        branch = Branch(named, start, inner, after, flow=flow)
        self._put(branch, event)
        self.frames.append((self.here, self.entry))
        self.here, self.entry = branch, None
        self.last = after if flow else inner

    def _close(self, event: Any) -> None:
        branch = self.here
        if branch.flow:
            branch.end = event.end_mark.index
        else:
            branch.end = max(branch.entries[-1].value.end, branch.entries[-1].after or 0)
            if branch.kind is Kind.MAPPING:
                branch.inner = branch.entries[0].start
        self.last = branch.end
        self.here, self.entry = self.frames.pop()

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        target = self.anchors[event.anchor]
        target.uses.append(start)
        if self._awaits_key():
            self.last = end
            self._key(self.keys[event.anchor], start, end)
            return
        alias = Branch(Kind.ALIAS, start, start, end)
        alias.target = target
        self._put(alias, event)
        self.last = end

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if self._awaits_key():
            merges = event.value == "<<" and (event.implicit[0] or event.tag == MERGE_TAG)
            name = None if merges else _key_of(event)
            if event.anchor is not None:
                self.anchors[event.anchor] = Branch(Kind.SCALAR, start, start, end)
                self.keys[event.anchor] = name or ""
            self.last = end
            self._key(name, start, end)
            return
        self._put(self._leaf(event, start, end), event)
        self.last = max(self.last, self.here.entries[-1].value.end)
        if event.anchor is not None:
            self.keys[event.anchor] = str(event.value)

    def _leaf(self, event: Any, start: int, end: int) -> Branch:
        style = event.style or ""
        if style in ("|", ">") and "+" not in self.text[start:end].split("\n", 1)[0]:
            end = start + len(self.text[start:end].rstrip(_BLANK))
        inner = start
        if event.anchor is not None or event.tag is not None:
            found = _PROPERTIES.match(self.text, start, end)
            inner = found.end() if found else start
        elif start == end and not style and self.entry is not None and self.entry.after is not None:
            start = inner = end = self.entry.after
        leaf = Branch(Kind.SCALAR, start, inner, max(inner, end), style=style)
        tag = event.tag if event.tag != "!" else None
        leaf.null = not style and plain(event.value) is None and tag in (None, STANDARD + "null")
        return leaf

    def _key(self, name: str | None, start: int, end: int) -> None:
        colon = self.text.find(":", end)
        alone = colon < 0 or self.text[end:colon].strip(_BLANK)
        self.entry = Entry(name, start, None if alone else colon + 1)


def _key_of(event: Any) -> str:
    if event.tag is not None:
        return as_key(tagged(event.tag, event.value))
    return as_key(plain(event.value)) if event.implicit[0] else str(event.value)
