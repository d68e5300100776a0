"""Role lets its holders reach any port of a pod.

Why
    A forwarded port goes through the kubelet into the pod's own network: no network policy sees it, and what listens on
    loopback alone, such as an admin page or a debugger, is reached as from inside.

Fix
    Take `pods/portforward` out, and let people reach what they need through an ingress that asks who they are.

When it is fine
    Development clusters without anybody's data.

References
    - https://kubernetes.io/docs/tasks/access-application-cluster/port-forward-access-application-cluster/
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("get", "create"), "", ("pods/portforward",)),)


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "production-checklist:P4.3",
        "nist-800-53:AC-6",
        "nist-800-53:AC-17",
        "pci-dss:7.2.2",
        "soc2:CC6.6",
        "iso-27001:A.8.18",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `pods/portforward` without names."""
    return gives(role, "lets its holders reach any port of a pod", *RIGHTS)
