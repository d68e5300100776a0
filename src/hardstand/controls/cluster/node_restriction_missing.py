"""API server lets a kubelet change other nodes.

Why
    A kubelet's credentials may then label and taint any node and change any pod's status. Whoever steals those of one
    node pulls the workloads that they want onto it.

Fix
    Add `NodeRestriction` to `--enable-admission-plugins`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:1.2.14",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-190:4.3.5",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.3",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin NodeRestriction must be on."""
    told = server.plugin("NodeRestriction")
    if not told.value:
        yield server.breaks(told, "does not restrict kubelets to their own node")
