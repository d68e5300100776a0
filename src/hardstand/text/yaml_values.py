"""One YAML document to its value, exactly as kubectl decodes it. The events are libyaml's, through PyYAML.

kubectl's parser (goyaml.v2) is a port of libyaml, so both see the same events; what is made of them is written here
after its `decode.go`. On purpose different, because a scanner must not judge what nobody meant: equal keys in one
mapping are refused (kubectl keeps the last), and so is text after the document's end (kubectl drops it).
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from hardstand.model.path import Value
from hardstand.text import limits
from hardstand.text.problem import TOO_LARGE, DuplicateKey, Malformed, Problem
from hardstand.text.scalars import MERGE_TAG, Scalar, as_json, as_key, plain, tagged

_DIRECTIVE: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*%")
_KEY_IS_COLLECTION: Final = "a key is itself a mapping or a list; if it is a template, render it first"
_NO_ANCHOR: Final = "an alias has no anchor before it in its document; quote it if it is text"
"""Without its name: it may be a password that begins with a star."""
_NOT_MERGEABLE: Final = "`<<` can only merge a mapping or a list of mappings"
_SECOND_DOCUMENT: Final = "kubectl drops what follows the document's end here; separate documents with ---"
_TOO_MANY_ALIASES: Final = "its aliases expand to far more than the document holds; kubectl refuses it as well"

_NO_KEY: Final = object()
_MERGE: Final = object()


class _Anchor:
    """A named node: its value, and how many nodes it stands for once it is complete (None before that)."""

    __slots__ = ("nodes", "value")

    def __init__(self, value: Any, nodes: int | None) -> None:
        self.value = value
        self.nodes = nodes


def construct(text: bytes) -> Value:
    """The value of the one document in `text`, which is valid UTF-8; None if it is empty. Raises Problem."""
    refuse_directives(text)
    try:
        return _Construction(text).run()
    except YAMLError as error:
        raise problem_of(text, error) from None


def refuse_directives(text: bytes) -> None:
    """Raise Problem for a `%` directive: kubectl has cut the text off before the `---` that must follow it."""
    if (text.startswith(b"%") or b"\n%" in text) and (directive := _DIRECTIVE.match(text)):
        offset = len(text[: directive.end() - 1].decode())
        raise Problem(offset, "kubectl reads no % directives; remove the line")


def problem_of(text: bytes, error: YAMLError) -> Problem:
    """What libyaml says about `text`, with its place and, for the usual slips, the remedy."""
    if isinstance(error, ReaderError):
        offset = len(text[: error.position].decode("utf-8", "ignore"))
        return Problem(offset, f"the character U+{error.character:04X} is not allowed in YAML; remove or escape it")
    if not isinstance(error, MarkedYAMLError):
        return Problem(0, "libyaml cannot read it")
    mark = error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    return Problem(offset, _explain(error, text.decode(), offset))


def _explain(error: MarkedYAMLError, text: str, offset: int) -> str:
    what = str(error.problem or "it is not YAML")
    here = text[offset : offset + 1]
    if "{{" in text[max(0, offset - 2) : offset + 2] or "{%" in text[max(0, offset - 1) : offset + 2]:
        return "it looks like a template; render it first"
    if here == "\t":
        return "a tab stands where YAML allows only spaces; indent with spaces"
    if here and here in "%@`" and "cannot start" in what:
        return f"a value cannot start with {here}; quote it"
    if "expected <document start>" in what:
        return _SECOND_DOCUMENT
    return f"{error.context} {what}" if error.context else what


class _Construction:
    """Decodes one document, event by event, without recursion: the open containers are frames on a list of our own."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.characters = ""
        """The text decoded, once that is needed."""
        self.parser = CParser(text)
        self.box: Any = []
        self.root = self.box
        self.in_mapping = False
        self.key: Any = _NO_KEY
        self.anchor: _Anchor | None = None
        self.before = 0
        self.frames: list[tuple[Any, bool, Any, _Anchor | None, int]] = []
        self.anchors: dict[str, _Anchor] = {}
        self.written: dict[int, set[str]] = {}
        """Of every mapping with a merge: its keys that are written out, for those must differ. Keyed by identity."""
        self.documents = 0
        self.decoded = 1
        self.by_alias = 0
        self.merged = 0

    def run(self) -> Value:
        """The value of the document, None if there is none."""
        handlers = {
            ScalarEvent: self.scalar,
            MappingStartEvent: self.start,
            SequenceStartEvent: self.start,
            MappingEndEvent: self.end,
            SequenceEndEvent: self.end,
            AliasEvent: self.alias,
            DocumentStartEvent: self.document,
        }
        events: Iterator[Any] = iter(self.parser.get_event, None)
        nodes = work = 0
        while batch := list(islice(events, limits.STRIDE)):
            nodes += len(batch)
            work += len(batch) * len(self.frames)
            if nodes > limits.MAX_NODES or work > limits.MAX_NESTED_WORK:
                raise Problem(batch[0].start_mark.index, TOO_LARGE)
            for event in batch:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        self.check_aliases(0)
        value: Value = self.root[0] if self.root else None
        return value

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Problem(event.start_mark.index, _SECOND_DOCUMENT)

    def scalar(self, event: Any) -> None:
        text = event.value
        plainly = event.implicit[0]
        if text == "<<" and self.in_mapping and self.key is _NO_KEY and (plainly or event.tag == MERGE_TAG):
            self.key = _MERGE
            return
        value = text
        if event.tag is not None:
            self.refuse_comma(event)
            try:
                value = tagged(event.tag, text)
            except Malformed as error:
                raise Problem(event.start_mark.index, str(error)) from None
        elif plainly:
            value = plain(text)
        self.place(event, value)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(value, 1)
        self.decoded += 1

    def place(self, event: Any, value: Scalar) -> None:
        """Put a scalar where it stands: as a key or as a value."""
        try:
            if self.in_mapping and self.key is _NO_KEY:
                self.set_key(event, value)
            else:
                self.put(event, as_json(value))
        except Malformed as error:
            raise Problem(event.start_mark.index, str(error)) from None

    def refuse_comma(self, event: Any) -> None:
        """Raise Problem where kubectl, but not libyaml, takes a comma for the end of a tag: `[!a, b]`."""
        if event.value or event.style in ("'", '"'):
            return
        self.characters = self.characters or self.text.decode()
        if self.characters.startswith(",", event.end_mark.index):
            raise Problem(event.start_mark.index, "a value is missing between this tag and the comma")

    def start(self, event: Any) -> None:
        if self.in_mapping and self.key is _NO_KEY:
            raise Problem(event.start_mark.index, _KEY_IS_COLLECTION)
        if len(self.frames) >= limits.MAX_DEPTH:
            raise Problem(event.start_mark.index, f"it is nested deeper than {limits.MAX_DEPTH} levels")
        self.frames.append((self.box, self.in_mapping, self.key, self.anchor, self.before))
        self.in_mapping = type(event) is MappingStartEvent
        self.box = {} if self.in_mapping else []
        self.key = _NO_KEY
        self.anchor = None
        self.before = self.decoded
        self.decoded += 1
        if event.anchor is not None:
            self.anchor = self.anchors[event.anchor] = _Anchor(self.box, None)

    def end(self, event: Any) -> None:
        value = self.box
        if self.anchor is not None:
            self.anchor.nodes = self.decoded - self.before
        if self.written:
            self.written.pop(id(value), None)
        self.box, self.in_mapping, self.key, self.anchor, self.before = self.frames.pop()
        self.put(event, value)

    def alias(self, event: Any) -> None:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            raise Problem(event.start_mark.index, _NO_ANCHOR)
        if anchor.nodes is None:
            raise Problem(event.start_mark.index, f"the anchor &{event.anchor} contains itself")
        self.check_aliases(event.start_mark.index)
        self.decoded += 1 + anchor.nodes
        self.by_alias += anchor.nodes
        self.check_aliases(event.start_mark.index)
        self.put_alias(event, anchor.value)

    def put_alias(self, event: Any, value: Any) -> None:
        offset = event.start_mark.index
        if self.key is _MERGE and type(value) is not dict:
            raise Problem(offset, _NOT_MERGEABLE)
        if type(value) is not dict and type(value) is not list:
            self.place(event, value)
        elif self.in_mapping and self.key is _NO_KEY:
            raise Problem(offset, _KEY_IS_COLLECTION)
        else:
            self.put(event, value)

    def check_aliases(self, offset: int) -> None:
        if limits.aliases_exceed(self.decoded, self.by_alias):
            raise Problem(offset, _TOO_MANY_ALIASES)

    def set_key(self, event: Any, value: Scalar) -> None:
        key = as_key(value)
        written = self.written.get(id(self.box)) if self.written else None
        if key in (self.box if written is None else written):
            raise DuplicateKey(event.start_mark.index, key)
        if written is not None:
            written.add(key)
        self.key = key

    def put(self, event: Any, value: Any) -> None:
        if self.key is _NO_KEY:
            self.box.append(value)
            return
        if self.key is _MERGE:
            self.merge(event, value)
        else:
            self.box[self.key] = value
        self.key = _NO_KEY

    def merge(self, event: Any, value: Any) -> None:
        """Take over the keys of a mapping, or of several of which earlier ones win; what was there is overridden."""
        if id(self.box) not in self.written:
            self.written[id(self.box)] = set(self.box)
        for source in reversed(value) if type(value) is list else (value,):
            if type(source) is not dict:
                raise Problem(event.start_mark.index, _NOT_MERGEABLE)
            self.merged += len(source)
            if self.merged > limits.MAX_NODES:
                raise Problem(event.start_mark.index, TOO_LARGE)
            self.box.update(source)
