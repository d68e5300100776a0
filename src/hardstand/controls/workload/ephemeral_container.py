"""Pod holds an ephemeral container.

Why
    Ephemeral containers are put into running pods to debug them, often with a shell, an image of somebody's choice
    and more rights than the rest. They stay until the pod ends, and are not in what was reviewed.

Fix
    Delete the pod so that its controller makes a clean one, and take the container out of the manifest: Kubernetes
    takes ephemeral containers only through their own API, not with a new pod.

When it is fine
    While somebody is debugging, and the session is recorded.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/
    - https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Cel, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.2", "twelve-controls:T5.2", "nist-800-190:4.4.5", "nist-800-53:CM-5"),
    cel=Cel(
        "podSpec.?ephemeralContainers.orValue([]).size() == 0",
        "ephemeralContainers",
    ),
    when=("pod.spec.ephemeralContainers",),
)
def check(workload: Workload) -> Violations:
    """`ephemeralContainers` must be absent or empty."""
    for container in workload.pod.ephemeral_containers:
        yield container.violates("is in the pod for debugging")
