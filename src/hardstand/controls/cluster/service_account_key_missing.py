"""API server checks service account tokens with its own TLS key.

Why
    The key that serves HTTPS is then also the one that service accounts are trusted by: they cannot be rotated apart,
    and whoever has one can make tokens for every service account.

Fix
    Set `--service-account-key-file` to the public key that belongs to the key that signs the tokens.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.2",
        "cis-kubernetes:1.2.22",
        "nist-800-53:SC-12",
        "pci-dss:3.6.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--service-account-key-file` must be set, unless a signer outside has the keys."""
    told = server.token_keys
    if not told.value and not server.token_signer.value:
        yield server.breaks(told, "has no key of its own for service account tokens")
