"""kube-proxy serves metrics on the network.

Why
    Metrics, and the profiling that comes with them, need no authentication here. They tell anybody which Services
    there are and how they are used.

Fix
    Set `metricsBindAddress: 127.0.0.1:10249`, or leave it out.

When it is fine
    Where a collector of metrics comes from other hosts, over a network that only it reaches.

References
    - https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/
"""

from hardstand.analysis.addresses import is_loopback
from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.control_plane import KubeProxy


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:4.3.1",
        "nsa-cisa:network.worker-nodes",
        "nist-800-53:SC-7",
        "pci-dss:1.4.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(proxy: KubeProxy) -> Violations:
    """`metricsBindAddress` must be a loopback address, as it is by default."""
    if proxy.config_file is not None:
        raise NotApplicableError(Why.NO_SUBJECT)  # What the file says is judged where it is.
    told = proxy.metrics_address
    host, _, port = told.value.rpartition(":")
    if told.value and port != "0" and not is_loopback(host.strip("[]") or told.value):
        yield proxy.breaks(told, f"serves metrics on {told.value}")
