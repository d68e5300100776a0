"""Container can write to its node's filesystem.

Why
    A container that writes to its node leaves files that outlive the pod, fills the node's disk, and, where the
    folder is one that the node runs or reads from, takes the node over.

Fix
    Set `readOnly: true` on the mount, or replace the volume by an `emptyDir` or a PersistentVolumeClaim.

When it is fine
    Storage and network plugins, and agents that keep their position in a folder of their own on the node.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
    - https://kubernetes.io/docs/concepts/storage/volumes/#read-only-mounts
"""

from hardstand.analysis.mounts import mounts
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Repair, Violations, control
from hardstand.inventory.views.pod import Container


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
)
def check(container: Container) -> Violations:
    """Each mount of a hostPath volume must be `readOnly: true`."""
    for mount, volume in mounts(container):
        if volume.host_path.exists and mount.read_only is not True:
            yield mount.violates(
                f"can write to {volume.host_path.path_ or 'a path'} of its node",
                "readOnly",
                edits=[mount.put(True, "readOnly")],
            )
