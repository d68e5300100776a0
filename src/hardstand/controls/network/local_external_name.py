"""Service name stands for the node itself.

Why
    A Service of type ExternalName that points to a loopback or link-local address makes whoever follows it connect to
    itself or to its node: an Ingress controller then serves its own admin port, or the cloud's metadata with the
    credentials of the node, to the outside.

Fix
    Point the name to a host outside, or select pods with an ordinary Service.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#externalname
"""

from hardstand.analysis.addresses import is_local
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.services import Service


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "nsa-cisa:network.cloud-infrastructure",
        "pci-dss:1.4.5",
        "iso-27001:A.8.20",
    ),
)
def check(service: Service) -> Violations:
    """`spec.externalName` must be neither `localhost` (RFC 6761) nor a loopback, link-local or unspecified address."""
    spec = service.spec
    if spec.type == "ExternalName" and is_local(spec.external_name or ""):
        yield spec.violates(f"stands for {spec.external_name}, which is whoever asks or its node", "externalName")
