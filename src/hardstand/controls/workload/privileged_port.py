"""Container listens on a port that only root may open.

Why
    Ports below 1024 need the capability NET_BIND_SERVICE or root, which is a common reason for a container to keep
    more rights than it needs. A Service can offer port 80 in front of any other.

Fix
    Let the program listen on a port from 1024 on, and map the Service's port to it with `targetPort`.

When it is fine
    Where the node lets everybody open low ports. Pods that set the sysctl `net.ipv4.ip_unprivileged_port_start` are
    judged by it.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    - https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, always, control
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec

SYSCTL = "net.ipv4.ip_unprivileged_port_start"


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-53:AC-6"),
    cel=Cel(
        "[podSecurity.?sysctls.orValue([]).filter(one, one.?name.orValue('') == free_from)]"
        ".map(set, set.size() == 0 ? '' : set[set.size() - 1].?value.orValue(''))"
        ".map(text, text.matches('^[0-9]{1,18}$') ? int(text) : text.matches('^[0-9]+$') ? 65536 : 1024)"
        ".all(first, container.?ports.orValue([])"
        ".all(port, port.?containerPort.orValue(0) <= 0 || port.containerPort >= first))",
        "ports[*].containerPort",
        {"free_from": always(SYSCTL)},
    ),
    when=("container.ports", "pod.spec.securityContext.sysctls"),
)
def check(container: Container) -> Violations:
    """`containerPort` must not be below 1024, or below what the pod's sysctl says."""
    first = _first_free_port(container.pod)
    for port in container.ports:
        if port.container_port is not None and 0 < port.container_port < first:
            yield port.violates(f"listens on the privileged port {port.container_port}", "containerPort")


def _first_free_port(pod: PodSpec) -> int:
    values = [one.value for one in pod.security_context.sysctls if one.name == SYSCTL]
    last = values[-1] if values else None
    return int(last[:6]) if last and last.isdecimal() else 1024  # Six digits are more than there are ports.
