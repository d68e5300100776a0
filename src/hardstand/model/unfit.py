"""A value that stands where a field should be that cannot be told."""

from dataclasses import dataclass

from hardstand.model.path import Path
from hardstand.model.verdict import Why


@dataclass(frozen=True, slots=True)
class Unfit:
    """Stands in a folded object for a field whose value is malformed or depends on something outside the file.

    No view takes it for a value, so each control that reads the field is unknown. As the last item of a list it says
    that there may be more items: those before it are judged, and the answer is never a pass.
    """

    why: Why
    reason: str
    """A sentence for a person, that names the field as the file has it."""
    place: Path = ()
    """Where that is written, from the document's root."""
    cause: str = ""
    """What several fields cannot be told for, when it is the same: they are one entry in a report then."""
