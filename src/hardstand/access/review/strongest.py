"""What a grant allows, as a reviewer reads it: the strongest first, and nothing strong left out."""

from collections.abc import Sequence

from hardstand.access.review.campaign import Campaign, Item
from hardstand.analysis.rbac.power import MAKE_PODS, TAKEOVER, is_power
from hardstand.analysis.rbac.rights import RBAC, Right, is_everything
from hardstand.analysis.rbac.rule import ALL, Rule

_FEW = 6
"""Lines of what is no more than usual."""

_STRONG = (
    *MAKE_PODS,
    Right(("get", "create"), "", ("pods/exec", "pods/attach", "pods/portforward"), names=None),
    Right(("update", "patch"), "", ("pods", "pods/ephemeralcontainers"), names=None),
    Right(("get", "list", "watch", "create", "update", "patch"), "", ("secrets", "serviceaccounts/token"), names=None),
    Right(("create", "update", "patch"), RBAC, ("rolebindings",), ("clusterrolebindings",), names=None),
)  # fmt: skip
_VERBS = frozenset({"bind", "escalate", "impersonate", ALL})
_WORDS = (ALL, "OWNERSHIP", "GRANT OPTION", "admin", "Admin", "owner", "Owner")
"""In the words of other systems."""


def shown(item: Item, campaign: Campaign) -> tuple[tuple[str, ...], int]:
    """The lines for a grant, and how many more there are, none of them strong."""
    rules = campaign.roles.get(item.bound.role) if item.bound else None
    if rules:
        cluster = item.bound is not None and item.bound.role.startswith("ClusterRole/")
        ranked = sorted(((rank(one, cluster=cluster), str(one)) for one in rules), key=lambda pair: pair[0])
    else:
        ranked = sorted(((_worded(one), one) for one in item.right.comes_to), key=lambda pair: pair[0])
    strong = sum(place < _USUAL for place, _ in ranked)
    return _cut([line for _, line in ranked], max(strong, _FEW))


_USUAL = 3


def rank(rule: Rule, *, cluster: bool) -> int:
    """How strong a rule is: 0 everything, 1 it leads to the whole cluster, 2 strong, 3 it changes, 4 it reads."""
    if is_everything(rule):
        return 0
    if any(one.given_by(rule, cluster=cluster) for one in TAKEOVER):
        return 1
    starred = ALL in (*rule.verbs, *rule.resources, *rule.groups, *rule.urls)
    if starred or not _VERBS.isdisjoint(rule.verbs) or any(one.given_by(rule, cluster=cluster) for one in _STRONG):
        return 2
    return _USUAL if is_power(rule, cluster=cluster) else _USUAL + 1


def _worded(line: str) -> int:
    return _USUAL - 1 if any(word in line for word in _WORDS) else _USUAL


def _cut(lines: Sequence[str], most: int) -> tuple[tuple[str, ...], int]:
    return tuple(lines[:most]), max(len(lines) - most, 0)
