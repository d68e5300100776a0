"""API server lets pods use cached private images without credentials.

Why
    An image that one pod has pulled with its credentials lies on the node, and any other pod there that names it gets
    it without having any. Tenants who share nodes so share private images.

Fix
    Add `AlwaysPullImages` to `--enable-admission-plugins`.

When it is fine
    Where all who share nodes may see all images, or kubelets check credentials themselves
    (`imagePullCredentialsVerificationPolicy`, from 1.33 on).

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwayspullimages
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T3.4",
        "cis-kubernetes:1.2.11",
        "nsa-cisa:pod-security.secure-images",
        "nist-800-53:AC-3",
        "nist-800-190:4.2.3",
        "soc2:CC6.1",
        "iso-27001:A.8.3",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin AlwaysPullImages must be on."""
    told = server.plugin("AlwaysPullImages")
    if not told.value:
        yield server.breaks(told, "lets pods run cached images without checking their credentials")
