"""A control's page, taken apart."""

from collections.abc import Iterator, Mapping

HEADINGS = ("Why", "Fix", "When it is fine", "References")
"""The sections of a page in their order; all but `When it is fine` must be there."""

LONGEST_SUMMARY = 100
"""Characters of a first line that still fit where lists of controls show it."""


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


def flaws(doc: str) -> Iterator[str]:
    """What keeps a docstring from being a page, a sentence each; nothing when it is one."""
    if not doc:
        yield "the module has no docstring, which is the page"
        return
    summary, *rest = doc.splitlines()
    if not summary.endswith("."):
        yield "the first line is not a sentence with a full stop"
    if len(summary) > LONGEST_SUMMARY:
        yield f"the first line has {len(summary)} characters, more than {LONGEST_SUMMARY}"
    if rest and rest[0]:
        yield "the second line is not empty"
    yield from _misplaced(rest)
    yield from _wrong_sections(doc)


def _wrong_sections(doc: str) -> Iterator[str]:
    found = sections(doc)
    for heading in HEADINGS:
        if heading not in found and heading != "When it is fine":
            yield f"the section `{heading}` is missing"
        elif not found.get(heading, "-"):
            yield f"the section `{heading}` is empty"
    standing = [line for line in doc.splitlines() if line in HEADINGS]
    if standing != [heading for heading in HEADINGS if heading in found]:
        yield f"the sections stand as {', '.join(standing)}; each stands once, in the order {', '.join(HEADINGS)}"
    if found.get("References") and "https://" not in found["References"]:
        yield "the section `References` has no link"


def _misplaced(lines: list[str]) -> Iterator[str]:
    """Lines that are neither a heading at the margin nor indented text below one."""
    inside = False
    for line in lines:
        if line in HEADINGS:
            inside = True
        elif line and not line.startswith(" "):
            yield f"`{line}` stands at the margin, where only the headings stand: {', '.join(HEADINGS)}"
        elif line and not line.startswith("    "):
            yield f"`{line.strip()}` is not indented by four spaces"
        elif line and not inside:
            yield f"`{line.strip()}` stands before the first heading"
