"""Liveness and readiness probes are the same.

Why
    The two ask different things. Where they are equal, a pod that is slow for a moment is not only taken out of
    service but restarted, and under load one restart after the other takes the rest down.

Fix
    Give the liveness probe a cheaper question, or at least a higher `failureThreshold`, so that a pod leaves service
    well before it is restarted.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    - https://kubernetes.io/docs/concepts/workloads/pods/probes/
"""

from hardstand.analysis.serving import serving_containers
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    cel=Cel(
        "ends || serving.all(one, !has(one.livenessProbe) || !has(one.readinessProbe)"
        " || one.livenessProbe != one.readinessProbe)",
        "containers[*].livenessProbe",
    ),
)
def check(workload: Workload) -> Violations:
    """Where both probes are there, they must differ in something."""
    for container in serving_containers(workload):
        both = container.has("livenessProbe"), container.has("readinessProbe")
        if all(both) and container.get("livenessProbe") == container.get("readinessProbe"):
            yield container.liveness_probe.violates("has equal liveness and readiness probes")
