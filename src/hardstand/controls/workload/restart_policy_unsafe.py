"""Pod that should keep running is not restarted when it ends.

Why
    With `restartPolicy: Never` a crash is the end of a bare pod. Controllers of lasting pods refuse any policy but
    `Always`, so that the manifest cannot be applied.

Fix
    Leave `restartPolicy` out, or set it to `Always`. What is meant to end belongs into a Job.

    In Compose: set `restart: unless-stopped`, so that the service is back after a crash and after the host was
    restarted.

When it is fine
    Bare pods for one task. Hooks of Helm and Argo CD are not judged, and Jobs only with the parameter `jobs`.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
"""

from hardstand.analysis.hooks import is_hook
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    LOW,
    PRODUCTION,
    QUARTERLY,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    always,
    control,
)
from hardstand.controls.parameter import flag
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import COMPOSE_SERVICE

JOBS = flag("jobs", "Whether jobs must restart their containers too instead of starting new pods", default=False)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    parameters=[JOBS],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "hook || (kind in ['Job', 'CronJob'] && !jobs) || !(podSpec.?restartPolicy.orValue('') == 'Never'"
        " || (podSpec.?restartPolicy.orValue('') == 'OnFailure' && !(kind in (['Job', 'CronJob'] + bare))))",
        "restartPolicy",
        {"bare": always(sorted(kind.name for kind, shape in SHAPES.items() if not shape.controller))},
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Lasting pods must have Always, bare pods anything but Never."""
    job, bare = workload.kind.name in ("Job", "CronJob"), not workload.shape.controller
    if is_hook(workload) or (job and not given[JOBS]):
        raise NotApplicableError(Why.NO_SUBJECT)
    policy = workload.pod.restart_policy
    if workload.kind == COMPOSE_SERVICE:
        yield from _of_service(workload)
        return
    if policy == "Never" or (policy == "OnFailure" and not job and not bare):
        yield workload.pod.violates(f"is not always restarted when it ends: {policy}", "restartPolicy")


def _of_service(workload: Workload) -> Violations:
    """A service of Compose that others call, or that is asked for its health, must be started again whatever happens.

    Any other may be a task, as is one for whose end others wait; `on-failure` leaves it down after a restart of the
    host: https://docs.docker.com/engine/containers/start-containers-automatically/
    """
    pod = workload.pod
    serves = any(one.ports or one.liveness_probe.exists for one in pod.regular_containers)
    if pod.get("ends") is True or not serves:
        raise NotApplicableError(Why.NO_SUBJECT)
    if pod.restart_policy != "Always":
        yield pod.violates("is not always started again when it ends or its host restarts", "restartPolicy")
