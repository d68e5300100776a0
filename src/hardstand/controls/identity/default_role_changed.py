"""Role that Kubernetes makes by itself gives more than in any version.

Why
    Kubernetes' own roles are held by its controllers, by nodes, and some by everybody, and nobody reviews them. What is
    added to one is held by all of them from then on, and an upgrade does not take it away. It is also a quiet way to
    keep a right.

Fix
    Take the addition out, and give it by a role of its own to those who need it.

When it is fine
    A version of Kubernetes that is newer than what is known here. What is missing is not reported: the API server adds
    it again at its start. Rights with a control of their own, and stars, are reported by that control alone.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation
"""

from hardstand.analysis.rbac.defaults import is_default
from hardstand.analysis.rbac.own import written
from hardstand.analysis.rbac.roles import role_of
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    NotApplicableError,
    NotNative,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._told import is_told
from hardstand.inventory.views.rbac import AnyRole


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "nist-800-53:AC-6",
        "nist-800-53:CM-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=NotNative.LONG,
)
def check(role: AnyRole) -> Violations:
    """A role of a default's name must have no rule that no version of Kubernetes has, and aggregate as the default."""
    rules = written(role) or ()
    known = is_default(role_of(role))
    if known is None:
        raise NotApplicableError(Why.NO_SUBJECT)
    for what in known.other:
        yield role.violates(f"{what}, other than Kubernetes {known.versions[-1]} makes it", "metadata", "name")
    for view, rule in rules:
        if not is_told(rule, cluster=role.kind.name == "ClusterRole"):
            yield view.violates(f"adds to what Kubernetes gives by it: {rule}", "verbs")
