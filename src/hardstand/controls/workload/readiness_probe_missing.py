"""Container has no readiness probe.

Why
    Without one a pod counts as ready when its process has started: requests reach it before it can answer, and a
    rollout goes on over broken pods until none of the old ones is left.

Fix
    Add a `readinessProbe` that succeeds when the program can take requests. A liveness probe does not stand in for it,
    unless the parameter `accept_any` says that any probe will do.

When it is fine
    Programs that nobody calls, such as consumers of a queue. Jobs, pods that are meant to end, init containers and
    sidecars without a port are not judged, nor is Knative, which adds a probe itself.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    - https://knative.dev/docs/serving/services/configure-probing/
"""

from hardstand.analysis.serving import serving_containers
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    WEEKS_2_4,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.parameter import flag
from hardstand.inventory.views.workload import Workload

ACCEPT_ANY = flag("accept_any", "Whether a liveness or startup probe will do instead", default=False)


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2", "iso-27001:A.8.14"),
    parameters=[ACCEPT_ANY],
    cel=Cel(
        "object.apiVersion.startsWith('serving.knative.dev/') || ends || serving.all(one, has(one.readinessProbe)"
        " || (accept_any && (has(one.livenessProbe) || has(one.startupProbe))))",
        "containers[*].readinessProbe",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Each container that serves must have a `readinessProbe`."""
    if workload.kind.group == "serving.knative.dev":
        raise NotApplicableError(Why.NO_SUBJECT)
    accept_any = given[ACCEPT_ANY]
    for container in serving_containers(workload):
        others = container.has("livenessProbe") or container.has("startupProbe")
        if not container.has("readinessProbe") and not (accept_any and others):
            yield container.violates("has no readiness probe", "readinessProbe")
