"""Binding gives rights to whoever has not signed in.

Why
    `system:anonymous` and `system:unauthenticated` are everybody who reaches the API server's port. What they may do,
    anybody on that network may, and mostly that is the internet.

Fix
    Take the subject out of the binding, and let the program that needs it sign in with a token.

When it is fine
    Health, version and the keys that tokens are checked with, which Kubernetes' own roles give, and the bootstrap data
    of kubeadm in `kube-public`. They are not reported.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
"""

from hardstand.analysis.rbac.who import ANONYMOUS, UNAUTHENTICATED
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.controls.identity._granting import grantees
from hardstand.inventory.views.rbac import Binding
from hardstand.text.cel.literals import literal

_ANYBODY = (ANONYMOUS, UNAUTHENTICATED)

_HARMLESS = (
    "system:public-info-viewer",
    "system:discovery",  # Until Kubernetes 1.14.
    "system:service-account-issuer-discovery",
    "system:openshift:public-info-viewer",
)
_BOOTSTRAP = "kubeadm:bootstrap-signer-clusterinfo"
"""The Role by which kubeadm shows the cluster's address and authority to nodes that join."""


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
        f"(object.roleRef.kind == 'ClusterRole' && object.roleRef.name in {literal(_HARMLESS)})"
        f" || (object.roleRef.kind == 'Role' && object.roleRef.name == '{_BOOTSTRAP}'"
        " && ownNamespace == 'kube-public')"
        " || !object.?subjects.orValue([]).exists(one, one.kind in ['User', 'Group']"
        f" && one.name in {literal(_ANYBODY)})",
        "subjects",
    ),
)
def check(binding: Binding) -> Violations:
    """No subject may be `system:anonymous` or `system:unauthenticated`, unless the role is one of the harmless."""
    kind, name = binding.role.kind_, binding.role.name
    if kind == "ClusterRole" and name in _HARMLESS:
        return
    if kind == "Role" and name == _BOOTSTRAP and binding.namespace == "kube-public":
        return
    for view, at, who in grantees(binding):
        if who.user in _ANYBODY or (not who.user and who.name in _ANYBODY):
            message = f"gives {kind} {name} to whoever has not signed in"
            yield view.violates(message, "name", edits=[binding.remove("subjects", at)])
