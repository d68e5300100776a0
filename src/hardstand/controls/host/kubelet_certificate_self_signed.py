"""Kubelet makes up its own serving certificate.

Why
    The API server cannot check a certificate that the kubelet signed itself, so anybody on the way can answer in its
    place and see what `kubectl exec` sends.

Fix
    Set `serverTLSBootstrap: true` and approve the requests, or name `tlsCertFile` and `tlsPrivateKeyFile`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#client-and-serving-certificates
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:4.2.9",
        "nsa-cisa:network.encryption",
        "nist-800-53:SC-17",
        "nist-800-190:4.3.5",
        "pci-dss:4.2.1.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """Certificate and key must be named, or be asked for from the cluster."""
    if kubelet.bootstraps_tls.value:
        return
    for told, what in ((kubelet.cert_file, "certificate"), (kubelet.key_file, "key")):
        if not told.value:
            yield kubelet.breaks(told, f"serves TLS without a {what} of its own")
            return
