"""A control's page, taken apart."""

from collections.abc import Mapping

HEADINGS = ("Why", "Fix", "When it is fine", "References")
"""The sections of a page in their order; all but `When it is fine` must be there."""


def sections(doc: str) -> Mapping[str, str]:
    """The sections of a page by heading. A heading stands alone at the margin, its text is indented below it."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in doc.splitlines():
        if line in HEADINGS:
            current = found.setdefault(line, [])
        elif current is not None:
            current.append(line.removeprefix("    "))
    return {heading: "\n".join(lines).strip() for heading, lines in found.items()}
