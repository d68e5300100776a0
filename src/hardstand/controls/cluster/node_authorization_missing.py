"""API server does not hold kubelets to their own node.

Why
    The Node authorizer lets a kubelet read only what the pods on its node need. Without it kubelets need a role of
    their own, and the credentials of one stolen node read the Secrets of all.

Fix
    Add `Node` to `--authorization-mode`, before `RBAC`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/node/
    - https://kubernetes.io/docs/reference/access-authn-authz/authorization/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import modes_of
from hardstand.inventory.views.api_server import ApiServer, AuthorizationFile


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.3",
        "cis-kubernetes:1.2.7",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-190:4.3.5",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.3",
    ),
    reads=[anywhere(AuthorizationFile, needed=False)],
)
def check(server: ApiServer, given: Given) -> Violations:
    """Node must be among the modes."""
    told = modes_of(server, given)
    if "Node" not in told.value:
        yield server.breaks(told, "has no Node authorizer")
