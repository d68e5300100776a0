"""Secrets in the headers of HTTP requests: logins, tokens and sessions that stand behind the name of a header.

Sources: https://www.rfc-editor.org/rfc/rfc9110#section-11.4 (credentials are a scheme and what follows),
https://www.rfc-editor.org/rfc/rfc7617#section-2 (Basic), https://www.rfc-editor.org/rfc/rfc6265#section-4.2 (Cookie).
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hardstand.analysis.secret_literals import is_literal, looks_random
from hardstand.analysis.secret_names import PASSWORD, TOKEN, noun_in

BASIC = r"(?i:basic)\s+[A-Za-z0-9+/]{6,}={0,2}"
"""The credentials of Basic, as far as their form goes."""
LOGIN = "Basic login"

_BASIC = re.compile(r"((?i:basic)\s+)([A-Za-z0-9+/]{6,})(={0,2})")
_CREDENTIALS = ("authorization", "proxy-authorization")
_SESSION = re.compile(r"sess|sid$", re.IGNORECASE)
_WHOLE = re.compile(r"[^\s,]{8,}")
"""One word: parameters such as those of Digest are answers to a challenge, which are of use to nobody else."""
_SHORTEST_SESSION = 8


class Login(NamedTuple):
    """A user and a password."""

    user: str
    password: str


def basic_login(text: str) -> Login | None:
    """The login that `Basic …` is, if the rest is the Base64 of one; None for a word that only looks like Base64."""
    found = _BASIC.fullmatch(text.strip())
    decoded = _decoded(found[2]) if found else None
    if decoded is None:
        return None
    user, colon, password = decoded.partition(":")
    return Login(user, password) if colon and decoded.isprintable() else None


def with_other_login(text: str, other: Callable[[str], str]) -> str | None:
    """`Basic …` with another login of the same length, made of the text of its own; None where it is no login."""
    found = _BASIC.fullmatch(text)
    if found is None or basic_login(text) is None:
        return None
    made = base64.b64encode(other(_decoded(found[2]) or "").encode()).decode().rstrip("=")
    return f"{found[1]}{made}{found[3]}" if len(made) == len(found[2]) else None


def _decoded(word: str) -> str | None:
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def in_header(name: str, value: str) -> Iterator[tuple[str, str]]:
    """The kind and the text of each secret in the value of a header that has a shape of its own only by its name."""
    word = name.strip().lower()
    if word in _CREDENTIALS:
        yield from _credentials(value.strip())
    elif word == "cookie":
        for pair in value.split(";"):
            key, _, held = pair.strip().partition("=")
            if _is_session(key, held):
                yield "cookie", held


def _credentials(value: str) -> Iterator[tuple[str, str]]:
    scheme, _, held = value.partition(" ")
    held = held.strip()
    if scheme.lower() == "basic":
        login = basic_login(value)
        if login is not None and is_literal(login.password, PASSWORD):
            yield LOGIN, value
    elif _WHOLE.fullmatch(held) and is_literal(held, TOKEN):
        yield "authorization header", held


def _is_session(key: str, held: str) -> bool:
    noun = noun_in(key)
    if noun is None and _SESSION.search(key):
        noun = TOKEN if len(held) >= _SHORTEST_SESSION else None
    return looks_random(held) or (noun is not None and is_literal(held, noun))
