"""Service claims external IP addresses.

Why
    Nodes take over traffic for any address in `externalIPs`, and nobody checks whose address it is. Whoever may create
    a Service can so draw traffic meant for another host, a resolver or a metadata service to a pod of their own
    (CVE-2020-8554).

Fix
    Use a load balancer, an Ingress or a Gateway, whose controller hands out addresses. Deny the field at admission.

When it is fine
    On bare metal, for addresses that are routed to these nodes on purpose; except the Service by name.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#external-ips
    - https://github.com/kubernetes/kubernetes/issues/97076
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Cel, Repair, Violations, control
from hardstand.inventory.views.services import Service


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:1.2.3",
        "nist-800-53:SC-7",
        "pci-dss:1.2.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
    fix=Repair("Claim no external addresses", safe=False),
    cel=Cel(
        "object.?spec.?externalIPs.orValue([]).size() == 0",
        "spec.externalIPs",
    ),
)
def check(service: Service) -> Violations:
    """`spec.externalIPs` must be empty."""
    if service.spec.external_ips:
        yield service.spec.violates(
            f"claims the external addresses {', '.join(service.spec.external_ips)}",
            "externalIPs",
            edits=[service.spec.remove("externalIPs")],
        )
