"""Pod that should keep running is not restarted when it ends.

Why
    With `restartPolicy: Never` a crash is the end of a bare pod. Controllers of lasting pods refuse any policy but
    `Always`, so that the manifest cannot be applied.

Fix
    Leave `restartPolicy` out, or set it to `Always`. What is meant to end belongs into a Job.

When it is fine
    Bare pods for one task. Hooks of Helm and Argo CD are not judged, and Jobs only with the parameter `jobs`.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
"""

from hardstand.analysis.hooks import is_hook
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import flag
from hardstand.inventory.views.workload import Workload

JOBS = flag("jobs", "Whether jobs must restart their containers too instead of starting new pods", default=False)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    parameters=[JOBS],
)
def check(workload: Workload, given: Given) -> Violations:
    """Lasting pods must have Always, bare pods anything but Never."""
    job, bare = workload.kind.name in ("Job", "CronJob"), not workload.shape.controller
    if is_hook(workload) or (job and not given[JOBS]):
        raise NotApplicableError(Why.NO_SUBJECT)
    policy = workload.pod.restart_policy
    if policy == "Never" or (policy == "OnFailure" and not job and not bare):
        yield workload.pod.violates(f"is not always restarted when it ends: {policy}", "restartPolicy")
