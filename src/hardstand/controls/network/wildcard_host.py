"""Entrance answers for a wildcard of host names.

Why
    A `*` lets in every name below a zone, also names that nobody has thought of: a forgotten test host, a name that
    another team meant for its own service, a cookie set for a sibling. A certificate for the wildcard is one key whose
    loss loses all names.

Fix
    List the names that are served.

When it is fine
    Where tenants or previews get names of their own below a zone that holds nothing else.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
    - https://gateway-api.sigs.k8s.io/reference/spec/#hostname
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, NotNative, Violations, control
from hardstand.inventory.views.entrances import Entrance


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.3", "nist-800-53:SC-7", "nist-800-53:CM-7", "pci-dss:1.2.5"),
    cel=NotNative.SPREAD,
)
def check(entrance: Entrance) -> Violations:
    """No host name of a rule, listener, route or server may hold `*`."""
    for host in entrance.hosts:
        if "*" in host.name:
            yield host.violates(f"answers for every host that matches {host.name}")
