"""Claim leaves its storage class to the cluster's default.

Why
    The class decides whether the data is encrypted, replicated and kept when the claim goes. The default differs from
    cluster to cluster and can be changed for all by one annotation.

Fix
    Name the class in `storageClassName`.

When it is fine
    In charts for clusters of others, where the default is the only class that is known to be there. Nothing is reported
    until `required` is declared.

References
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
    - https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass
"""

from hardstand.analysis.cel_text import CLAIMS
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.storage import StorageClaims

REQUIRED = demand("Whether every claim for storage must name its class")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("twelve-controls:T6.1", "nist-800-53:SC-28", "nist-800-53:CM-6", "iso-27001:A.8.24"),
    parameters=[REQUIRED],
    cel=Cel(
        CLAIMS + ".all(claim, has(claim.storageClassName) || claim.?volumeName.orValue('') != '')",
        "storageClassName of claims",
    ),
)
def check(subject: StorageClaims, given: Given) -> Violations:
    """`storageClassName` must be there; empty asks for no class, and a `volumeName` for one volume: both are said."""
    given[REQUIRED]
    for claim in subject.claims:
        if claim.storage_class_name is None and not claim.volume_name:
            yield claim.violates("does not name a storage class", "storageClassName")
