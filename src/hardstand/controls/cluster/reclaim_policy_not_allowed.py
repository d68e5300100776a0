"""Storage class does with old volumes what your team did not allow.

Why
    When a claim is deleted, by hand, with its namespace or by a tool that prunes, `reclaimPolicy: Delete` deletes the
    volume and its data with it. `Retain` keeps the data, and with it what a customer asked to have erased and what the
    provider charges for. Which of the two is right is a decision to be made once.

Fix
    Set `reclaimPolicy` to an allowed value. It cannot be changed in place: the class is made anew, and volumes that
    exist keep theirs.

When it is fine
    Which policies are allowed is for you to say: nothing is reported until the parameter `allowed` is declared.

References
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
    - https://kubernetes.io/docs/concepts/storage/storage-classes/#reclaim-policy
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.storage import StorageClass

ALLOWED = text_list("allowed", "The reclaim policies that storage classes may have: `Delete`, `Retain`")


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("twelve-controls:T6.3", "nist-800-53:CP-9", "soc2:A1.2", "iso-27001:A.8.13"),
    parameters=[ALLOWED],
    cel=Cel(
        "object.?reclaimPolicy.orValue('Delete') in allowed",
        "reclaimPolicy",
    ),
)
def check(storage_class: StorageClass, given: Given) -> Violations:
    """`reclaimPolicy`, `Delete` when absent, must be one of the declared ones."""
    allowed = given[ALLOWED]
    policy = storage_class.reclaim_policy or "Delete"
    if policy not in allowed:
        yield storage_class.violates(f"has the reclaim policy {policy}, which is not allowed", "reclaimPolicy")
