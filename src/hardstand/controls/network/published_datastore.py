"""Database, cache or other store is published on the network of its machine.

Why
    Stores are made to be called by programs beside them: many have no password by default, and few withstand guessing.
    A published one is found by scanners within hours. Docker opens its ports past the host's own firewall rules.

Fix
    Remove `hostPort` and let programs call the store through a Service.

    In Compose: remove the port from `ports`: the other services reach it by its name. To work on it from the machine
    itself publish it there alone, `127.0.0.1:5432:5432`, and from elsewhere go through SSH.

When it is fine
    Stores that machines outside must call, on a private network with encryption and passwords. Take the port out of
    `ports`, the parameter, or except the workload by name.

References
    - https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw
    - https://redis.io/docs/latest/operate/oss_and_stack/management/security/
"""

from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Given, Repair, Violations, control
from hardstand.controls.parameter import number_list
from hardstand.inventory.views.container import Container, Port

PORTS = number_list(
    "ports",
    "The TCP ports that stores listen on",
    default=[1433, 1521, 2379, 3306, 5432, 5984, 6379, 9042, 9200, 11211, 27017],
)
_LOOPBACK = ("127.", "::1")


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=("production-checklist:P4.3", "nist-800-190:4.4.3", "nist-800-53:SC-7", "nist-800-53:CM-7"),
    parameters=[PORTS],
    fix=Repair("Publish the store no more", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0"
        " || !(port.?containerPort.orValue(0) in ports)"
        " || !(port.?protocol.orValue('TCP') in ['', 'TCP']) || port.?hostIP.orValue('').matches('^(127[.]|::1)'))",
        "ports[*].hostPort",
    ),
    when=("container.ports[].hostPort", "container.ports[].anyHostPort"),
)
def check(container: Container, given: Given) -> Violations:
    """No container port of a store may be open on an address of its machine that others reach."""
    stores = given[PORTS]
    for port in container.ports:
        if _open(port) and port.container_port in stores and port.protocol in (None, "", "TCP"):
            where = f"publishes port {port.container_port} on its {container.workload.machine}"
            edits = [port.remove("anyHostPort" if port.any_host_port else "hostPort")]
            yield port.violates(f"{where}, where a store listens", "hostPort", edits=edits)


def _open(port: Port) -> bool:
    return bool(port.host_port or port.any_host_port) and not (port.host_ip or "").startswith(_LOOPBACK)
