"""A document's values as nodes that know where they stand, in the shape that `read` gave: merged and shared alike."""

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
from hardstand.text.problem import Malformed, Problem
from hardstand.text.scalars import MERGE_TAG, as_key, plain, tagged

_BLANK: Final = " \t\r\n"


class Node:
    """From where to where a value stands, in characters, and its children by key or in order."""

    __slots__ = ("end", "inside", "start")

    def __init__(self, start: int, end: int, inside: "dict[str, Node] | list[Node] | None") -> None:
        self.start = start
        self.end = end
        self.inside = inside


def nodes_of(text: str) -> Node:
    """The root node of a document that has been read without a fault."""
    if text.lstrip(_BLANK)[:1] in ("{", "["):
        try:
            return _json_nodes(text)
        except Problem:
            pass
    return _YamlNodes(text).run()


def _json_nodes(text: str) -> Node:
    root: dict[str, Node] = {}
    open_nodes = [Node(0, 0, root)]
    keys = [""]
    for kind, start, end, value in events(text, 0):
        inside = open_nodes[-1].inside
        if kind == "end":
            open_nodes.pop().end = end
            keys.pop()
        elif kind == "key":
            keys[-1] = str(value)
        else:
            node = Node(start, end, {} if kind == "mapping" else [] if kind == "list" else None)
            if isinstance(inside, dict):
                inside[keys[-1]] = node
            elif inside is not None:
                inside.append(node)
            if kind != "scalar":
                open_nodes.append(node)
                keys.append("")
    return root[""]


class _YamlNodes:
    """Follows libyaml's events the way `yaml_values` does, and keeps places instead of values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, Node] = {}
        self.keys: dict[str, str] = {}
        """The key that an anchored scalar stands for, since an alias can be a key."""

    def run(self) -> Node:
        root = Node(0, 0, [])
        node = root
        key: str | None = None
        merging = False
        frames: list[tuple[Node, str | None, bool]] = []
        last = 0
        event: Any
        for event in iter(CParser(self.text).get_event, None):
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                child = node
                # libyaml ends a block collection where the next token starts, beyond blank lines and comments.
                child.end = max(last, event.end_mark.index) if event.start_mark.index < event.end_mark.index else last
                last = child.end
                node, key, merging = frames.pop()
            elif kind is AliasEvent:
                last = event.end_mark.index
                child = self.anchors[event.anchor]
                if isinstance(node.inside, dict) and key is None and not merging:
                    key = self.keys[event.anchor]
                    continue
            elif kind is ScalarEvent:
                start = self._scalar_start(event, last)
                last = self._scalar_end(event)
                if isinstance(node.inside, dict) and key is None and not merging:
                    merging = event.value == "<<" and (event.implicit[0] or event.tag == MERGE_TAG)
                    key = None if merging else self._key(event)
                    continue
                child = Node(start, max(start, last), None)
                if event.anchor is not None:
                    self.anchors[event.anchor] = child
                    self.keys[event.anchor] = _key_or_nothing(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                frames.append((node, key, merging))
                node = Node(event.start_mark.index, 0, {} if kind is MappingStartEvent else [])
                last = event.end_mark.index
                key, merging = None, False
                if event.anchor is not None:
                    self.anchors[event.anchor] = node
                continue
            else:
                continue
            _put(node, key, merging, child)
            key, merging = None, False
        return root.inside[0]  # type: ignore[index]

    def _scalar_start(self, event: Any, last: int) -> int:
        """Where a scalar starts; if absent, behind its colon: in a flow mapping libyaml has it at the next token."""
        start: int = event.start_mark.index
        if start == event.end_mark.index and self.text[start - 1 : start] != ":":
            colon = self.text.find(":", last, start)
            return start if colon < 0 else colon + 1
        return start

    def _scalar_end(self, event: Any) -> int:
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        return start + len(self.text[start:end].rstrip(_BLANK)) if event.style in ("|", ">") else end

    def _key(self, event: Any) -> str:
        key = _key_of(event)
        if event.anchor is not None:
            self.keys[event.anchor] = key
            self.anchors[event.anchor] = Node(event.start_mark.index, event.end_mark.index, None)
        return key


def _key_of(event: Any) -> str:
    if event.tag is not None:
        return as_key(tagged(event.tag, event.value))
    return as_key(plain(event.value)) if event.implicit[0] else str(event.value)


def _key_or_nothing(event: Any) -> str:
    """The key that an anchored value would be; what can be none the reader has refused wherever it is one."""
    try:
        return _key_of(event)
    except Malformed:
        return ""


def _put(node: Node, key: str | None, merging: bool, child: Node) -> None:
    inside = node.inside
    if isinstance(inside, list):
        inside.append(child)
    elif inside is not None and merging:
        for source in reversed(child.inside) if isinstance(child.inside, list) else (child,):
            inside.update(source.inside)  # type: ignore[arg-type]
    elif inside is not None and key is not None:
        inside[key] = child
