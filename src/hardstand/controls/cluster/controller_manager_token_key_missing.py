"""Controller manager has no key for service account tokens.

Why
    It then makes no tokens for service accounts that ask for one in a Secret, and whoever still relies on them works
    around it with copies of other tokens.

Fix
    Set `--service-account-private-key-file` to the key whose public half the API server has.

When it is fine
    Where no tokens are kept in Secrets any more: those of pods are made by the API server.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
"""

from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.control_plane import ControllerManager


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.2",
        "cis-kubernetes:1.3.4",
        "nist-800-53:SC-12",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
)
def check(manager: ControllerManager) -> Violations:
    """`--service-account-private-key-file` must be set."""
    told = manager.token_key
    if not told.value:
        yield manager.breaks(told, "has no key to sign service account tokens with")
