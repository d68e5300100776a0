"""Sorts of people and machines by what they do, who holds each, and what it may do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from hardstand.baseline.cadence import Length
from hardstand.baseline.globs import Glob
from hardstand.baseline.shape import At, Flaw, Says, brief

CORE = "core"
"""How a baseline names the API group that has no name."""


class Like(StrEnum):
    """The personas that are built in."""

    DEVELOPER = "developer"
    SRE = "sre"
    SECURITY_ENGINEER = "security-engineer"
    DEPLOYER = "deployer"
    BREAK_GLASS = "break-glass"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaRule:
    """One rule of a persona of one's own, as a role has it."""

    verbs: Annotated[tuple[str, ...], Says("What may be done: `get`, `list`, `patch` …")]
    resources: Annotated[tuple[str, ...], Says("On which resources, by their plurals: `pods`, `pods/log`.")] = ()
    api_groups: Annotated[tuple[str, ...], Says("Of which API groups; without, of `core`.")] = (CORE,)
    names: Annotated[tuple[str, ...], Says("On the objects of these names alone.")] = ()
    urls: Annotated[tuple[str, ...], Says("Paths outside of the API's resources, such as `/metrics`.")] = ()

    def flaws(self) -> Iterator[Flaw]:
        """A rule about nothing, or about what no role can join.

        Source: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/
        """
        if bool(self.resources) is bool(self.urls):
            yield Flaw((), "a rule is about `resources` or about `urls`", "name one of them; make two rules for both")
        if self.urls and self.names:
            yield Flaw(("names",), "paths have no names", "remove `names`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A sort of person or machine, and the roles that it may have."""

    like: Annotated[Like | None, Says("The built-in persona whose rights it has; by default the one of its name.")] = (
        None
    )
    groups: Annotated[
        tuple[str, ...], Says("Groups whose members it is, by their exact names at the identity provider.")
    ] = ()
    subjects: Annotated[tuple[Glob, ...], Says("Patterns for users, groups and service accounts.")] = ()
    roles: Annotated[tuple[Glob, ...], Says("Patterns for roles that it may have; a Role is NAMESPACE/NAME.")] = ()
    rules: Annotated[tuple[PersonaRule, ...], Says("Its rights, for a persona that is like no built-in one.")] = ()
    environments: Annotated[tuple[str, ...], Says("Environments in whose namespaces it may have them.")] = ()
    namespaces: Annotated[tuple[Glob, ...], Says("Where it may have them.")] = ()
    break_glass: Annotated[bool, Says("For emergencies only.")] = False
    ends: Annotated[Length | None, Says("Its grants last at most as long as this.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A group that is a pattern, or that is not the provider's; rights said twice."""
        for number, name in enumerate(self.groups):
            if "*" in name:
                yield Flaw(("groups", number), f"`{brief(name)}` is a pattern; groups are named exactly")
            elif name.startswith("system:"):
                message = f"`{brief(name)}` is no group of an identity provider: Kubernetes puts people in it itself"
                yield Flaw(("groups", number), message, "name a group of the provider")
        if self.like is not None and self.rules:
            yield Flaw(("rules",), f"it is like `{self.like}` already", "keep `like` or `rules`")


def likeness(name: str, persona: Persona) -> Like | None:
    """The built-in persona whose rights a declared one has; None for one of one's own."""
    if persona.like is not None or persona.rules or name not in set(Like):
        return persona.like
    return Like(name)


def is_break_glass(name: str, persona: Persona) -> bool:
    """Whether a persona is for emergencies only."""
    return persona.break_glass or likeness(name, persona) is Like.BREAK_GLASS
