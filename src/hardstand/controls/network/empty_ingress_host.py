"""Ingress rule takes requests for any host.

Why
    A rule without a host answers whatever name a client puts into its request, and requests to the bare address as
    well. It shadows or catches what other Ingresses forgot, and makes attacks by forged host names and DNS rebinding
    possible.

Fix
    Name the host in `spec.rules[].host`.

When it is fine
    Where the controller gives each Ingress a load balancer of its own, and nothing else shares it.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Cel, Violations, control
from hardstand.inventory.views.ingress import Ingress


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.3", "nist-800-53:SC-7", "nist-800-53:CM-7", "pci-dss:1.2.5"),
    cel=Cel(
        "object.?spec.?rules.orValue([]).all(rule, !has(rule.http) || rule.?host.orValue('') != '')",
        "spec.rules[*].host",
    ),
)
def check(ingress: Ingress) -> Violations:
    """Every rule with paths must name a host."""
    for rule in ingress.spec.rules:
        if rule.http.exists and not rule.host:
            yield rule.violates("takes requests for any host", "host")
