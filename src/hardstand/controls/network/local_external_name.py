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
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Cel, Violations, always, control
from hardstand.inventory.views.services import Service

_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_LOCAL = (
    r"^\[?(localhost|localhost[.]localdomain|metadata[.]google[.]internal|.*[.]localhost)\]?[.]*$",
    rf"^(127[.]{_OCTET}|169[.]254|0[.]0)[.]{_OCTET}[.]{_OCTET}[.]*$",
)
"""What `is_local` takes for local, of what the API server takes for a name: no address of IPv6 is one."""


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
    cel=Cel(
        "object.?spec.?type.orValue('') != 'ExternalName' || !local.exists(pattern,"
        " object.spec.?externalName.orValue('').lowerAscii().matches(pattern))",
        "spec.externalName",
        {"local": always(_LOCAL)},
    ),
)
def check(service: Service) -> Violations:
    """`spec.externalName` must be neither `localhost` (RFC 6761) nor a loopback, link-local or unspecified"
    " address."""
    spec = service.spec
    if spec.type == "ExternalName" and is_local(spec.external_name or ""):
        yield spec.violates(f"stands for {spec.external_name}, which is whoever asks or its node", "externalName")
