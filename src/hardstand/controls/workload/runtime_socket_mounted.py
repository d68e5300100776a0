"""Pod can reach the socket of its node's container runtime.

Why
    The runtime starts any container for whoever speaks to its socket, privileged ones included: reaching it is being
    root on the node. A read-only mount does not help, since connecting to a socket is not a write.

Fix
    Remove the volume. Build images with a rootless builder, collect metrics from the kubelet, and read the state of
    containers through the Kubernetes API.

    In Compose: remove the volume (or `use_api_socket`). A reverse proxy or a dashboard that needs it reads through a
    socket proxy that lets only the calls through that it makes.

When it is fine
    Node agents whose work is the runtime itself. Keep them in a namespace of their own and except them by name.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    - https://docs.docker.com/engine/security/#docker-daemon-attack-surface
"""

from hardstand.analysis import node_parts
from hardstand.analysis.cel_text import clean_path, cleaned
from hardstand.analysis.folders import clean
from hardstand.controls.api import COMPOSE, CRITICAL, KUBERNETES, MINIMUM, WEEK_1, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

SOCKETS = text_list(
    "sockets",
    "Paths of sockets that a container runtime listens on",
    default=node_parts.SOCKETS,
)


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "production-checklist:P6.1",
        "cis-kubernetes:5.2.11",
        "nist-800-190:4.5.5",
        "nist-800-53:AC-6",
    ),
    parameters=[SOCKETS],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "volumes.all(volume, !has(volume.hostPath) || volume.hostPath.?path.orValue('') == '' || "
        + clean_path("volume.hostPath.path")
        + ".all(path, path != '/' && !listening.exists(socket, socket == path || socket.startsWith(path + '/'))))",
        "volumes[*].hostPath.path",
        {"listening": lambda given: cleaned(given[SOCKETS])},
    ),
    when=("pod.spec.volumes[].hostPath",),
)
def check(workload: Workload, given: Given) -> Violations:
    """No hostPath volume may be a runtime's socket or a folder above one; `/var/run` and `/run` are the same."""
    sockets = given[SOCKETS]
    for volume in workload.pod.volumes:
        path = volume.host_path.path_
        if path and node_parts.reaches_runtime(path, sockets):
            direct = any(clean(socket) == clean(path) for socket in sockets)
            what = "the socket of a container runtime" if direct else "under which container runtimes listen"
            message = f"gives the {workload.unit} {path}, {what}"
            yield volume.host_path.violates(message, "path", caption=f"volume {volume.name}")
