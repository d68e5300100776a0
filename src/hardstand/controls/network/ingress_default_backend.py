"""Ingress takes every request that no rule takes.

Why
    A default backend answers for all hosts and paths that nobody named, and with many controllers for those of other
    Ingresses too. Scanners talk to it, and a workload that was meant for one name is reached by any.

Fix
    Write rules with hosts, and leave what is left over to the controller's own page of errors.

When it is fine
    Where the controller gives each Ingress a load balancer of its own and one workload serves all of it.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#default-backend
    - https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/default-backend.md
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.ingress import Ingress


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.3", "nist-800-53:SC-7", "nist-800-53:CM-7", "pci-dss:1.2.5"),
    cel=Cel(
        "!object.?spec.?defaultBackend.hasValue() && !object.?spec.?backend.hasValue()",
        "spec.defaultBackend",
    ),
)
def check(ingress: Ingress) -> Violations:
    """`spec.defaultBackend`, `spec.backend` before networking.k8s.io/v1, must not be set."""
    for field, backend in (
        ("defaultBackend", ingress.spec.default_backend),
        ("backend", ingress.spec.legacy_default_backend),
    ):
        if backend.exists:
            yield ingress.spec.violates("takes every request that no rule takes", field)
