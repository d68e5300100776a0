"""API server does not use RBAC.

Why
    Roles and bindings are then dead letters: what anybody may do is decided elsewhere, where nobody reviews it, or not
    at all.

Fix
    Add `RBAC` to `--authorization-mode`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    - https://kubernetes.io/docs/reference/access-authn-authz/authorization/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import modes_of
from hardstand.inventory.views.api_server import ApiServer, AuthorizationFile


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.3",
        "cis-kubernetes:1.2.8",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-3",
        "nist-800-190:4.3.1",
        "pci-dss:7.3.1",
        "soc2:CC6.3",
        "iso-27001:A.5.15",
    ),
    reads=[anywhere(AuthorizationFile, needed=False)],
)
def check(server: ApiServer, given: Given) -> Violations:
    """RBAC must be among the modes."""
    told = modes_of(server, given)
    if "RBAC" not in told.value:
        yield server.breaks(told, "does not use RBAC")
