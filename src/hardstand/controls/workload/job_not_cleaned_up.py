"""Job stays after it has finished.

Why
    A finished Job and its pods stay until somebody deletes them. They fill the API server's store, and their logs
    and environment stay readable.

Fix
    Set `ttlSecondsAfterFinished`, long enough for your logs to be collected and read.

When it is fine
    Jobs that somebody looks at and deletes. Jobs of a CronJob or another owner, which cleans up itself, and hooks
    with a delete policy are not reported.

References
    - https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
"""

from hardstand.analysis.hooks import DELETION, is_deleted_hook
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Cel,
    Kind,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    always,
    control,
)
from hardstand.inventory.views.workload import Workload

JOB = Kind("batch", "Job")
A_DAY = 86_400


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "nist-800-53:SI-12"),
    fix=Repair("Delete it a day after it finished", safe=False),
    cel=Cel(
        "kind != 'Job' || object.metadata.?ownerReferences.orValue([]).size() > 0"
        " || has(object.spec.ttlSecondsAfterFinished)"
        " || (hook && deletion.exists(key, key in object.metadata.?annotations.orValue({})))",
        "ttlSecondsAfterFinished",
        {"deletion": always(DELETION)},
    ),
)
def check(workload: Workload) -> Violations:
    """A Job without an owner needs `ttlSecondsAfterFinished`."""
    if workload.kind != JOB or workload.metadata.owner_references or is_deleted_hook(workload):
        raise NotApplicableError(Why.NO_SUBJECT)
    spec, field = workload.spec, "ttlSecondsAfterFinished"
    if spec.ttl_seconds_after_finished is None:
        yield spec.violates("stays after it has finished", field, edits=[spec.put(A_DAY, field)])
