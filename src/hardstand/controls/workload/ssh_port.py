"""Workload or Service offers SSH.

Why
    A shell server in a container is a way in that the API server's authentication, RBAC and audit log do not see,
    with keys that somebody has to look after.

Fix
    Remove the server and its port; `kubectl exec` gives an authorised, audited shell.

    In Compose: remove the server and its port; `docker compose exec` gives a shell.

When it is fine
    Programs whose work is SSH, such as git or SFTP servers. Ports under other numbers can be declared with `ports`.

References
    - https://kubernetes.io/docs/concepts/security/security-checklist/
    - https://csrc.nist.gov/pubs/sp/800/190/final (4.1.2)
"""

from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Given,
    NotNative,
    Violations,
    control,
)
from hardstand.controls.parameter import number_list
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.services import Service
from hardstand.inventory.views.workload import Workload

PORTS = number_list("ports", "The TCP ports that SSH servers listen on", default=[22])
TCP = (None, "", "TCP")


class Listener(Subject):
    """What can offer a port: a workload or a Service."""

    kinds = Workload.kinds | Service.kinds


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P6.1",
        "nist-800-190:4.1.2",
        "nist-800-53:AC-17",
        "pci-dss:2.2.4",
    ),
    parameters=[PORTS],
    platforms=(KUBERNETES, COMPOSE),
    cel=NotNative.SPREAD,
    when=("container.ports",),
)
def check(listener: Listener, given: Given) -> Violations:
    """No container port, Service port or target port may be a declared one over TCP."""
    ports = given[PORTS]
    if listener.kind in Service.kinds:
        for port in Service(listener.object).spec.ports:
            if port.protocol in TCP and (port.port in ports or port.target_port in ports):
                field = "port" if port.port in ports else "targetPort"
                yield port.violates("offers SSH", field)
        return
    for container in Workload(listener.object).containers:
        for own in container.ports:
            if own.protocol in TCP and own.container_port in ports:
                yield own.violates(f"listens for SSH on port {own.container_port}", "containerPort")
