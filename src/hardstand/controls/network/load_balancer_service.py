"""Service has a load balancer of its own outside the declared namespaces.

Why
    Each load balancer is one more address on the network and one more bill, with its own rules and no shared TLS,
    authentication or request log. Teams that enter by few doors keep load balancers to the namespaces of those doors.

Fix
    Use type `ClusterIP` and let the shared Ingress or Gateway lead to the Service, or declare the namespace.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
"""

from fnmatch import fnmatchcase

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control, patterns
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.services import Service

ALLOWED = text_list("allowed_namespaces", "namespaces that may have load balancers; `*` stands for any text")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.3", "nist-800-53:SC-7", "pci-dss:1.2.5", "iso-27001:A.8.20"),
    parameters=[ALLOWED],
    cel=Cel(
        "object.?spec.?type.orValue('') != 'LoadBalancer' || allowed.exists(name, ownNamespace.matches(name))",
        "spec.type",
        {"allowed": patterns(ALLOWED)},
    ),
)
def check(service: Service, given: Given) -> Violations:
    """`spec.type` must not be `LoadBalancer` outside the declared namespaces."""
    allowed = any(fnmatchcase(service.namespace or "", pattern) for pattern in given[ALLOWED])
    if service.spec.type == "LoadBalancer" and not allowed:
        yield service.spec.violates(f"has a load balancer in namespace {service.namespace}", "type")
