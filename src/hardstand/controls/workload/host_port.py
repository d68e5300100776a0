"""Container claims a port of its node.

Why
    A `hostPort` is open on every address of the node, past Services and often past network policies, so what listens
    there can be reached from networks that have no business with it. It also ties the pod to nodes where the port is
    still free.

Fix
    Remove `hostPort` and publish the port with a Service.

    In Compose: publish to the host alone with `127.0.0.1:8080:80`, or remove the port from `ports` where only other
    services call it: they reach each other without. Docker opens a published port past the host's own firewall rules.

When it is fine
    Ingress controllers on bare metal, and node agents that are called by address. Name their ports in `allowed_ranges`.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/concepts/configuration/overview/#services
"""

from hardstand.controls.api import COMPOSE, KUBERNETES, MEDIUM, MINIMUM, WEEK_1, Cel, Given, Repair, Violations, control
from hardstand.controls.parameter import ranges
from hardstand.inventory.views.container import Container

ALLOWED = ranges("allowed_ranges", "ranges of node ports that may be claimed", ())


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostPorts",
        "cis-kubernetes:5.2.12",
        "nist-800-190:4.4.3",
        "nist-800-53:CM-7",
        "production-checklist:P4.3",
    ),
    parameters=(ALLOWED,),
    fix=Repair("Take `hostPort` away", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0"
        " || allowed_ranges.exists(range, range[0] <= port.hostPort && port.hostPort <= range[1]))",
        "ports[*].hostPort",
    ),
    when=("container.ports[].hostPort", "container.ports[].anyHostPort"),
)
def check(container: Container, given: Given) -> Violations:
    """`hostPort` must be 0 or absent (pod-security-admission, check `hostPorts`, all versions).

    What the API server fills in for pods in the node's network is not read: `host-network` says that already.
    """
    machine = container.workload.machine
    for port in container.ports:
        number = port.host_port
        if port.any_host_port:
            yield port.violates(
                f"claims a port of the {machine} that it leaves open", "hostPort", edits=[port.remove("anyHostPort")]
            )
        if number and not any(first <= number <= last for first, last in given[ALLOWED]):
            yield port.violates(f"claims port {number} of the {machine}", "hostPort", edits=[port.remove("hostPort")])
