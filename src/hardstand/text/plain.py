"""Texts for people. What comes from scanned input must not steer a terminal or break a line."""

import unicodedata


def plain(text: str) -> str:
    """`text` with every control, format and line-separating character replaced by `�`; tabs become spaces.

    Besides C0 and C1 controls this takes bidirectional overrides (CVE-2021-42574) and other invisible characters.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_safe(character) for character in text)


def _safe(character: str) -> str:
    if character == "\t":
        return " "
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character


def first_sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    words = " ".join(text.split())
    end = words.find(". ")
    return words if end < 0 else words[: end + 1]
