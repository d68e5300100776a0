"""How the gate behaves when it cannot be asked, whom it lets pass, and who makes what at admission."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from hardstand.baseline.shape import At, Flaw, Says, WordError, brief
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.kind import Kind
from hardstand.model.tier import Tier

if TYPE_CHECKING:
    from hardstand.baseline.declared import Declared

ALWAYS_EXEMPT = ("kube-system", "kube-node-lease", "kube-public")
"""Namespaces that no baseline can have gated: without them the cluster, and the gate in it, would not come back.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""

_EVERYBODY = {
    "system:authenticated": "everybody who has logged in",
    "system:unauthenticated": "everybody who has not logged in",
    "system:serviceaccounts": "every service account",
}
"""Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects"""

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""Source: RFC 1123, section 2.1, as Kubernetes asks it of namespaces."""

_SECONDS = re.compile(r"([1-9]|[12][0-9]|30)s")
"""Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#timeouts"""

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?")


class FailurePolicy(StrEnum):
    """What the API server does with a request that the gate does not answer, or not in time."""

    FAIL = "fail"
    IGNORE = "ignore"


class Emergency(StrEnum):
    """The one switch for an emergency: with `warn`, whatever would be refused is let pass with a warning."""

    OFF = "off"
    WARN = "warn"


class Timeout(int):
    """How long the API server waits for the gate, in seconds; written `5s`, from `1s` to `30s`."""

    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^([1-9]|[12][0-9]|30)s$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The seconds; WordError for any other form, and for more than the API server waits."""
        if not _SECONDS.fullmatch(text):
            raise WordError(f"`{brief(text)}` is no time-out", "write 1s to 30s: the API server waits no longer")
        return cls(text[:-1])


class NamespaceName(str):
    """The exact name of a namespace: the API server chooses by names, and knows no patterns."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The name; WordError for what no namespace can be called."""
        if not _NAMESPACE.fullmatch(text):
            hint = "name each: the API server knows no patterns there" if "*" in text else "small letters, digits and -"
            raise WordError(f"`{brief(text)}` is no name of a namespace", hint)
        return cls(text)


class KindName(str):
    """A kind and its API group, as in `Rollout.argoproj.io`; of the core group, the kind alone."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": f"^{_KIND.pattern}$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The kind; WordError for any other form."""
        if not _KIND.fullmatch(text):
            raise WordError(f"`{brief(text)}` is no kind", "write KIND.GROUP: `Rollout.argoproj.io`")
        return cls(text)

    @property
    def kind(self) -> Kind:
        """The kind that is named."""
        name, _, group = self.partition(".")
        return Kind(group, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who makes what objects of a kind own: only from them does such an object's owner count for it."""

    kind: Annotated[KindName, Says("The kind of the owner, such as `Rollout.argoproj.io`.")]
    user: Annotated[str, Says("The user that its controller is: `system:serviceaccount:NAMESPACE:NAME`.")]
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A pattern: an owner's exception would be anybody's."""
        if "*" in self.user:
            yield Flaw(("user",), "a controller is named exactly, without patterns", "name the user that it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """Identities for emergencies: their requests pass, and each use is recorded and told."""

    users: Annotated[tuple[str, ...], Says("Users, by their exact names.")] = ()
    groups: Annotated[tuple[str, ...], Says("Groups, by their exact names.")] = ()

    def flaws(self) -> Iterator[Flaw]:
        """Nobody, everybody, or a pattern."""
        if not self.users and not self.groups:
            yield Flaw((), "break glass is for nobody", "name `users` or `groups`, or remove it")
        for key in ("users", "groups"):
            for number, name in enumerate(getattr(self, key)):
                if "*" in name:
                    yield Flaw((key, number), f"`{brief(name)}` is a pattern; who may break the glass is named exactly")
                elif key == "groups" and name in _EVERYBODY:
                    yield Flaw((key, number), f"`{name}` is {_EVERYBODY[name]}: nobody would be refused any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How the gate behaves at admission. `hardstand gate plan` shows what follows from it."""

    failure_policy: Annotated[
        Mapping[Tier, FailurePolicy], Says("By tier, what happens when the gate does not answer: `fail` or `ignore`.")
    ] = field(default_factory=dict)
    timeout: Annotated[Timeout | None, Says("How long the API server waits for an answer, 1s to 30s.")] = None
    namespace: Annotated[NamespaceName | None, Says("The gate's own namespace; it is never gated.")] = None
    exempt_namespaces: Annotated[
        tuple[NamespaceName, ...], Says("Namespaces that are not gated, besides those that never are.")
    ] = ()
    emergency: Annotated[
        Emergency | None, Says("`warn` lets everything pass with a warning, and tells of it; else `off`.")
    ] = None
    break_glass: Annotated[BreakGlass | None, Says("Who may pass in an emergency.")] = None
    controllers: Annotated[tuple[Identity, ...], Says("Controllers of custom kinds that make pods.")] = ()
    at: At = field(default_factory=At, compare=False)


@dataclass(frozen=True, slots=True)
class Gating:
    """What all files together say of the gate."""

    failure_policy: Mapping[Tier, FailurePolicy]
    timeout: int
    namespace: str
    exempt: tuple[str, ...]
    """Every namespace that is not gated, those that never are among them."""
    emergency: str
    """The place that turns everything to warn; empty where nothing does."""
    users: frozenset[str]
    """Who may break the glass."""
    groups: frozenset[str]
    controllers: tuple[Identity, ...]


def gating_of(every: Sequence["Declared"]) -> Gating:
    """What the files, the built-in one first, say of the gate: what a later one says comes on top, and lists add up."""
    gates = [one.gate for one in every if one.gate is not None]
    policies = {tier: policy for one in gates for tier, policy in one.failure_policy.items()}
    namespace = [str(one.namespace) for one in gates if one.namespace is not None][-1]
    exempt = (*ALWAYS_EXEMPT, namespace, *(str(name) for one in gates for name in one.exempt_namespaces))
    said = [one for one in gates if one.emergency is not None]
    glasses = [one.break_glass for one in gates if one.break_glass is not None]
    return Gating(
        failure_policy={tier: policies[tier] for tier in reversed(Tier)},
        timeout=[int(one.timeout) for one in gates if one.timeout is not None][-1],
        namespace=namespace,
        exempt=tuple(dict.fromkeys(exempt)),
        emergency=str(said[-1].at) if said and said[-1].emergency is Emergency.WARN else "",
        users=frozenset(name for one in glasses for name in one.users),
        groups=frozenset(name for one in glasses for name in one.groups),
        controllers=tuple(each for one in gates for each in one.controllers),
    )
