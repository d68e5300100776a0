"""Container has no liveness probe.

Why
    A program that hangs without ending keeps its place: nothing restarts it until a person looks.

Fix
    Add a `livenessProbe` that asks the program itself something cheap. Leave out what it depends on: a probe that
    fails because a database is down restarts everything that uses it.

When it is fine
    Programs that end when something is wrong with them. Jobs, pods that are meant to end and init containers are not
    judged, nor are sidecars without a port.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    - https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
"""

from hardstand.analysis.serving import serving_containers
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2", "iso-27001:A.8.14"),
    cel=Cel(
        "ends || serving.all(one, has(one.livenessProbe))",
        "containers[*].livenessProbe",
    ),
)
def check(workload: Workload) -> Violations:
    """Each container that serves must have a `livenessProbe`."""
    for container in serving_containers(workload):
        if not container.has("livenessProbe"):
            yield container.violates("has no liveness probe", "livenessProbe")
