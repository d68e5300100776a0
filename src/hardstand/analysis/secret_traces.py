"""Whether a text tells a piece of a secret: four characters in a row are enough.

For texts that somebody else puts together from an object. What is told in smaller pieces, or by what is said of a
secret (its length, that it begins with an `a`), no comparison of texts finds.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping

from hardstand.analysis.secret_values import secret_values
from hardstand.model.path import Value

_RUN = 4
"""Characters in a row that may not be told. Fewer stand in too many words."""
_HEX_RUN = 2 * _RUN
_BEFORE = {0: 0, 1: 2, 2: 3}
"""By the bytes in front of a secret: how many characters of the base64 they have a part in."""


def tells(text: str, secrets: Iterable[str]) -> bool:
    """Whether a text shares a run of characters with a secret.

    Neither upper case nor what stands between letters and digits makes a difference, nor the direction; base64,
    wherever in it the secret begins, and hexadecimal digits count as the secret.
    """
    both = (text, text[::-1])
    said = {run for one in both for run in _runs(one, _RUN)}
    digits = {run for one in both for run in _runs(one, _HEX_RUN)}
    for secret in secrets:
        if any(run in said for one in _spellings(secret) for run in _runs(one, _RUN)):
            return True
        if any(run in digits for one in _cases(secret) for run in _runs(_bytes(one).hex(), _HEX_RUN)):
            return True
    return False


def holds_secret_object(data: Value) -> bool:
    """Whether this is a Secret, or has one inside, as templates and bundles do; a mere reference is none."""
    waiting = [data]
    first = True
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("kind") == "Secret" and (first or "data" in node or "stringData" in node):
                return True
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        first = False
    return False


def told_values(data: Mapping[str, Value]) -> set[str]:
    """All literal secrets of an object as `secret_values` has them, and numbers besides: `password: 12345678`."""
    return secret_values({key: _as_text(value) for key, value in data.items()})


def _as_text(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _runs(text: str, length: int) -> Iterator[str]:
    """Every run of this length, as written and with only the letters and digits."""
    folded = text.casefold()
    for one in (folded, "".join(filter(str.isalnum, folded))):
        for at in range(len(one) - length + 1):
            yield one[at : at + length]


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    for one in _cases(secret):
        for before, touched in _BEFORE.items():
            yield base64.b64encode(bytes(before) + _bytes(one)).decode().rstrip("=")[touched:]


def _cases(secret: str) -> Iterable[str]:
    return {secret, secret.lower(), secret.upper(), secret[::-1]}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
