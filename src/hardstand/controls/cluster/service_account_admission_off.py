"""API server does not give pods their service account at admission.

Why
    Without it pods may name a service account that does not exist or mount tokens that are not theirs, and none is
    given one by default.

Fix
    Remove `ServiceAccount` from `--disable-admission-plugins`, and add it to `--admission-control` where that flag is
    used.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#serviceaccount
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:1.2.12",
        "nist-800-53:IA-9",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.5.16",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin ServiceAccount must be on."""
    told = server.plugin("ServiceAccount")
    if not told.value:
        yield server.breaks(told, f"runs without the admission plugin ServiceAccount{told.by_default}")
