"""How people sign in to clusters: the identity provider, what its tokens say, and what it must ask of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

from hardstand.baseline.cadence import Length
from hardstand.baseline.globs import Glob
from hardstand.baseline.shape import At, Says, WordError, brief
from hardstand.baseline.vocabulary import Vocabulary

if TYPE_CHECKING:
    from hardstand.baseline.declared import Declared

NO_PREFIX = "-"
"""What stands for no prefix, as it does for the API server's `--oidc-username-prefix`."""


class Issuer(str):
    """The address of an OpenID Connect provider.

    Source: https://openid.net/specs/openid-connect-core-1_0.html#IDToken, `iss`: https, no query, no fragment.
    """

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^https://[^?#\\s]+$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The address; WordError for any other one."""
        fault = issuer_fault(text)
        if fault:
            raise WordError(f"`{brief(text)}` is no issuer: {fault}", "write it as the provider does: `https://…`")
        return cls(text)


def issuer_fault(text: str) -> str:
    """What keeps a text from being the address of an issuer; empty for nothing."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port  # Raises for one that is none.
    except ValueError:
        return "it is no address"
    if parts.scheme != "https":
        return "it must begin with https://"
    if not host or any(one.isspace() for one in text):
        return "it is no address"
    if parts.username is not None or parts.password is not None:
        return "it must not name a user"
    return "it must have no query and no fragment" if "?" in text or "#" in text else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What the identity provider must ask of whom, besides a password."""

    export: Annotated[
        str | None, Says("An export of the provider's users and groups, from the folder of this file.")
    ] = None
    groups: Annotated[
        tuple[Glob, ...], Says("Groups whose members need a second factor; without, all that bindings name.")
    ] = ()
    hardware_keys: Annotated[
        tuple[Glob, ...], Says("Groups whose members need keys in hardware, besides those that break the glass.")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The OpenID Connect provider that API servers trust, and how they read its tokens."""

    issuer: Annotated[Issuer | None, Says("The provider's address, as its tokens say it.")] = None
    client_id: Annotated[str | None, Says("Whom its tokens are for: the client, or audience.")] = None
    username_claim: Annotated[str | None, Says("The claim that names the user.")] = None
    username_prefix: Annotated[str | None, Says("What is put before the user's name; `-` for nothing.")] = None
    groups_claim: Annotated[str | None, Says("The claim that lists groups.")] = None
    groups_prefix: Annotated[str | None, Says("What is put before a group's name; `-` for nothing.")] = None
    mfa: Annotated[SecondFactor | None, Says("Who needs a second factor, and of which sort.")] = None
    max_grant: Annotated[Length | None, Says("The longest that a temporary grant may last.")] = None
    at: At = field(default_factory=At, compare=False)


SAME = tuple(one.name for one in fields(SignIn) if one.name not in ("mfa", "max_grant", "at"))
"""What is one for all files, and cannot be told tighter or looser."""


OIDC_CONTROL = "api-server-oidc-not-declared"
"""The control whose parameters are called as these keys are: they need not be said twice."""


CLUSTER_ADMIN_CONTROL = "cluster-admin-granted"
"""The control whose parameter `break_glass` is who breaks the glass, by the personas."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What all files together say of signing in; None is not said."""

    issuer: str | None = None
    client_id: str | None = None
    username_claim: str | None = None
    username_prefix: str | None = None
    groups_claim: str | None = None
    groups_prefix: str | None = None
    export: str | None = None
    """The path of the provider's export, from the folder of the file that names it."""
    mfa_groups: tuple[Glob, ...] = ()
    """Groups that need a second factor; none is all."""
    hardware_keys: tuple[Glob, ...] = ()
    max_grant: int | None = None
    """Minutes."""
    unused_after: int | None = None
    """Minutes after which access that nobody used is taken away: the shortest `unused_access` of the cadences."""

    def group(self, name: str) -> str:
        """The name by which the API server knows a group of the provider."""
        return name if self.groups_prefix in (None, NO_PREFIX) else f"{self.groups_prefix}{name}"

    def at_provider(self, name: str) -> str | None:
        """The name at the provider of a group that the API server knows; None where it is none of the provider's."""
        return _without(self.groups_prefix, name)

    def user_at_provider(self, name: str) -> str | None:
        """The same of a user."""
        return _without(self.username_prefix, name)


def _without(prefix: str | None, name: str) -> str | None:
    if name.startswith("system:"):
        return None  # https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
    if prefix in (None, NO_PREFIX):
        return name
    return name.removeprefix(prefix or "") if name.startswith(prefix or "") else None


def signing_in_of(every: Sequence["Declared"]) -> SigningIn:
    """What the files, the built-in one first, say together: one word for each, the shortest lengths, lists add up."""
    said = [one.identity for one in every if one.identity is not None]
    same: dict[str, str] = {}
    for one in said:
        for name in SAME:
            value = getattr(one, name)
            if value is not None:
                same.setdefault(name, str(value))
    factors = [one.mfa for one in said if one.mfa is not None]
    everybody = any(not one.groups for one in factors)
    grants = [int(one.max_grant) for one in said if one.max_grant is not None]
    unused = [int(one.unused_access) for each in every for one in each.cadences if one.unused_access is not None]
    return SigningIn(
        **same,
        export=next((one.export for one in reversed(factors) if one.export is not None), None),
        mfa_groups=() if everybody else tuple(glob for one in factors for glob in one.groups),
        hardware_keys=tuple(glob for one in factors for glob in one.hardware_keys),
        max_grant=min(grants, default=None),
        unused_after=min(unused, default=None),
    )


def differing(mine: SignIn, theirs: SignIn) -> Iterator[str]:
    """The keys that two files say differently, though they are one for both."""
    for name in SAME:
        now, before = getattr(mine, name), getattr(theirs, name)
        if now is not None and before is not None and now != before:
            yield name
