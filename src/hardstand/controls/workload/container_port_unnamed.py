"""Container port has no name.

Why
    A Service, probe or monitor that refers to a port by number breaks when the number moves; one that refers to its
    name does not, and meshes read the protocol from it.

Fix
    Give the port a `name`, such as `http` or `metrics`.

When it is fine
    Whether ports need names is for you to say: nothing is reported until the parameter `required` is true.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.container import Container

REQUIRED = demand("Whether every container port must have a name")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11",),
    parameters=[REQUIRED],
    cel=Cel(
        "container.?ports.orValue([]).all(port, port.?name.orValue('') != '')",
        "ports[*].name",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """Each entry of `ports` must have a name."""
    given[REQUIRED]
    for port in container.ports:
        if not port.name:
            yield port.violates(f"does not name its port {port.container_port}", "name")
