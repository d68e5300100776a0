"""What is excepted: by whom, why, until when, and what must hold meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar

from hardstand.baseline.globs import Glob
from hardstand.baseline.modes import ControlId
from hardstand.baseline.shape import At, Flaw, Says
from hardstand.model.tier import Tier

Globs = tuple[Glob, ...]
NARROWING = ("kind", "name", "namespace", "labels", "image")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excepting:
    """Which findings: one control, on objects of which every key that is given fits."""

    HINTS: ClassVar[Mapping[str, str]] = {
        "annotations": "an annotation can never grant an exception; use name, namespace, kind, labels or image",
        "environment": "use namespace, or a mode for the environment",
        "path": "use name, namespace, kind, labels or image",
    }

    control: Annotated[ControlId, Says("The exact id of the control.")]
    kind: Annotated[Globs, Says("Pattern for the kind.")] = ()
    name: Annotated[Globs, Says("Pattern for the name.")] = ()
    namespace: Annotated[Globs, Says("Pattern for the namespace.")] = ()
    labels: Annotated[Mapping[str, Glob], Says("Labels of the object or of its pods, each with a pattern.")] = field(
        default_factory=dict
    )
    image: Annotated[
        Globs,
        Says("Pattern for the image, as written, of the container that the finding is in, else of every container."),
    ] = ()

    def flaws(self) -> Iterator[Flaw]:
        """An exception for a control as a whole is a mode, not an exception."""
        if not any(getattr(self, one) for one in NARROWING):
            message = f"an exception needs at least one of {', '.join(NARROWING[:-1])} or {NARROWING[-1]}"
            yield Flaw((), message, "a control that is not to hold anywhere has the mode `off`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exception_:  # noqa: N801 - the field's word; the underscore keeps it from hiding Python's own
    """One exception. It ends with the end of its last day in UTC, or as soon as what compensates it does not pass."""

    id: Annotated[str, Says("What reports call it.")]
    match: Annotated[Excepting, Says("Which findings it waives.")]
    owner: Annotated[str, Says("Who answers for it.")]
    reason: Annotated[str, Says("Why the fault has to stay.")]
    ticket: Annotated[str | None, Says("Where ending it is tracked.")] = None
    approved_by: Annotated[str, Says("Who approved it.")]
    expires: Annotated[date, Says("Its last day, YYYY-MM-DD, in UTC.")]
    while_: Annotated[tuple[ControlId, ...], Says("Controls that must pass on the same object meanwhile.")] = ()
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A control cannot compensate for itself."""
        if self.match.control in self.while_:
            yield Flaw(
                ("while", self.while_.index(self.match.control)),
                f"`{self.match.control}` cannot compensate for itself",
                "name other controls",
            )

    def active(self, day: date) -> bool:
        """Tell whether it still waives on that day (UTC)."""
        return day <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Exceptions that a baseline which extends this one may make."""

    control: Annotated[tuple[ControlId, ...], Says("Controls, by their ids.")]
    tier: Annotated[tuple[Tier, ...], Says("Tiers of workloads.")]
    at: At = field(default_factory=At, compare=False)
