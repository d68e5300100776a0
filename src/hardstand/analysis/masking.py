"""Copies of objects without their literal secrets, each replaced at its own place and nothing else changed.

What is replaced is what `secret_values` finds: more than controls report. A copy is taken for the same as the object
by every control that looks for secrets: where one stands, of which kind and how long it is stays as it was.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hardstand.analysis.secret_arguments import in_arguments
from hardstand.analysis.secret_text import Detected, all_in_named_value, in_named_value
from hardstand.analysis.stand_ins import ATTEMPTS, stand_in
from hardstand.model.path import Value

_LINES = (("command", "args"), ("entrypoint", "command"))
"""Lists that are one command line together, in Kubernetes and in Compose."""

_MOST = 64
"""Places of one secret in one text that are looked at one by one."""

Detect = Callable[[str], Sequence[Detected]]
"""What is secret in a text at a certain place."""
Told = list[tuple[str, str, int]]


@dataclass(slots=True)
class Masked:
    """A copy of an object, how many secrets stand-ins were put for, and how many none was found for."""

    data: Mapping[str, Value]
    masked: int = 0
    unmasked: int = 0


def masked(data: Mapping[str, Value], key: bytes) -> Masked:
    """The object with stand-ins for its secrets, made with `key`; the very object where it has none.

    A Secret's own values are none of this: they are nobody's to copy at all.
    """
    walk = _Walk(lambda found, at: stand_in(found.value, key, at), None)
    made = walk.mapping(dict(data), binary=data.get("kind") == "ConfigMap")
    return Masked(made if walk.masked else data, walk.masked, walk.unmasked)


def marked(data: Mapping[str, Value]) -> Mapping[str, Value]:
    """The object with a mark for each secret that says only its kind and length: equal for a copy with stand-ins.

    RecursionError where it is nested too deeply to be walked.
    """
    walk = _Walk(lambda found, at: stand_in(found.value, b"", at), lambda found: f"\0{found}\0")
    made = walk.mapping(dict(data), binary=data.get("kind") == "ConfigMap")
    return made if walk.masked else data


@dataclass(slots=True)
class _Walk:
    """One object from its root to its leaves."""

    stand_in: Callable[[Detected, int], str]
    mark: Callable[[Detected], str] | None
    """What is written in place of a stand-in, if anything."""
    masked: int = 0
    unmasked: int = 0
    _known: dict[str, Value] = field(default_factory=dict)

    def mapping(self, node: dict[str, Value], *, binary: bool = False) -> dict[str, Value]:
        """A mapping; `binary`: it is a ConfigMap, whose binary data may be text after all."""
        done: dict[str, Value] = {}
        for first, second in _LINES:
            one, two = node.get(first), node.get(second)
            if isinstance(one, list) and isinstance(two, list) and not done:
                both = self.items(first, [*one, *two])
                done = {first: both[: len(one)], second: both[len(one) :]}
        name, value = node.get("name"), node.get("value")
        pair = name if isinstance(name, str) and isinstance(value, str) else None
        for field_name, below in node.items():
            if field_name in done:
                continue
            if binary and field_name == "binaryData" and isinstance(below, dict):
                done[field_name] = {one: self.encoded(one, text) for one, text in below.items()}
            elif field_name == "value" and pair is not None:
                done[field_name] = self.text(str(below), _named(pair, field_name))
            else:
                done[field_name] = self.any(field_name, below)
        return {field_name: done[field_name] for field_name in node}

    def any(self, name: str, node: Value) -> Value:
        """What stands under a name."""
        if isinstance(node, str):
            return self.named(name, node)
        if isinstance(node, dict):
            return self.mapping(node)
        return self.items(name, node) if isinstance(node, list) else node

    def items(self, name: str, nodes: list[Value]) -> list[Value]:
        """The items of a list; texts may be the words of a command line."""
        words = [item if isinstance(item, str) else "" for item in nodes]
        secret = {at for at, _ in in_arguments(words)} if any(words) else set[int]()
        made: list[Value] = []
        for at, item in enumerate(nodes):
            if isinstance(item, str):
                made.append(self.text(item, _word(name, words, at)) if at in secret else self.named(name, item))
            else:
                made.append(self.any(name, item))
        return made

    def named(self, name: str, text: str) -> str:
        """A text that stands under a name. Nearly none holds a secret, and that is told first."""
        return self.text(text, _named(name)) if in_named_value(name, text) is not None else text

    def encoded(self, name: str, node: Value) -> Value:
        """Base64 that may be of a text."""
        try:
            text = base64.b64decode(str(node), validate=True).decode()
        except (binascii.Error, ValueError):
            return node
        made = self.text(text, _named(name))
        return node if made == text else base64.b64encode(made.encode()).decode()

    def text(self, text: str, detect: Detect) -> str:
        """A text with all secrets in it replaced; as it is where no stand-in is taken for what they are."""
        found = detect(text)
        if not found:
            return text
        for attempt in range(ATTEMPTS):
            made = self._replaced(text, found, detect, attempt)
            if made is not None:
                self.masked += len(found)
                return made
        self.unmasked += len(found)
        return text

    def _replaced(self, text: str, found: Sequence[Detected], detect: Detect, attempt: int) -> str | None:
        """The text with other secrets, if they are seen as the same; the shortest first, for others may hold them."""
        made, said = text, _told(found)
        pairs: list[tuple[str, Detected]] = []
        for one in sorted(found, key=lambda one: len(one.value)):
            other = self.stand_in(one, attempt)
            if one.value in made:
                made = _at_its_places(made, one.value, other, detect)
                pairs.append((other, one))
        seen = detect(made)
        originals = {one.value for one in found}
        if _told(seen) != said or any(one.value in originals for one in seen):
            return None
        if self.mark is not None:
            for other, one in pairs:
                made = made.replace(other, self.mark(one))
        return made


def _at_its_places(text: str, secret: str, other: str, detect: Detect) -> str:
    """Put the stand-in only where it is then seen: a password may also be the name of the host behind it."""
    places: list[int] = []
    at = text.find(secret)
    while at >= 0 and len(places) < _MOST:
        places.append(at)
        at = text.find(secret, at + len(secret))
    if len(places) > 1:
        end = len(secret)
        places = [one for one in places if _seen(other, detect(text[:one] + other + text[one + end :]))]
    for one in reversed(places):
        text = text[:one] + other + text[one + len(secret) :]
    return text


def _seen(other: str, found: Iterable[Detected]) -> bool:
    return any(other in one.value for one in found)


def _told(found: Iterable[Detected]) -> Told:
    return [(one.kind, one.name, len(one.value)) for one in found]


def _named(*names: str) -> Detect:
    def detect(text: str) -> Sequence[Detected]:
        found = [one for name in names for one in all_in_named_value(name, text)]
        return list({one.value: one for one in reversed(found)}.values())[::-1]

    return detect


def _word(name: str, words: Sequence[str], place: int) -> Detect:
    named = _named(name)

    def detect(text: str) -> Sequence[Detected]:
        changed = [*words[:place], text, *words[place + 1 :]]
        found = [*(one for at, one in in_arguments(changed) if at == place), *named(text)]
        return list({one.value: one for one in reversed(found)}.values())[::-1]

    return detect
