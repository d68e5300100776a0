"""API server lets everybody do everything.

Why
    With `AlwaysAllow` every request that is authenticated at all is allowed: each pod's token, each client certificate
    is an administrator's. It is the default where no mode is given.

Fix
    Set `--authorization-mode=Node,RBAC`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authorization/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import modes_of
from hardstand.inventory.views.api_server import ApiServer, AuthorizationFile


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.3",
        "cis-kubernetes:1.2.6",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-3",
        "nist-800-190:4.3.1",
        "pci-dss:7.3.3",
        "soc2:CC6.3",
        "iso-27001:A.8.3",
    ),
    reads=[anywhere(AuthorizationFile, needed=False)],
)
def check(server: ApiServer, given: Given) -> Violations:
    """AlwaysAllow must not be among the modes."""
    told = modes_of(server, given)
    if "AlwaysAllow" in told.value:
        yield server.breaks(told, f"allows every request{told.by_default}")
