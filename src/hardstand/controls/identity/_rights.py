"""What the controls over single rights have in common: which roles are judged, and the same in CEL."""

from collections.abc import Sequence

from hardstand.analysis.rbac.own import written
from hardstand.analysis.rbac.rights import Right, is_everything
from hardstand.analysis.rbac.rule import Rule
from hardstand.controls.api import Cel, NotApplicableError, Violations, Why
from hardstand.inventory.views.rbac import AnyRole, PolicyRule
from hardstand.text.cel.literals import literal


def judged(role: AnyRole) -> Sequence[tuple[PolicyRule, Rule]]:
    """The rules of a role that somebody has written, each as it stands and as it counts.

    NotApplicableError where there is none: for Kubernetes' own roles, unless somebody has added to them, and for those
    whose rules a controller copies from others, which are judged themselves.
    """
    rules = written(role)
    if rules is None:
        raise NotApplicableError(Why.NO_SUBJECT)
    return rules


def gives(role: AnyRole, message: str, *rights: Right, field: str = "resources") -> Violations:
    """A violation for each rule of a role that gives one of the rights, at the rule's `field`.

    A rule that gives everything is left to the control that is about that.
    """
    cluster = role.kind.name == "ClusterRole"
    for view, rule in judged(role):
        if not is_everything(rule) and any(one.given_by(rule, cluster=cluster) for one in rights):
            yield view.violates(message, field)


def called(role: AnyRole) -> str:
    """What tells a role from others, as the root of findings."""
    return f"{role.kind.name}:{role.namespace or ''}/{role.name}"


_UNNAMED = "rule.?resourceNames.orValue([]).size() == 0"

RULES = "(object.?rules.orValue(null) == null ? [] : object.rules)"
"""The expression for the rules of a role: the API server writes a role without any as `rules: null`."""

NOT_WRITTEN = "(kind == 'ClusterRole' && has(object.aggregationRule))"
"""The expression for a role whose rules are copied from others. The API server's own roles pass by a match condition
of the policy, since an expression cannot know them."""

EVERYTHING = (
    "'*' in rule.?verbs.orValue([]) && '*' in rule.?resources.orValue([]) && '*' in rule.?apiGroups.orValue([])"
    f" && {_UNNAMED}"
)
"""The expression for a `rule` that gives all there is."""


def without(*rights: Right, field: str = "resources") -> Cel:
    """The expression that is true of a role that gives none of the rights."""
    given = " || ".join(f"({_given(one)})" for one in rights)
    return Cel(f"{NOT_WRITTEN} || !{RULES}.exists(rule, !({EVERYTHING}) && ({given}))", f"rules.{field}")


def _given(right: Right) -> str:
    resources = (
        literal(_words(right.of(cluster=True)))
        if not right.everywhere or not right.resources
        else f"(kind == 'ClusterRole' ? {literal(_words(right.of(cluster=True)))} : {literal(_words(right.resources))})"
    )
    parts = [
        f"rule.?verbs.orValue([]).exists(one, one in {literal(['*', *right.verbs])})",
        f"rule.?apiGroups.orValue([]).exists(one, one in {literal(['*', right.group])})",
        f"rule.?resources.orValue([]).exists(one, one in {resources})",
    ]
    if not right.resources:
        parts.insert(0, "kind == 'ClusterRole'")
    if right.names is not None:
        named = f" || rule.resourceNames.exists(one, one in {literal(list(right.names))})" if right.names else ""
        parts.append(f"({_UNNAMED}{named}{_nameless(right)})")
    return " && ".join(parts)


def _nameless(right: Right) -> str:
    """Where a rule names its objects: whether it gives all of the right to requests without a name."""
    plain = [one for one in right.of(cluster=True) if "/" not in one]
    if not right.nameless or not plain:
        return ""
    verbs = f"rule.?verbs.orValue([]).exists(one, one in {literal(['*', *right.nameless])})"
    parts = ["'' in rule.resourceNames", verbs]
    if len(plain) < len(right.of(cluster=True)):
        parts.append(f"rule.?resources.orValue([]).exists(one, one in {literal(['*', *plain])})")
    return f" || ({' && '.join(parts)})"


def _words(resources: tuple[str, ...]) -> list[str]:
    """How rules may name the resources: themselves, everything, and a subresource of everything."""
    below = dict.fromkeys(f"*/{one.partition('/')[2]}" for one in resources if "/" in one)
    return ["*", *resources, *below]
