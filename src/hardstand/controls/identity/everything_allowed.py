"""Role allows everything.

Why
    A rule with a star for verbs, resources and API groups is cluster administration under another name: every right
    that exists and every one to come, `escalate`, `bind` and `impersonate` among them.

Fix
    Write down what the holder does. `hardstand rbac least` proposes it from an audit log.

When it is fine
    A role for emergencies, if `cluster-admin` will not do, whose bindings end.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
"""

from hardstand.analysis.rbac.rights import is_everything
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Confidence, Violations, control
from hardstand.controls.identity._rights import EVERYTHING, NOT_WRITTEN, RULES, judged
from hardstand.inventory.views.rbac import AnyRole


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "production-checklist:P9.1",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.1",
        "cis-kubernetes:5.1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=Cel(f"{NOT_WRITTEN} || !{RULES}.exists(rule, {EVERYTHING})", "rules.verbs"),
)
def check(role: AnyRole) -> Violations:
    """No rule may have a star for verbs, resources and groups alike, unless it names its objects."""
    for view, rule in judged(role):
        if is_everything(rule):
            yield view.violates("allows everything", "verbs")
