"""API server takes tokens from a file.

Why
    The tokens lie in clear text on the control plane, never expire, and change only with a restart. Whoever has read
    the file once is that user until somebody notices.

Fix
    Remove `--token-auth-file`, and let people sign in with OIDC and workloads with service account tokens.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
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
        "cis-kubernetes:1.2.2",
        "nsa-cisa:access.authentication",
        "nist-800-53:IA-5(7)",
        "nist-800-190:4.3.2",
        "pci-dss:8.3.2",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
)
def check(server: ApiServer) -> Violations:
    """There must be no `--token-auth-file`."""
    told = server.token_auth_file
    if told.value:
        yield server.breaks(told, "takes static tokens from a file")
