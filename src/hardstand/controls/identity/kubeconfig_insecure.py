"""Kubeconfig does not check whether the API server is the right one.

Why
    With `insecure-skip-tls-verify`, or without TLS, whoever is on the way can play the API server: it gets the token of
    everybody who asks, and answers what it likes.

Fix
    Put the cluster's authority into `certificate-authority-data` and remove `insecure-skip-tls-verify`; begin the
    server's address with `https://`.

When it is fine
    For an address of the machine itself, such as `http://localhost:8001` of `kubectl proxy`, which is not reported.

References
    - https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster
    - https://kubernetes.io/docs/concepts/security/controlling-access/#transport-security
"""

from urllib.parse import urlsplit

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.kubeconfig import Kubeconfig

_OWN = frozenset({"localhost", "127.0.0.1", "::1"})


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.5",
        "nsa-cisa:network.control-plane",
        "nist-800-53:SC-8",
        "pci-dss:4.2.1",
        "iso-27001:A.8.24",
    ),
)
def check(kubeconfig: Kubeconfig) -> Violations:
    """Every cluster must be reached by TLS, with the server's certificate verified."""
    if not kubeconfig.clusters:
        raise NotApplicableError(Why.NO_SUBJECT)
    for entry in kubeconfig.clusters:
        caption = f"cluster {entry.name}"
        if entry.cluster.insecure:
            message = "does not verify the API server's certificate"
            yield entry.cluster.violates(message, "insecure-skip-tls-verify", caption=caption)
        elif _open(entry.cluster.server or ""):
            yield entry.cluster.violates("reaches the API server without TLS", "server", caption=caption)


def _open(server: str) -> bool:
    """Whether an address is for plain HTTP, to another machine. One without a scheme is, to kubectl too."""
    try:
        parts = urlsplit(server if "://" in server else f"http://{server}")
        return bool(server) and parts.scheme == "http" and parts.hostname not in _OWN
    except ValueError:
        return False  # It leads nowhere.
