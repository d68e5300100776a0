"""Pod names its service account in a deprecated field.

Why
    `serviceAccount` is an alias that was deprecated long ago. Policies and people look at `serviceAccountName`, and
    where the two differ the alias is silently ignored.

Fix
    Write the name in `serviceAccountName` and remove `serviceAccount`.

When it is fine
    Objects read back from a cluster, where the API server fills in both alike; they are not reported.

References
    - https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "nist-800-53:CM-6"),
    fix=Repair("Move the name to `serviceAccountName`", safe=True),
    cel=Cel(
        "podSpec.?serviceAccount.orValue('') == ''"
        " || podSpec.serviceAccount == podSpec.?serviceAccountName.orValue('')",
        "serviceAccount",
    ),
    when=("pod.spec.serviceAccount",),
)
def check(workload: Workload) -> Violations:
    """`serviceAccount` must be absent or say the same as `serviceAccountName`."""
    pod, field = workload.pod, "serviceAccount"
    alias = pod.deprecated_service_account
    if alias and alias != pod.service_account_name:
        edits = [pod.put(workload.service_account, "serviceAccountName"), pod.remove(field)]
        yield pod.violates("names its service account in a deprecated field", field, edits=edits)
