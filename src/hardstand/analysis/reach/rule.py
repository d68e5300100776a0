"""What policies of every make come down to: stages of rules, asked one after the other in each direction.

In a stage the first rule that is about a connection decides: it is allowed, denied, or passed on to the next stage.
What no rule of a stage is about is denied where the stage isolates the pod, and passed on elsewhere. What no stage has
decided is allowed. That is enough for all makes:

- Kubernetes' own policies are one stage of rules that allow, and isolate what they select;
- administrators' policies are a stage before and one behind it, in the order of their priorities, and isolate nothing;
- each of Calico's tiers is a stage, and isolates what its policies select, unless the tier passes on;
- Cilium's are rules of the same stage as Kubernetes' own, those that deny before those that allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hardstand.analysis.reach.connections import Connections
from hardstand.model.path import Path


class Effect(StrEnum):
    """What a rule does with a connection that it is about."""

    ALLOW = "allows"
    DENY = "denies"
    PASS = "passes on"  # noqa: S105 - no password


class Direction(StrEnum):
    """Seen from the pod that a policy is about."""

    INGRESS = "Ingress"
    EGRESS = "Egress"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule stands."""

    kind: str
    namespace: str | None
    name: str
    steps: Path
    """The way to the rule in the object; to its `spec` where it is not about a single rule."""
    file: str = ""
    title: str = ""
    """The name that the rule itself has, where rules have names."""

    @property
    def policy(self) -> str:
        """The policy, for a person."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `about` and `peers` are sets of peers, as bits: that of number n is `1 << n`."""

    effect: Effect
    about: int
    """The ends that the policy is about: the called in ingress, the caller in egress."""
    peers: int
    """The ends on the other side."""
    connections: Connections
    origin: Origin
    condition: str = ""
    """What else must be so for the rule to hold, which neither addresses nor ports tell: empty where nothing must."""
    unsupported: bool = False
    """What the condition says is not understood: nobody can tell whether the rule holds."""


@dataclass(frozen=True, slots=True)
class Isolating:
    """Ends that a policy isolates: what no rule allows them is denied."""

    about: int
    origin: Origin
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """The rules of one direction that are asked together, the first first."""

    name: str
    rules: Sequence[Rule] = ()
    isolating: Sequence[Isolating] = ()
    ordered: bool = True
    """Which of two rules comes first matters; where all rules only allow, it does not."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All stages of both directions, in the order in which they are asked."""

    ingress: Sequence[Stage] = ()
    egress: Sequence[Stage] = ()

    def towards(self, direction: Direction) -> Sequence[Stage]:
        """The stages of a direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress
