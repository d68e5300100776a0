"""How SARIF writes messages and addresses."""

import posixpath
import re
from typing import Any
from urllib.parse import quote

from hardstand.report.safe import plain

_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def message(text: str, markdown: str | None = None) -> dict[str, Any]:
    """A message object in which nothing of `text` is taken for a placeholder or an embedded link.

    Source: SARIF 2.1.0, 3.11.5 (braces are doubled) and 3.11.6 (brackets of a link are escaped).
    """
    found = {"text": _literal(text)}
    if markdown is not None:
        found["markdown"] = _doubled(markdown)
    return found


def _literal(text: str) -> str:
    lines = (plain(line) for line in text.split("\n"))
    return _LINK.sub(r"\\[", _doubled("\n".join(lines)))


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def artifact_location(path: str) -> dict[str, Any]:
    """A file's address, percent-encoded: relative to the source root, or a `file:` URI when the path is absolute.

    Source: SARIF 2.1.0, 3.4.3 and 3.4.4 (no `..` below a base), RFC 3986, 3.3 (a colon in a first segment is encoded).
    """
    tidy = posixpath.normpath(path) if path else path
    address = quote(tidy.encode("utf-8", "surrogateescape"))
    if tidy.startswith("/"):
        return {"uri": f"file:///{address.lstrip('/')}"}
    if tidy == ".." or tidy.startswith("../"):
        return {"uri": address}
    return {"uri": address, "uriBaseId": SOURCE_ROOT}


SOURCE_ROOT = "SRCROOT"
"""The base of relative addresses: the directory that the scan was started in."""
