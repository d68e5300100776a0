"""Rules by the power that they give, so that of many the ones come first that matter most."""

from typing import Final

from hardstand.analysis.rbac.rule import ALL, Rule

_OVER_ROLES: Final = frozenset({"escalate", "bind", "impersonate"})
_STRONG: Final = frozenset(
    {
        "pods/exec",
        "pods/attach",
        "pods/ephemeralcontainers",
        "serviceaccounts/token",
        "nodes/proxy",
        "persistentvolumes",
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "certificatesigningrequests/approval",
        "clusterroles",
        "clusterrolebindings",
        "roles",
        "rolebindings",
    }
)
"""Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (privilege escalation risks)."""
_READING: Final = frozenset({"get", "list", "watch"})


def by_power(rule: Rule) -> tuple[int, bool]:
    """What to sort rules by: everything first, then Secrets, other stars, and what leads to more; reading comes last.

    It orders what people read, and decides nothing.
    """
    return (_rank(rule), _READING.issuperset(rule.verbs))


def _rank(rule: Rule) -> int:
    any_verb, anything = ALL in rule.verbs, ALL in rule.resources or ALL in rule.urls
    if any_verb and anything:
        return 0
    if "secrets" in rule.resources:
        return 1
    if any_verb or anything or ALL in rule.groups:
        return 2
    if _OVER_ROLES.intersection(rule.verbs) or _STRONG.intersection(rule.resources):
        return 3
    return 4
