"""The baseline that a run is held to: all layers joined."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hardstand.baseline.boundary import Boundary
from hardstand.baseline.classes import Class, Names, TierRule
from hardstand.baseline.custom import Code, CustomControl, Customs
from hardstand.baseline.declared import Declared
from hardstand.baseline.enforcement import Enforcement
from hardstand.baseline.exceptions import Delegation, Exception_
from hardstand.baseline.gate import Gating
from hardstand.baseline.networking import Networking
from hardstand.baseline.persona import Persona
from hardstand.baseline.reading import Text
from hardstand.baseline.signing_in import SigningIn
from hardstand.model.tier import Data, Tier


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of those that a baseline is made of."""

    file: str
    digest: str
    """SHA-256 of its bytes."""
    declared: Declared
    text: Text
    customs: tuple[CustomControl, ...] = ()
    code: Code | None = None
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class Excepted:
    """An exception, and what the layers above its own let it waive."""

    exception: Exception_
    file: str
    delegated: frozenset[Tier] | None
    """The tiers for which it may waive; None is every one, for a baseline that extends no other."""


@dataclass(frozen=True, slots=True)
class Classed:
    """What is declared of workloads that match, and whether it may be lower than what is inferred."""

    declared: Class
    may_lower: bool


@dataclass(frozen=True, eq=False)
class Baseline:
    """What is declared. `layers` are in the order in which they build on one another, the built-in one first."""

    layers: tuple[Layer, ...]
    boundary: Boundary
    classes: tuple[Classed, ...]
    names: Names
    default_data: Data
    matrix: tuple[TierRule, ...]
    enforcement: Enforcement
    exceptions: tuple[Excepted, ...]
    approvers: Mapping[Tier, tuple[str, ...]] | None
    gate: Gating
    parameters: Mapping[str, Mapping[str, Any]]
    customs: Customs
    """Controls of the team's own."""
    ignore: tuple[str, ...] | None = None
    signing_in: SigningIn = field(default_factory=SigningIn)
    personas: Mapping[str, Persona] = field(default_factory=dict)
    """Of all files; a name is declared by one alone."""
    network: Networking = field(default_factory=Networking)
    """The flow table, and what else is told of the network."""
    _by_control: dict[str, tuple[Excepted, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def path(self) -> str | None:
        """Where it was read; None for what is built in."""
        return None if self.layers[-1].built_in else self.layers[-1].file

    def within(self, path: str) -> str:
        """A path as the baseline's patterns see it: from the folder of its file where it lies below, else as it is."""
        home = posixpath.dirname(self.path or "")
        plain = posixpath.normpath(path)
        return plain.removeprefix(f"{home}/") if home else plain

    @property
    def digest(self) -> str | None:
        """The digest of its file; None for what is built in."""
        return None if self.layers[-1].built_in else self.layers[-1].digest

    def kept(self, telemetry: str) -> int | None:
        """For how many minutes telemetry of a sort is kept, such as `audit`; None where no layer says."""
        for layer in reversed(self.layers):
            found: int | None = getattr(layer.declared.retention, telemetry, None)
            if found is not None:
                return found
        return None

    def excepting(self, control: str) -> Sequence[Excepted]:
        """The exceptions from a control."""
        if not self._by_control:
            made: dict[str, list[Excepted]] = {}
            for one in self.exceptions:
                made.setdefault(one.exception.match.control, []).append(one)
            self._by_control.update({name: tuple(several) for name, several in made.items()})
        return self._by_control.get(control, ())

    def compensating(self, controls: Collection[str]) -> frozenset[str]:
        """The controls that exceptions from `controls` depend on."""
        every = (one.exception for one in self.exceptions if one.exception.match.control in controls)
        return frozenset(name for one in every for name in one.while_)

    def tightening(self, day: date) -> tuple[date, ...]:
        """The days after `day` on which modes tighten."""
        return tuple(one for one in self.enforcement.days() if one > day)


def delegated(control: str, tiers: Sequence[Delegation]) -> frozenset[Tier]:
    """The tiers for which delegations let exceptions from a control be made."""
    return frozenset(tier for one in tiers if control in one.control for tier in one.tier)
