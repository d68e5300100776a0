"""API server admits Services that claim any outside address.

Why
    A Service with `externalIPs` takes traffic to those addresses from every node, with no proof that they are its
    owner's. Whoever may create Services can so read what pods send elsewhere (CVE-2020-8554).

Fix
    Add `DenyServiceExternalIPs` to `--enable-admission-plugins`.

When it is fine
    Where another policy at admission decides who may set `externalIPs`, or a network uses them on purpose.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#denyserviceexternalips
    - https://github.com/kubernetes/kubernetes/issues/97076
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P5.3",
        "cis-kubernetes:1.2.3",
        "nsa-cisa:network.control-plane",
        "nist-800-53:SC-7",
        "pci-dss:1.4.2",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin DenyServiceExternalIPs must be on."""
    told = server.plugin("DenyServiceExternalIPs")
    if not told.value:
        yield server.breaks(told, f"admits Services with externalIPs{told.by_default}")
