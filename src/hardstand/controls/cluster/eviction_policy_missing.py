"""Disruption budget protects pods that do not work.

Why
    By default a budget also forbids the eviction of pods that run without ever becoming ready, as long as too few
    others are. A program in a crash loop then holds up the drain of its node, and with it the upgrade, until somebody
    deletes pods by hand.

Fix
    Set `unhealthyPodEvictionPolicy: AlwaysAllow`, or `IfHealthyBudget` to say that the default is meant.

When it is fine
    On clusters older than Kubernetes 1.27, which do not know the field.

References
    - https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Repair, Violations, control
from hardstand.inventory.views.config import PodDisruptionBudget


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "nist-800-53:SI-2", "soc2:A1.2", "iso-27001:A.8.14"),
    fix=Repair("Let pods that are not ready be evicted", safe=False),
    cel=Cel(
        "object.?spec.?unhealthyPodEvictionPolicy.orValue('') != ''",
        "spec.unhealthyPodEvictionPolicy",
    ),
)
def check(budget: PodDisruptionBudget) -> Violations:
    """`spec.unhealthyPodEvictionPolicy` must be set."""
    if not budget.spec.unhealthy_pod_eviction_policy:
        edit = budget.spec.put("AlwaysAllow", "unhealthyPodEvictionPolicy")
        yield budget.spec.violates("protects pods that are not ready", "unhealthyPodEvictionPolicy", edits=[edit])
