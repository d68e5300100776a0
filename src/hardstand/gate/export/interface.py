"""A policy before it is written in anybody's form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hardstand.baseline.modes import Mode
from hardstand.model.kind import Kind


@dataclass(frozen=True, slots=True)
class Named:
    """An expression with a name."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One control, as expressions over the object of a request."""

    control: str
    kinds: tuple[Kind, ...]
    conditions: tuple[Named, ...]
    """All must be true for a request to be judged."""
    variables: tuple[Named, ...]
    """Each may use those before it as `variables.NAME`, and is evaluated when it is first used."""
    expression: str
    """True where the request is admitted."""
    message: str
    message_expression: str
    """As `message`, naming the object or container."""
    audit: tuple[Named, ...]
    """What the audit log is told: strings, empty for nothing."""
    ends: Mapping[str, date] = field(default_factory=dict)
    """The exceptions in it by their ids, each with its last day."""


@dataclass(frozen=True, slots=True)
class Where:
    """The namespaces in which a mode is enforced: those that are named, or all but those."""

    mode: Mode
    namespaces: tuple[str, ...]
    others: bool
    """All but the ones named."""


@dataclass(frozen=True, slots=True)
class Enforced:
    """A policy and where it is enforced."""

    policy: Policy
    places: tuple[Where, ...]
    changes: date | None = None
    """The next day on which the baseline asks for another mode."""


class WhyLeft(StrEnum):
    """Why an exception is not in a policy, which is then stricter than the scan."""

    WHILE = "it holds while other controls pass, and a policy sees one"
    ENDED = "it has expired"
    APPROVER = "who approved it may not, for the tiers that are known"
    DELEGATED = "it is not delegated for the tiers that are known"
    IMAGE = "it is for an image, and the control does not say which container a fault is in"


@dataclass(frozen=True, slots=True)
class Left:
    """An exception that is left out."""

    exception: str
    control: str
    why: WhyLeft


@dataclass(frozen=True, slots=True)
class Native:
    """Everything that a baseline comes to as native policy."""

    enforced: tuple[Enforced, ...]
    left: tuple[Left, ...]
    undeclared: tuple[str, ...]
    """Controls that wait for a parameter to be declared."""
    exempt: tuple[str, ...]
    """Namespaces that no policy touches."""
