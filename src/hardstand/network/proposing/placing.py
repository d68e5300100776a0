"""A section `network` in the place of the one that a baseline's file has: all else stays as it is, byte for byte."""

import re

from hardstand.model.path import Value
from hardstand.text.document import Document
from hardstand.text.reader import read

_KEY = re.compile(r"""(?:network|"network"|'network')\s*:""")
_ABOVE = re.compile(r"\s*(?:#.*)?")
"""A line that is empty or a comment."""


def placed(section: str, data: bytes) -> str | None:
    """The file `data` with `section` for its own, or behind the rest where it has none.

    None where that cannot be done by lines, as in a file of JSON: what comes out is read again, and must be what went
    in but for the section.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    lines = text.splitlines(keepends=True)
    begin = next((at for at, line in enumerate(lines) if _KEY.match(line)), None)
    if begin is None:
        end = "" if text.endswith("\n") or not text else "\n"
        made = f"{text}{end}{section}"
    else:
        last = _end(lines, begin)
        made = f"{''.join(lines[:begin])}{section}{''.join(lines[last:])}"
    return made if _is_same(data, made, section) else None


def _end(lines: list[str], begin: int) -> int:
    """Behind the last line of the section; what stands above the next key, with nothing before it, is that one's."""
    after = begin + 1
    while after < len(lines) and (lines[after][:1].isspace() or _ABOVE.fullmatch(lines[after])):
        after += 1
    while after > begin + 1 and _ABOVE.fullmatch(lines[after - 1]) and not lines[after - 1].startswith((" ", "\t")):
        after -= 1
    return after


def _is_same(before: bytes, after: str, section: str) -> bool:
    old, new, wanted = (_value(one) for one in (before, after.encode(), section.encode()))
    if not isinstance(old, dict) or not isinstance(new, dict) or not isinstance(wanted, dict):
        return False
    return new == {**old, **wanted}


def _value(data: bytes) -> Value:
    parts = list(read(data))
    return parts[0].value if len(parts) == 1 and isinstance(parts[0], Document) else None
