"""Probe or lifecycle hook names a host of its own.

Why
    Probes and hooks are sent by the kubelet from the node's network. With `host` set they go wherever the pod's author
    says: to the node's loopback address, a cloud metadata service or any internal address, past every network policy.

Fix
    Remove `host`; the request then goes to the pod. For a name-based virtual host set a `Host` header in
    `httpHeaders`.

When it is fine
    A pod in the node's network whose program listens on the loopback address only; it is an exception already.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
"""

from collections.abc import Iterator

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Given, Repair, Violations, control
from hardstand.inventory.views.container import Container, Handler


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostProbesAndHostLifecycle",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-7",
        "production-checklist:P4.3",
    ),
    fix=Repair("Take `host` away", safe=False),
    cel=Cel(
        "[?container.?livenessProbe, ?container.?readinessProbe, ?container.?startupProbe,"
        " ?container.?lifecycle.?postStart, ?container.?lifecycle.?preStop].all(handler,"
        " handler.?httpGet.?host.orValue('') == '' && handler.?tcpSocket.?host.orValue('') == '')",
        "host of probes and lifecycle hooks",
    ),
    when=(
        "container.livenessProbe.httpGet.host",
        "container.livenessProbe.tcpSocket.host",
        "container.readinessProbe.httpGet.host",
        "container.readinessProbe.tcpSocket.host",
        "container.startupProbe.httpGet.host",
        "container.startupProbe.tcpSocket.host",
        "container.lifecycle.postStart.httpGet.host",
        "container.lifecycle.postStart.tcpSocket.host",
        "container.lifecycle.preStop.httpGet.host",
        "container.lifecycle.preStop.tcpSocket.host",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """`host` must be empty or absent (pod-security-admission, `hostProbesAndHostLifecycle`, from 1.34; KEP-4940).

    Even the loopback address counts: it is the node's. gRPC probes have no host in the API, headers are not read.
    """
    given.since(34)
    for handler in _handlers(container):
        for request in (handler.http_get, handler.tcp_socket):
            if request.host:
                yield request.violates(
                    f"sends {handler.path[-1]} to the host {request.host}", "host", edits=[request.remove("host")]
                )


def _handlers(container: Container) -> Iterator[Handler]:
    probes = (container.liveness_probe, container.readiness_probe, container.startup_probe)
    hooks = container.lifecycle
    yield from (probe for probe in probes if probe.exists)
    if hooks.exists:
        yield hooks.post_start
        yield hooks.pre_stop
