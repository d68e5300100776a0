"""Service has a port outside the allowed ranges.

Why
    Firewalls between zones, and the people who read flow logs, count on ports meaning something. A Service on a port of
    its own choosing either does not get through or needs a hole that stays.

Fix
    Give the Service a port in one of the allowed ranges; `targetPort` may stay what the program listens on.

When it is fine
    Which ports are allowed is for you to say: nothing is reported until the parameter `ranges` is declared.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import ranges
from hardstand.inventory.views.services import Service

RANGES = ranges("ranges", "The ports that Services may have, as pairs of the first and the last")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.2", "pci-dss:1.2.5", "nist-800-53:SC-7", "nist-800-53:CM-7"),
    parameters=[RANGES],
    cel=Cel(
        "object.?spec.?ports.orValue([]).all(one, !has(one.port)"
        " || ranges.exists(range, range[0] <= one.port && one.port <= range[1]))",
        "spec.ports[*].port",
    ),
)
def check(service: Service, given: Given) -> Violations:
    """Each `port` must lie in a declared range."""
    allowed = given[RANGES]
    for port in service.spec.ports:
        number = port.port
        if number is not None and not any(first <= number <= last for first, last in allowed):
            yield port.violates(f"has the port {number}, outside the allowed ranges", "port")
