"""Which lines of a page must not be shown as they are: those that hold a secret, or may.

In a document with a Secret only keys are shown, and what every object has. Elsewhere each literal secret is hidden
wherever it stands, and so is what a comment says beside a suggestive name.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from hardstand.analysis.secret_text import all_in_named_value, in_text
from hardstand.analysis.secret_values import secret_values
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.text.document import Document, Fault
from hardstand.text.lines import BYTE_ORDER_MARK
from hardstand.text.reader import read

_MASK: Final = "•"
_NOTHING: Final = BYTE_ORDER_MARK + b" \t\r\n"
_OPEN: Final = re.compile(
    r"\s*(?:-\s+)*(?:(?:apiVersion|kind|type|immutable|metadata|name|namespace|data|stringData|items):.*|---.*|[\[\]{},]*)\s*"
)
"""Lines of a document with a Secret that may be shown: without a value, or with one that every object has."""
_KEY: Final = re.compile(r"\s*(?:-\s+)*(?:[\w./-]+:|\"[\w./-]+\":)?\s*")
_PAIR: Final = re.compile(r"([\w.-]+)[\"']?\s*[:=]\s*[\"']?([^\s\"',;]+)")


class Hiding:
    """What is hidden of one page."""

    def __init__(self, data: bytes, namespace: str) -> None:
        self._strict: list[tuple[int, int]] = []
        """From where to where, in bytes, only keys are shown."""
        self._spans: list[tuple[int, int, list[str]]] = []
        at = 0
        for part in read(data):
            if isinstance(part, Fault):
                continue
            if data[at : part.start].strip(_NOTHING):
                self._strict.append((at, part.start))  # Perhaps a document that could not be read.
            at = part.end
            self._take(part, namespace)
        self._strict.append((at, len(data)))

    def _take(self, document: Document, namespace: str) -> None:
        found = objects_in(document.value, file="", document=document.index, rendered_from=None, namespace=namespace)
        objects = [one for one in found if isinstance(one, KubeObject)]
        if any(one.kind.name == "Secret" for one in objects):
            self._strict.append((document.start, document.end))
            return  # Nothing of its values, however they are spelt.
        # Of the whole document, since a Compose file is no object of Kubernetes.
        secrets = secret_values(document.value) if isinstance(document.value, dict) else set()
        self._spans.append((document.start, document.end, sorted(secrets, key=len, reverse=True)))

    def lines(self, lines: Sequence[bytes]) -> list[str]:
        """The page's lines, which follow one another from its start, as they may be shown."""
        shown, at = [], 0
        spans = iter(sorted([*((*span, None) for span in self._strict), *self._spans], key=lambda span: span[:2]))
        current = next(spans)
        for line in lines:
            while at >= current[1] and (following := next(spans, None)) is not None:
                current = following
            text = line.decode("utf-8", "replace")
            shown.append(_keys_only(text) if current[2] is None else _masked(text, current[2]))
            at += len(line)
        return shown


def _keys_only(line: str) -> str:
    bare = line.rstrip("\r\n")
    if _OPEN.fullmatch(bare):
        return line
    key = _KEY.match(bare)
    shown = key[0] if key else ""
    return shown + _MASK * (len(bare) - len(shown)) + line[len(bare) :]


def _masked(line: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if secret in line:
            line = line.replace(secret, _MASK * len(secret))
    if "#" in line:
        comment = line[line.index("#") :]
        pairs = (found for name, value in _PAIR.findall(comment) for found in all_in_named_value(name, value))
        for found in (*in_text(comment), *pairs):
            line = line.replace(found.value, _MASK * len(found.value))
    return line
