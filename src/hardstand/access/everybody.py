"""What Kubernetes gives to whoever is let in, by itself: nobody needs a role of their own for it."""

from collections.abc import Sequence
from functools import lru_cache

from hardstand.analysis.rbac.defaults import assumed, beyond, bindings, default_grant
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import ACCOUNTS, AUTHENTICATED, UNAUTHENTICATED, Actor, Sort
from hardstand.model.request import Request

_EVERYBODY = frozenset({AUTHENTICATED, UNAUTHENTICATED, ACCOUNTS})


def by_default(who: Actor, asked: Request) -> str:
    """The binding by which Kubernetes' newest version gives it; nothing where it does not."""
    for binding, subjects in bindings():
        role = assumed().get(binding.role_name)
        if role is None or binding.namespace or role.allowing(asked) is None:
            continue
        if any(one.sort is Sort.GROUP and one.name in _EVERYBODY and one.name in who.groups for one in subjects):
            return f"ClusterRoleBinding {binding.name}"
    return ""


def by_default_there(permissions: Permissions, who: Actor, asked: Request) -> str:
    """The binding of a picture that gives it, if it is Kubernetes' own and the rule is too; else nothing."""
    for proof in permissions.proofs(who, asked):
        grant = proof.grant
        if grant is None or grant.role is None or not by_kubernetes(grant):
            continue
        if proof.ruled not in beyond(grant.role):
            return grant.given_by
    return ""


def by_kubernetes(grant: Grant) -> bool:
    """Whether Kubernetes itself, in any version, gives a role to everybody by this grant."""
    return grant.who.sort is Sort.GROUP and grant.who.name in _EVERYBODY and default_grant(grant)


def everybodys(who: Actor) -> Sequence[Rule]:
    """What Kubernetes' newest version lets somebody do everywhere because everybody may, or every service account."""
    return _given(who.groups & _EVERYBODY | {AUTHENTICATED, UNAUTHENTICATED})


@lru_cache(maxsize=8)
def _given(groups: frozenset[str]) -> Sequence[Rule]:
    names = {
        binding.role_name
        for binding, subjects in bindings()
        if not binding.namespace and any(one.sort is Sort.GROUP and one.name in groups for one in subjects)
    }
    roles = (assumed().get(name) for name in sorted(names))
    return tuple(ruled.rule for role in roles if role is not None for ruled in role.rules)
