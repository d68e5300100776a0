"""Probe asks a port that its container does not declare.

Why
    A probe of a port name that the container does not declare can never succeed: the pod never becomes ready, or is
    restarted for ever. A number that is missing from the container's list is mostly a port that moved.

Fix
    Name the port of the probe as the container's `ports` do, with protocol TCP, or add it there.

When it is fine
    A number that the container listens on and that nobody else should use. Containers that declare no TCP port at all
    are judged by names only, since ports need not be declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port
    - https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe
"""

from hardstand.analysis.serving import lasting_containers
from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Cel, Confidence, Violations, control
from hardstand.inventory.views.container import Container, Request
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    cel=Cel(
        "lasting.all(one,"
        " [one.?ports.orValue([]).filter(port, port.?protocol.orValue('TCP') in ['', 'TCP'])].all(declared,"
        " [?one.?livenessProbe, ?one.?readinessProbe, ?one.?startupProbe].all(probe,"
        " [?probe.?httpGet.?port, ?probe.?tcpSocket.?port, ?probe.?grpc.?port].map(port, string(port)).all(port,"
        " port.matches('^[0-9]{1,9}$')"
        " ? declared.size() == 0 || declared.exists(other, other.?containerPort.orValue(0) == int(port))"
        " : declared.exists(other, other.?name.orValue('') == port)))))",
        "ports of containers[*] and their probes",
    ),
    when=(
        "container.restartPolicy",
        "container.livenessProbe.httpGet",
        "container.livenessProbe.tcpSocket",
        "container.livenessProbe.grpc",
        "container.readinessProbe.httpGet",
        "container.readinessProbe.tcpSocket",
        "container.readinessProbe.grpc",
        "container.startupProbe.httpGet",
        "container.startupProbe.tcpSocket",
        "container.startupProbe.grpc",
    ),
)
def check(workload: Workload) -> Violations:
    """HTTP, TCP and gRPC probes must ask a declared TCP port; a port without a protocol is one."""
    for container in lasting_containers(workload):
        for probe in (container.liveness_probe, container.readiness_probe, container.startup_probe):
            for request in (probe.http_get, probe.tcp_socket, probe.grpc):
                if request.exists and not _declared(request, container):
                    yield request.violates(f"has a probe of port {request.port}, which it does not declare", "port")


def _declared(request: Request, container: Container) -> bool:
    """A name must be there; a number only where numbers are listed. A string of digits is a number to the kubelet."""
    port = request.port
    if port is None:
        return True
    ports = [one for one in container.ports if one.protocol in (None, "", "TCP")]
    if isinstance(port, str) and not port.isdecimal():
        return any(one.name == port for one in ports)
    return not ports or any(str(one.container_port) == str(port).lstrip("0") for one in ports)
