"""Pages as they were read. Apart from the rest, so that scanning loads no more of this room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One page that was read. Its number is its place in the sequence of all."""

    name: str
    data: bytes
    location: str | None
    """Where the file is; None for standard input and for what was rendered."""
    rendered_from: str | None = None
    """The chart or kustomization that gave the text, if it is not a file's own."""
    rendered_by: str | None = None
