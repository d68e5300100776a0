"""Binding gives rights to whoever has not signed in.

Why
    `system:anonymous` and `system:unauthenticated` are everybody who reaches the API server's port. What they may do,
    anybody on that network may, and mostly that is the internet.

Fix
    Take the subject out of the binding, and let the program that needs it sign in with a token.

When it is fine
    Health, version and the keys that tokens are checked with, which Kubernetes' own roles give, and the bootstrap data
    of kubeadm in `kube-public`. They are not reported; what somebody has added to these roles is, by
    `everyone-granted`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.controls.identity._granting import ANYBODY, BOOTSTRAP, HARMLESS, grantees, is_anybody, is_harmless
from hardstand.inventory.views.rbac import Binding
from hardstand.text.cel.literals import literal


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-14",
        "nist-800-53:AC-3",
        "pci-dss:7.3.3",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
    fix=Repair("Take whoever has not signed in out of the binding", safe=False),
    cel=Cel(
        f"(object.roleRef.kind == 'ClusterRole' && object.roleRef.name in {literal(HARMLESS)})"
        f" || (object.roleRef.kind == 'Role' && object.roleRef.name == '{BOOTSTRAP}'"
        " && ownNamespace == 'kube-public')"
        " || !object.?subjects.orValue([]).exists(one, one.kind in ['User', 'Group']"
        f" && one.name in {literal(ANYBODY)})",
        "subjects",
    ),
)
def check(binding: Binding) -> Violations:
    """No subject may be `system:anonymous` or `system:unauthenticated`, unless the role is one of the harmless."""
    if is_harmless(binding):
        return
    for view, at, who in grantees(binding):
        if is_anybody(who):
            message = f"gives {binding.role.kind_} {binding.role.name} to whoever has not signed in"
            yield view.violates(message, "name", edits=[binding.remove("subjects", at)])
