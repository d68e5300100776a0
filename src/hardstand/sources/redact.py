"""Keeping values out of what a renderer says: its errors may quote the very values that it was given."""

import base64
import re
from collections.abc import Iterable, Iterator

from hardstand.model.path import Value
from hardstand.sources.names import shown
from hardstand.text.document import Document
from hardstand.text.reader import read

HIDDEN = "[hidden]"

_SHORTEST = 4
"""Shorter values stand in so many words that hiding them would leave nothing to read; no secret is that short."""

_LONGEST_REASON = 600


def reason(text: str, values: Iterable[str]) -> str:
    """Give a program's error as one line of bounded length, safe to show, with each of `values` hidden.

    A value is also looked for in base64, which charts write into Secrets.
    """
    secrets = {value.strip() for value in values if len(value.strip()) >= _SHORTEST}
    encoded = {base64.b64encode(secret.encode("utf-8", "surrogateescape")).decode() for secret in secrets}
    # Longest first, so that no value that holds another is left half shown.
    for secret in sorted(secrets | encoded, key=lambda value: (-len(value), value)):
        pattern = re.escape(secret)
        if secret.isalnum():
            pattern = rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])" if secret.isdigit() else pattern
        text = re.sub(pattern, HIDDEN, text)
    # Go prints a whole table of values like this, short ones and all.
    text = re.sub(r"map\[.*\]", HIDDEN, text, flags=re.DOTALL)
    line = " ".join(shown(part) for part in text.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"


def scalars(data: bytes) -> Iterator[str]:
    """Give every string and number in a YAML text, as text, with each line of a long one; nothing of what is broken."""
    for document in read(data):
        if isinstance(document, Document):
            yield from leaves(document.value)


def keys(data: bytes) -> Iterator[str]:
    """Give every key in a YAML text: what settings are called is no secret, and errors need the words."""
    waiting: list[Value] = [document.value for document in read(data) if isinstance(document, Document)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def leaves(value: Value) -> Iterator[str]:
    """Give every string and number below `value`, as text; of a text of many lines also each line."""
    waiting: list[Value] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            if "\n" in item:
                yield from item.splitlines()
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def settings(expressions: Iterable[str]) -> Iterator[str]:
    """Give what might be a value in `--set` expressions: all that follows a `=`, whole and at its commas."""
    for expression in expressions:
        _, _, value = expression.partition("=")
        yield value
        yield from (part.rpartition("=")[2] for part in re.split(r"[,{}]", value))
