"""Load balancer takes connections from any address.

Why
    A Service of type LoadBalancer gets an address of its own, public with most providers, and without source ranges
    the whole internet may connect. Scanners find such an address within the hour.

Fix
    List who may connect in `spec.loadBalancerSourceRanges`, or ask the provider for an internal load balancer with its
    annotation. What people should reach over HTTP belongs behind the one Ingress or Gateway.

When it is fine
    The one public entrance itself: the Service of the Ingress controller or the Gateway.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
    - https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer
"""

from hardstand.analysis.load_balancers import is_internal, is_open, source_ranges
from hardstand.controls.api import MEDIUM, MINIMUM, WEEK_1, Confidence, Given, NotNative, Violations, control
from hardstand.controls.parameter import text_map
from hardstand.inventory.views.services import Service

INTERNAL = text_map(
    "internal_annotations",
    "annotations, beside those of the well-known providers, whose value makes a load balancer internal",
    default={},
)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.3.1",
        "pci-dss:1.4.2",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
    parameters=[INTERNAL],
    cel=NotNative.SPREAD,
)
def check(service: Service, given: Given) -> Violations:
    """A public load balancer must have source ranges, and none of them may be the whole address space."""
    spec = service.spec
    if spec.type != "LoadBalancer" or is_internal(service, given[INTERNAL]):
        return
    ranges = source_ranges(service)
    if not ranges:
        yield spec.violates("takes connections from any address", "loadBalancerSourceRanges")
    for place, block in ranges:
        if is_open(block):
            yield service.violates(f"takes connections from any address: {block}", *place)
