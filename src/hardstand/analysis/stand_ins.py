"""Stand-ins for secrets: texts of the same length and form, told from the secret by a key and not leading back to it.

A stand-in is what whoever judges a copy of an object sees in place of a secret. So it must be taken for the same kind
of secret: letters stay letters of their case and digits digits, and where a vendor's marks tell what it is, they stay.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator

from hardstand.analysis.secret_headers import with_other_login
from hardstand.analysis.secret_shapes import SHAPES

ATTEMPTS = 10
"""How many stand-ins there are for one secret, the least like it first."""

_MARKS = re.compile(
    "|".join(
        [
            r"-----[^-\n]{1,80}-----",
            "YmVkcm9jay5hbWF6b25hd3MuY29t|T3BlbkFJ|[A-Za-z-]{1,20}:(?= )",
            r"(?<=k_)(?:live|test|prod)_|(?<=slack\.com/)(?:services|workflows|triggers)/|dp\.(?:pt|st|ct|sa)\.",
            r"(?<=sk-)(?:proj|svcacct|admin|ant-api|ant-admin)|(?<=sgp_)local_|-us(?=\d{1,2}\b)|AA\b",
            r"(?i:authorization|bearer|basic|api-?key|api-?token|token)",
            *sorted((re.escape(mark) for shape in SHAPES for mark in shape.marks), key=len, reverse=True),
        ]
    )
)
"""What tells the kind of a secret and is no part of what is secret."""

_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "234567"
"""Digits are those that Base32 has too: https://www.rfc-editor.org/rfc/rfc4648#section-6."""
_HEX = re.compile(r"(?<![A-Za-z0-9])[0-9a-f]{8,}(?![A-Za-z0-9])|(?<![A-Za-z0-9])[0-9A-F]{8,}(?![A-Za-z0-9])")


def stand_in(secret: str, key: bytes, attempt: int) -> str:
    """A stand-in for a secret. The same secret, key and attempt (from 0 to ATTEMPTS - 1) give the same one.

    The first attempts keep no character; later ones keep the marks of vendors, then draw from the secret's own
    characters only, and at last keep the first eighth. A login of Basic becomes another login.
    """
    login = with_other_login(secret, lambda text: stand_in(text, key, attempt))
    if login is not None:
        return login
    fixed = [False] * len(secret)
    if attempt >= 2:
        for found in _MARKS.finditer(secret):
            fixed[found.start() : found.end()] = [True] * (found.end() - found.start())
    if attempt >= 8:
        kept = min(24, len(secret) // 8)
        fixed[:kept] = [True] * kept
    alphabets = _own(secret, fixed) if attempt >= 4 else (_LOWER, _UPPER, _DIGITS)
    hexadecimal = {at for found in _HEX.finditer(secret) for at in range(found.start(), found.end())}
    drawn = _stream(key, f"{attempt}\0{secret}".encode("utf-8", "surrogatepass"))
    return "".join(
        one if stays else _other(one, alphabets, next(drawn), hexadecimal=at in hexadecimal)
        for at, (one, stays) in enumerate(zip(secret, fixed, strict=True))
    )


def _other(one: str, alphabets: tuple[str, str, str], number: int, *, hexadecimal: bool) -> str:
    lower, upper, digits = alphabets
    if "0" <= one <= "9":
        return digits[number % len(digits)]
    if "a" <= one <= "z":
        letters = "abcdef" if hexadecimal else lower
    elif "A" <= one <= "Z":
        letters = "ABCDEF" if hexadecimal else upper
    else:
        return one
    return letters[number % len(letters)]


def _own(secret: str, fixed: list[bool]) -> tuple[str, str, str]:
    """The letters and digits that the secret itself has, for kinds that allow no others."""
    free = sorted({one for one, stays in zip(secret, fixed, strict=True) if not stays})
    lower, upper, digits = ("".join(one for one in free if one in every) for every in (_LOWER, _UPPER, "0123456789"))
    return lower or _LOWER, upper or _UPPER, digits or _DIGITS


def _stream(key: bytes, said: bytes) -> Iterator[int]:
    """Numbers that only who has the key can tell: HMAC-SHA256 (RFC 2104) in counter mode, two bytes a number.

    What is said is hashed once: the stream is as long as the secret, and is drawn anew for every attempt.
    """
    seed = hmac.new(key, said, hashlib.sha256).digest()
    block = 0
    while True:
        digest = hmac.new(seed, block.to_bytes(8, "big"), hashlib.sha256).digest()
        yield from (digest[at] << 8 | digest[at + 1] for at in range(0, len(digest), 2))
        block += 1
