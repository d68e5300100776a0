"""Which rights lead to the whole cluster, once they are held everywhere, and which rules are more than looking around.

Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hardstand.analysis.rbac.resources import RESOURCES
from hardstand.analysis.rbac.rights import RBAC, Right, is_everything
from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Sort

READ_SECRETS = Right(("get", "list", "watch"), "", ("secrets",))

TAKEOVER = (
    READ_SECRETS,
    Right(("escalate",), RBAC, ("roles",), ("clusterroles",), names=None),
    Right(("bind",), RBAC, ("roles", "clusterroles"), names=("cluster-admin",)),
    Right(("impersonate",), "", ("serviceaccounts",), ("users", "groups"), names=("system:masters",)),
    Right(("create",), "", ("serviceaccounts/token",)),
    Right(("get", "create"), "", (), ("nodes/proxy",), names=None),
)
"""Any of these in a ClusterRole that is bound everywhere is the cluster in a step or two."""

MAKE_PODS = (
    Right(("create",), "", ("pods", "replicationcontrollers")),
    Right(("create",), "apps", ("deployments", "statefulsets", "daemonsets", "replicasets")),
    Right(("create",), "batch", ("jobs", "cronjobs")),
    Right(("update", "patch"), "apps", ("deployments", "statefulsets", "daemonsets"), names=None),
    Right(("update", "patch"), "batch", ("cronjobs",), names=None),
)
"""Whoever holds one of these says as which service account pods run."""

_BIND = Right(("bind",), RBAC, (), ("clusterroles",), names=None)
_IMPERSONATE: Mapping[Sort, Right] = {
    Sort.USER: Right(("impersonate",), "", (), ("users",), names=None),
    Sort.GROUP: Right(("impersonate",), "", (), ("groups",), names=None),
    Sort.ACCOUNT: Right(("impersonate",), "", ("serviceaccounts",), names=None),
}
_READING = frozenset({"get", "list", "watch"})
_ASKING = frozenset({"authorization.k8s.io", "authentication.k8s.io"})
"""Groups in which `create` asks a question and leaves nothing behind."""
_REVIEWS = frozenset(one.plural for one in RESOURCES if one.group in _ASKING)
"""All that is asked there. `impersonate` names others in these groups: `uids` and `userextras`."""
_TELLING = (
    READ_SECRETS,
    Right(
        ("get",),
        "",
        ("pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"),
        ("nodes/proxy",),
        names=None,
    ),
)
"""Reads that show Secrets or reach into pods: a WebSocket begins with `get`."""


def takes_over(role: Role) -> bool:
    """Tell whether a ClusterRole, held everywhere, leads to the whole cluster."""
    return gives_any(role, TAKEOVER) or any(is_everything(one.rule) for one in role.rules)


def leading(roles: Iterable[Role]) -> frozenset[str]:
    """ClusterRoles by name that, held everywhere, lead to the whole cluster, by themselves or by binding another."""
    binders: dict[str, list[str]] = defaultdict(list)
    pending: list[str] = []
    for role in roles:
        if role.namespace:
            continue
        if takes_over(role):
            pending.append(role.name)
        for name in {name for one in role.rules for name in bindable(one.rule)}:
            binders[name].append(role.name)
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(binders[name])
    return frozenset(found)


def bindable(rule: Rule) -> Sequence[str]:
    """The ClusterRoles that a rule names and lets its holders bind."""
    return rule.names if _BIND.given_by(rule, cluster=True) else ()


def impersonated(rule: Rule, *, cluster: bool) -> Iterator[tuple[Sort, str]]:
    """Whom a rule names and lets its holders act as. `cluster`: it is a ClusterRole's."""
    for sort, right in _IMPERSONATE.items():
        if right.given_by(rule, cluster=cluster):
            yield from ((sort, name) for name in rule.names)


def gives_any(role: Role, rights: Iterable[Right]) -> bool:
    """Tell whether a role gives one of the rights by a rule that does not give everything."""
    wanted, cluster = tuple(rights), not role.namespace
    return any(
        not is_everything(one.rule) and any(right.given_by(one.rule, cluster=cluster) for right in wanted)
        for one in role.rules
    )


def _only_asks(rule: Rule) -> bool:
    """Whether all that it allows are questions to the API server, and reading."""
    if not rule.groups or not _ASKING.issuperset(rule.groups):
        return False
    return _REVIEWS.issuperset(rule.resources) or (_READING | {"create"}).issuperset(rule.verbs)


def is_power(rule: Rule, *, cluster: bool) -> bool:
    """Tell whether a rule lets its holders change something, or read what is secret."""
    if not rule.resources or _only_asks(rule):
        return False
    return not _READING.issuperset(rule.verbs) or any(one.given_by(rule, cluster=cluster) for one in _TELLING)
