"""API server stretches service account tokens to a year.

Why
    Tokens that are mounted into pods ask for an hour or so, and are given a year, for clients that do not reload them.
    A token that leaks is then good for a year, too.

Fix
    Set `--service-account-extend-token-expiration=false`, once the metric `serviceaccount_stale_tokens_total` stays at
    zero.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T1.2",
        "cis-kubernetes:1.2.30",
        "nist-800-53:IA-5",
        "pci-dss:8.6.3",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--service-account-extend-token-expiration` must be false."""
    told = server.token_extension
    if told.value:
        yield server.breaks(told, f"extends tokens of pods to a year{told.by_default}")
