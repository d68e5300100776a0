"""A control once more, as one expression in CEL, for the admission policies that API servers evaluate themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from hardstand.controls.given import Given
from hardstand.controls.parameter import Parameter
from hardstand.text.glob_regex import glob_regex

Worked: TypeAlias = Callable[[Given], object]
"""What works out a value of an expression from the parameters: strings, numbers, lists and mappings of one type."""


class NotNative(StrEnum):
    """Why a control is not exported to native policy. Those that its shape tells are derived, the others declared."""

    NEIGHBOURS = "it asks about other objects, and a policy sees one"
    BOUNDARY = "it asks what is production, which a policy is not told"
    COMPONENTS = "it is about command lines and files of components, which an API server is not given, or not first"
    COMPOSE = "it is about Compose files, which no API server is given"
    EVERY_KIND = "it looks at objects of every kind: a policy would be asked about each lease and event"
    SECRETS = "it tells secrets by name, shape and entropy, which CEL cannot compute"
    EXEMPT = "it is about the namespaces that no exported policy touches"
    SPREAD = "what it compares is spelt differently by the kinds and tools that it reads"
    COST = "it compares every item with every other, which the cost limit of a policy does not allow"
    LONG = "it would take a second program rather than an expression"
    EXACT = "it computes with exact fractions, which CEL does not have"
    PAST = "it is about what was done, which audit logs tell and a policy is not told"
    CLOCK = "it asks what time it is, which a policy is not told"
    REFUSED = "the API server refuses such objects itself"
    NOT_WRITTEN = "it declares no `cel=`"


@dataclass(frozen=True, slots=True)
class Cel:
    """The control as an expression that is true where it holds or has nothing to judge.

    A control over `Container` says it of one `container`, any other of the whole `object`. The names that expressions
    may use are in `hardstand.engine.native`: what lies in every kind that makes pods, and the control's parameters.
    """

    expression: str
    place: str
    """Where people find the fault: below the container for a control over `Container`, else below the pod or"
    " object."""
    values: Mapping[str, Worked] = field(default_factory=dict)
    """Further names, each worked out when the policy is written: lists of the control's own, patterns."""


def always(value: object) -> Worked:
    """A value that no parameter changes."""
    return lambda _given: value


def patterns(of: Parameter[tuple[str, ...]], *, lower: bool = False) -> Worked:
    """A parameter's patterns as regular expressions; `lower` where the text is compared in small letters."""
    return lambda given: [glob_regex(one.lower() if lower else one) for one in given[of]]


def regexes(texts: Sequence[str]) -> Worked:
    """Patterns of the control's own as regular expressions."""
    return always([glob_regex(one) for one in texts])
