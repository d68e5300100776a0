"""Claim lets more pods at its volume than your team allows.

Why
    `ReadWriteMany` lets every pod that names the claim write, from any node, and `ReadWriteOnce` every pod of one node.
    Two writers that do not know of each other corrupt a database; one that was broken into changes what the others
    read. `ReadWriteOncePod` lets in one pod of the whole cluster.

Fix
    Ask for an allowed mode. It cannot be changed in place: the data moves to a new claim.

When it is fine
    Which modes are allowed is for you to say: nothing is reported until the parameter `allowed` is declared.

References
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from hardstand.analysis.cel_text import CLAIMS
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.storage import StorageClaims

ALLOWED = text_list("allowed", "The access modes that claims may ask for, such as `ReadWriteOncePod`")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("twelve-controls:T2.3", "nist-800-53:AC-6", "nist-800-53:SC-28"),
    parameters=[ALLOWED],
    cel=Cel(
        CLAIMS + ".all(claim, claim.?accessModes.orValue([]).all(mode, mode in allowed))",
        "accessModes of claims",
    ),
)
def check(subject: StorageClaims, given: Given) -> Violations:
    """Each of `accessModes` must be one of the declared ones."""
    allowed = given[ALLOWED]
    for claim in subject.claims:
        for at, mode in enumerate(claim.access_modes):
            if mode not in allowed:
                yield claim.violates(f"asks for the access mode {mode}, which is not allowed", "accessModes", at)
