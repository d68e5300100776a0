"""API server does not check the certificates of kubelets.

Why
    Without an authority to check them by, any host that answers at a node's address is taken for its kubelet. It then
    sees what `kubectl exec` sends, and answers what it likes.

Fix
    Set `--kubelet-certificate-authority` to the authority that signs the kubelets' serving certificates, which
    kubelets get with `serverTLSBootstrap: true`.

References
    - https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#apiserver-to-kubelet
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.2.5",
        "nsa-cisa:network.encryption",
        "nist-800-53:SC-8",
        "nist-800-190:4.3.5",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--kubelet-certificate-authority` must be set."""
    told = server.kubelet_ca_file
    if not told.value:
        yield server.breaks(told, "takes any certificate for a kubelet's")
