"""What Kubernetes gives to whoever is let in, by itself: nobody needs a role of their own for it."""

from hardstand.analysis.rbac.defaults import assumed, beyond, bindings, default_grant
from hardstand.analysis.rbac.permissions import Permissions
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
        if grant is None or grant.role is None or grant.who.name not in _EVERYBODY or not default_grant(grant):
            continue
        if proof.ruled not in beyond(grant.role):
            return grant.given_by
    return ""
