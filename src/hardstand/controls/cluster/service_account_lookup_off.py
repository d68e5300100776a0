"""API server takes tokens of service accounts that are deleted.

Why
    Without the look-up only a token's signature counts, so that deleting a service account, a pod or a token Secret
    takes nothing away from whoever holds the token.

Fix
    Remove `--service-account-lookup`, or set it to true.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.2",
        "cis-kubernetes:1.2.21",
        "nist-800-53:AC-2",
        "pci-dss:8.2.5",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--service-account-lookup` must be true."""
    told = server.token_lookup
    if not told.value:
        yield server.breaks(told, "does not check whether the service account of a token still exists")
