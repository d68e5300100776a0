"""Container writes to an emptyDir that nothing bounds.

Why
    An emptyDir lies on the node's disk. One that fills it has the kubelet evict pods, the innocent ones too; an
    attacker needs no more than a loop.

Fix
    Set `sizeLimit` on the volume, or a limit of `ephemeral-storage` on the containers that mount it. A volume in
    memory is bounded by the containers' memory limits.

    In Compose: give the `tmpfs` a size, as in `/tmp:size=64m`, or the service a memory limit.

When it is fine
    Where a quota of the namespace bounds ephemeral storage.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
    - https://kubernetes.io/docs/concepts/storage/ephemeral-storage/
"""

from hardstand.analysis.mounts import mounts
from hardstand.analysis.quantities import amount
from hardstand.analysis.resources import LIMIT_RANGE_FIELDS, limited
from hardstand.controls.api import COMPOSE, KUBERNETES, LOW, PRODUCTION, QUARTERLY, Given, Violations, control, near
from hardstand.inventory.views.policies import LimitRange
from hardstand.inventory.views.workload import Workload


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nsa-cisa:network.resource-policies", "nist-800-53:SC-5"),
    reads=[near(LimitRange, *LIMIT_RANGE_FIELDS, needed=False)],
    platforms=(KUBERNETES, COMPOSE),
)
def check(workload: Workload, given: Given) -> Violations:
    """An emptyDir that is mounted needs a `sizeLimit`, or a limit on each init or regular container that"
    " mounts it."""
    ranges = given.near(LimitRange, workload)
    pod = workload.pod
    unbounded: dict[str | None, str] = {}
    for container in [*pod.init_containers, *pod.regular_containers]:
        for mount, volume in mounts(container):
            in_memory = volume.has("emptyDir") and volume.empty_dir.medium == "Memory"
            resource = "memory" if in_memory else "ephemeral-storage"
            if mount.read_only is not True and not limited(container, resource, ranges):
                unbounded.setdefault(volume.name, container.name or "a container")
    for volume in pod.volumes:
        if volume.has("emptyDir") and volume.name in unbounded and not amount(volume.empty_dir, "sizeLimit"):
            message = f"lets {unbounded[volume.name]} fill its {workload.machine} through the volume {volume.name}"
            yield volume.empty_dir.violates(message, "sizeLimit", caption=f"volume {volume.name}")
