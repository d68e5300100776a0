"""Role lets its holders bind a role, or act as somebody, by which they have the whole cluster.

Why
    Names limit `bind` and `impersonate` to those named, and help only if these are weak. Whoever may bind `admin` gives
    it to themselves everywhere, where they may bind at all, and reads every Secret. Whoever may act as
    `system:kube-controller-manager` does what it does.

Fix
    Name roles without power, and people who are no administrators. Give out what is stronger by hand.

When it is fine
    Controllers that hand namespaces to teams and bind `admin` there, which run where nobody else has a shell. Except
    the role by name.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#bind-verb
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#impersonate-verb
"""

from collections.abc import Sequence

from hardstand.analysis.rbac.power import bindable
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import MASTERS
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Confidence, Given, Violations, control
from hardstand.controls.identity._picture import BINDINGS, ROLES, Strong, acting_as, roles, strong
from hardstand.controls.identity._rights import judged
from hardstand.inventory.views.rbac import AnyRole
from hardstand.model.violation import not_in_input


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.8",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:AC-6(10)",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    reads=[ROLES, BINDINGS],
)
def check(role: AnyRole, given: Given) -> Violations:
    """No rule may allow to bind or to impersonate, by name, what leads to the whole cluster."""
    for view, rule in judged(role):
        reached = _reached(rule, role, given) if rule.names else ""
        if reached:
            yield view.violates(f"lets its holders {reached}, and so have the whole cluster", "resourceNames")


def _reached(rule: Rule, role: AnyRole, given: Given) -> str:
    """What a rule lets its holders do, as a predicate; nothing where it does not lead far.

    What `bind-right` and `impersonate-right` report by the name alone is left to them.
    """
    home = (role.namespace or "") if role.kind.name == "Role" else ""
    known = given.around(strong)
    named = () if home or "cluster-admin" in rule.names else bindable(rule)
    bound = next((name for name in named if name in known.roles), "")
    if bound:
        return f"bind ClusterRole {bound}"
    who = None if MASTERS in rule.names else acting_as(rule, home, known.named)
    if who is not None:
        return f"act as {who}"
    _must_be_known(named, known, given)
    return ""


def _must_be_known(named: Sequence[str], known: Strong, given: Given) -> None:
    """UnknownError where a role that may be bound is not in the input, or a binding of somebody's cannot be read."""
    there = given.around(roles)
    for name in named:
        role = there.get(("", name))
        if role is None and not given.complete:
            raise not_in_input(f"ClusterRole {name}", None)
    if known.unreadable:
        raise min(known.unreadable, key=str)
