"""Pod sees a part of its node that holds secrets or controls the node.

Why
    The configuration, keys, devices, kernel settings and other pods' files of a node lie under few folders. A pod
    that reads them learns the kubelet's credentials and the secrets of its neighbours; one that writes them owns
    the node.

Fix
    Mount the one file or folder that is needed instead of a folder above it, or use a volume that is not of the node.

    In Compose: mount the one file or directory that is needed instead of one above it, or keep the data in the
    project's directory or a named volume.

When it is fine
    Node agents for storage, networking, logs and metrics. Keep them in a namespace of their own and except them by
    name. A few harmless files, such as `/etc/localtime`, are let through when they are mounted themselves.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    - https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html
"""

from hardstand.analysis import node_parts
from hardstand.analysis.cel_text import clean_path, cleaned
from hardstand.analysis.folders import SYSTEM_FOLDERS, clean, inside
from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

SENSITIVE = text_list(
    "paths",
    "Folders of a node that pods should not see; what lies above or below them counts too",
    default=SYSTEM_FOLDERS,
)
HARMLESS = text_list(
    "harmless",
    "Files and folders below them that tell nothing worth hiding",
    default=node_parts.HARMLESS,
)


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "production-checklist:P6.1",
        "cis-kubernetes:5.2.11",
        "nist-800-190:4.5.5",
        "nist-800-53:AC-6",
    ),
    parameters=[SENSITIVE, HARMLESS],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "volumes.all(volume, !has(volume.hostPath) || volume.hostPath.?path.orValue('') == '' || "
        + clean_path("volume.hostPath.path")
        + ".all(path,"
        " told_by_nobody.exists(folder, folder == '/' || path == folder || path.startsWith(folder + '/'))"
        " || !(path == '/' || sensitive.exists(folder, folder == '/' || path == folder"
        " || path.startsWith(folder + '/')"
        " || folder.startsWith(path + '/')))))",
        "volumes[*].hostPath.path",
        {
            "told_by_nobody": lambda given: cleaned(given[HARMLESS]),
            "sensitive": lambda given: cleaned(given[SENSITIVE]),
        },
    ),
    when=("pod.spec.volumes[].hostPath",),
)
def check(workload: Workload, given: Given) -> Violations:
    """No hostPath volume may be a sensitive folder, lie in one or hold one."""
    for volume in workload.pod.volumes:
        path = volume.host_path.path_
        if path and not node_parts.is_harmless(path, given[HARMLESS]):
            held = next((folder for folder in given[SENSITIVE] if inside(folder, path)), None)
            if held or any(inside(path, folder) for folder in given[SENSITIVE]):
                message = f"shows the {workload.unit} {_named(path, held, workload.machine)}"
                yield volume.host_path.violates(message, "path", caption=f"volume {volume.name}")


def _named(path: str, held: str | None, machine: str) -> str:
    if clean(path) == "/":
        return f"the whole filesystem of its {machine}"
    return f"{path} of its {machine}" + (f", which holds {held}" if held and clean(held) != clean(path) else "")
