"""Container can write to its node's filesystem.

Why
    A container that writes to its node leaves files that outlive the pod, fills the node's disk, and, where the
    folder is one that the node runs or reads from, takes the node over.

Fix
    Set `readOnly: true` on the mount, or replace the volume by an `emptyDir` or a PersistentVolumeClaim.

    In Compose: put `:ro` behind the volume, or set `read_only: true` on it. Only the system's own directories are
    judged here: one of the project's is where its data is meant to live.

    A socket, or a folder with one in it, takes a person: connecting is not a write, so that a read-only mount leaves
    all that the socket's API allows. For sockets of container runtimes `runtime-socket-mounted` is the answer: remove
    the volume.

When it is fine
    Storage and network plugins, and agents that keep their position in a folder of their own on the node.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    - https://kubernetes.io/docs/concepts/storage/volumes/#read-only-mounts
"""

from hardstand.analysis.folders import SYSTEM_FOLDERS, clean, inside
from hardstand.analysis.mounts import mounts
from hardstand.analysis.node_parts import reaches_runtime
from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEKS_2_4, Cel, Repair, Violations, control
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.volume import HostPath
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import COMPOSE_SERVICE


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "production-checklist:P6.1",
        "cis-kubernetes:5.2.11",
        "nist-800-190:4.5.5",
        "nist-800-53:AC-6",
    ),
    fix=Repair("Mount the node's folder read-only", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?volumeMounts.orValue([]).all(mount, mount.?readOnly.orValue(false)"
        " || !volumes.exists(volume, volume.name == mount.name && has(volume.hostPath)))",
        "volumeMounts[*].readOnly",
    ),
    when=("pod.spec.volumes[].hostPath",),
)
def check(container: Container) -> Violations:
    """Each mount of a hostPath volume must be `readOnly: true`; in Compose, each of what is the system's."""
    if not any(one.host_path.exists for one in container.pod.volumes):
        return
    for mount, volume in mounts(container):
        path = volume.host_path.path_
        if volume.host_path.exists and mount.read_only is not True and _counts(container.workload, path or ""):
            yield mount.violates(
                f"can write to {path or 'a path'} of its {container.workload.machine}",
                "readOnly",
                edits=[] if _is_socket(volume.host_path) else [mount.put(True, "readOnly")],
            )


def _is_socket(mounted: HostPath) -> bool:
    """Tell whether it is a socket or leads to a runtime's: read-only there would be false comfort."""
    path = mounted.path_ or ""
    return mounted.get("type") == "Socket" or clean(path).endswith(".sock") or reaches_runtime(path)


def _counts(workload: Workload, path: str) -> bool:
    """Tell whether the path is one that a workload has no business writing to."""
    return workload.kind != COMPOSE_SERVICE or any(
        inside(path, folder) or inside(folder, path) for folder in SYSTEM_FOLDERS
    )
