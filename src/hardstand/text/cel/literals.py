"""Values written as expressions."""

import re

_MARKS = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r"[\\'\x00-\x1f\x7f-\x9f\u2028\u2029]")


def literal(value: object) -> str:
    """The expression whose value is this string, number, bool, list or mapping; TypeError for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return f"'{_SPECIAL.sub(_escape, value)}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(one)}' for key, one in value.items())}}}"
    raise TypeError(f"a {type(value).__name__} has no literal")


def _escape(found: "re.Match[str]") -> str:
    return _MARKS.get(found[0]) or f"\\u{ord(found[0]):04x}"
