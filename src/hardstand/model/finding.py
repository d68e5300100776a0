"""Findings: a failed or unknown verdict with a place, and the repair that would end it."""

from dataclasses import dataclass
from typing import Literal

from hardstand.model.compact import Compact
from hardstand.model.path import Path, Value
from hardstand.model.verdict import Action, Confidence, Severity, Verdict, Why


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to an object: put `value` at `path` (making what is missing on the way), or remove what is there."""

    op: Literal["put", "remove"]
    path: Path
    value: Value = None


@dataclass(frozen=True, slots=True)
class Change(Compact):
    """The edits of a fix, and the object that they are made in."""

    page: int
    """The number of the page, as given by whoever holds the pages."""
    document: int
    """0-based among the documents of its page."""
    prefix: Path
    """The way from the document's root to the object."""
    edits: tuple[Edit, ...]
    """What to change, by paths from the object's root."""


@dataclass(frozen=True, slots=True)
class Spot(Compact):
    """Where in a page that is held the judged field is, or would be."""

    page: int
    """The number of the page, as in `Change`."""
    document: int
    path: Path
    """From the document's root."""


@dataclass(frozen=True, slots=True)
class Fix(Compact):
    """How to end a finding. A safe fix changes no behaviour that a correct program relies on."""

    title: str
    safe: bool
    patch: tuple[dict[str, Value], ...]
    """RFC 6902 operations against the object; for a service of a Compose file, against the whole document."""
    change: Change | None = None
    """The same as edits; only where the pages are held, to be changed."""


@dataclass(frozen=True, slots=True)
class ObjectRef(Compact):
    """An object as reports name it."""

    api_version: str
    kind: str
    namespace: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Location(Compact):
    """A place in a file; lines and columns are 1-based, columns count code points, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    field: str
    """The field that was judged, from the object's root; list items are named by their key where they have one."""
    caption: str
    excerpt: str
    """The source line, for reports; never of a Secret."""
    rendered: bool
    """The line is of the text that a template gave, and `file` is the template."""
    missing: str = ""
    """What of the field does not exist: the line is then of the deepest part that does."""


@dataclass(frozen=True, slots=True)
class Finding(Compact):
    """One fault, or one thing that could not be decided, at one place."""

    id: str
    control: str
    area: str
    verdict: Verdict
    why: Why | None
    severity: Severity
    confidence: Confidence
    tier: str | None
    action: Action
    object: ObjectRef
    locations: tuple[Location, ...]
    message: str
    root_cause: str
    fix: Fix | None
    frameworks: tuple[str, ...]
    waiver: str | None = None
    spot: Spot | None = None
    """Only where the pages are held, to be changed."""
    blast: int | None = None
    """How many points fall with the workload that it is about; None where that was not asked, or it is about none."""
