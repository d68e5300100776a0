"""Containers of the pod share one process namespace.

Why
    Each container then sees the processes of the others, may signal them, and reaches their environment and their
    filesystem through `/proc` as far as its user allows. A broken-into helper is then inside the main program.

Fix
    Remove `shareProcessNamespace: true`. For debugging, `kubectl debug` takes a target container instead.

When it is fine
    Helpers that reload a neighbour by a signal, where both run as the same trust.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3", "nist-800-53:SC-39"),
    fix=Repair("Take `shareProcessNamespace` away", safe=False),
    cel=Cel(
        "!podSpec.?shareProcessNamespace.orValue(false)",
        "shareProcessNamespace",
    ),
    when=("pod.spec.shareProcessNamespace",),
)
def check(workload: Workload) -> Violations:
    """`shareProcessNamespace` must be false or absent."""
    pod = workload.pod
    if pod.share_process_namespace is True:
        field = "shareProcessNamespace"
        yield pod.violates("shares one process namespace among its containers", field, edits=[pod.remove(field)])
