"""Values of Secrets stay where they are: what leaves a source is their size and a keyed fingerprint.

The fingerprint tells whether two values are the same, to whoever has only the output, and nothing else: without the key
a guess cannot be tried (RFC 2104). Without a key of one's own it differs from run to run.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardstand.sources.cluster.errors import ConfigError

NOTES = "x-hardstand"
"""The field of an object in which what is ours stands; no Kubernetes object has one of this name."""

_DIGITS = 16
_KEY = 32
_SHORTEST_KEY, _LONGEST_KEY = 16, 4096
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORTH_LOOKING_FOR = 4
"""Characters below which a value is found in annotations by chance."""


@dataclass(frozen=True, slots=True)
class FingerprintKey:
    """The key of the fingerprints. It is never printed."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(_KEY), repr=False)

    @classmethod
    def from_file(cls, path: str) -> "FingerprintKey":
        """The key that a file holds, as it is. ConfigError where it cannot be read, or is too short to be a secret."""
        hint = f"make one with `head -c {_KEY} /dev/urandom > {path}`, and keep it from others"
        try:
            with Path(path).open("rb") as file:
                key = file.read(_LONGEST_KEY + 1)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}", hint) from None
        if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
            raise ConfigError(f"{path}: a key has {_SHORTEST_KEY} to {_LONGEST_KEY} bytes, this file not", hint)
        return cls(key)

    @property
    def id(self) -> str:
        """What tells keys apart, and tells nothing of them."""
        return hmac.new(self.key, b"hardstand.dev/fingerprint-key", hashlib.sha256).hexdigest()[:8]

    def of(self, value: bytes) -> str:
        """The fingerprint of a value: the first 16 digits of its HMAC-SHA-256."""
        return hmac.new(self.key, value, hashlib.sha256).hexdigest()[:_DIGITS]


def is_secret(item: Mapping[str, Any]) -> bool:
    """Tell whether an object is a Secret, of the core group."""
    return item.get("kind") == "Secret" and item.get("apiVersion") == "v1"


def without_values(item: Mapping[str, Any], key: FingerprintKey) -> dict[str, Any]:
    """A Secret with null for each value, and with sizes and fingerprints beside it; any other object as it is.

    Annotations that repeat a value are emptied, as those are in which tools keep what was applied.
    """
    made = dict(item)
    if not is_secret(item):
        return made
    made.pop(NOTES, None)
    notes: dict[str, dict[str, object]] = {}
    texts: set[str] = set()
    for section, decode in (("data", True), ("stringData", False)):
        values = item.get(section)
        if not isinstance(values, dict):
            if values is not None:
                made[section] = None  # Not what a Secret has there, and so nothing that may be shown.
            continue
        made[section] = dict.fromkeys(values)
        for name, value in values.items():
            if isinstance(value, str):
                plain = _decoded(value) if decode else value.encode("utf-8", "surrogatepass")
                notes[name] = {"size": len(plain), "fingerprint": key.of(plain)}
                texts.update(_forms(value, plain))
    if notes:
        made[NOTES] = {"data": notes}
    _empty_annotations(made, texts)
    return made


def _decoded(value: str) -> bytes:
    """The bytes of a value under `data`. What is no base64 is no Secret that a server has, and is taken as it is."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value.encode("utf-8", "surrogatepass")


def _forms(value: str, plain: bytes) -> Iterator[str]:
    """How a value may be written elsewhere in the object."""
    for text in (value, plain.decode("utf-8", "replace"), base64.b64encode(plain).decode()):
        if len(text) >= _WORTH_LOOKING_FOR:
            yield text


def _empty_annotations(made: dict[str, Any], texts: set[str]) -> None:
    metadata = made.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(annotations, dict):
        return
    made["metadata"] = {
        **metadata,
        "annotations": {
            name: "" if isinstance(value, str) and _repeats(value, texts) else value
            for name, value in annotations.items()
        },
    }


def _repeats(annotation: str, texts: set[str]) -> bool:
    # What was applied is JSON in most tools' annotations, in which some characters of a value are escaped.
    plain = _ESCAPE.sub(_meant, annotation)
    if '"stringData"' in annotation or '"data"' in annotation:
        return True
    return any(one in annotation or one in plain for one in texts)


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape of JSON stands for (RFC 8259, section 7)."""
    word = escape[1]
    return chr(int(word[1:], 16)) if word[0] == "u" else _SHORT.get(word, word)
