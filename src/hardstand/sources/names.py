"""File names as they may be shown to a person."""

import unicodedata
from pathlib import PurePath

_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that act on a terminal or break a line: controls, lone surrogates (how Python holds bytes
that are not UTF-8), line and paragraph separators."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that reorder what is displayed, so that a name looks like another one (Unicode TR 9; CVE-2021-42574)."""


def shown(name: str) -> str:
    """Give `name` with everything that could act on a terminal or deceive the eye written as an escape."""
    if name.isascii() and name.isprintable():
        return name
    return "".join(_escape(character) for character in name)


def _escape(character: str) -> str:
    """Give one character, or its escape when it is unsafe."""
    if unicodedata.category(character) not in _UNSAFE and character not in _BIDI:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # PEP 383: the byte that could not be decoded.
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def tidy(path: str) -> str:
    """Give a path argument without `./`, doubled and trailing slashes; `..` stays, for a link may stand before it."""
    return str(PurePath(path))


def below(directory: str, name: str) -> str:
    """Give the path of `name` in a tidy `directory`, without a leading `./`."""
    return name if directory == "." else f"{directory.rstrip('/')}/{name}"
