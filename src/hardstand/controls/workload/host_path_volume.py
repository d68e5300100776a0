"""Pod has a volume that is a path of the node.

Why
    A `hostPath` volume reaches around the container's file system into the node's. Depending on the path it gives
    credentials of the kubelet, sockets of the runtime, logs of other pods, or a place to put a program that the node
    runs. What is written there outlives the pod and stays behind when the pod moves.

Fix
    Use a PersistentVolumeClaim for data, a ConfigMap or Secret for configuration, `emptyDir` for scratch space, and the
    `local` volume type with a claim where the data must be on this node's disk.

When it is fine
    Node agents such as log collectors and storage plugins. Allow them single folders with `allowed_prefixes`, or with
    `allowed_read_only` where they only read.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
"""

from hardstand.analysis.cel_text import below_regexes, plain_steps
from hardstand.analysis.host_paths import below
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload

ALLOWED = text_list("allowed_prefixes", "folders of the node that may be mounted, with all below them", ())
READ_ONLY = text_list("allowed_read_only", "folders of the node that may be mounted if every mount is read-only", ())


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostPathVolumes",
        "cis-kubernetes:5.2.11",
        "nist-800-190:4.5.5",
        "nist-800-53:AC-6",
        "production-checklist:P5.3",
        "twelve-controls:T2.3",
    ),
    parameters=(ALLOWED, READ_ONLY),
    cel=Cel(
        "volumes.all(volume, !has(volume.hostPath) || "
        + plain_steps("volume.hostPath.?path.orValue('')")
        + ".all(path, !path.matches('(^|/)[.][.](/|$)') && (below_allowed.exists(folder, path.matches(folder)) || "
        "(below_read_only.exists(folder, path.matches(folder)) && containers.all(one, "
        "one.?volumeMounts.orValue([]).all(mount, mount.name != volume.name || mount.?readOnly.orValue(false)))))))",
        "volumes[*].hostPath",
        {
            "below_allowed": lambda given: below_regexes(given[ALLOWED]),
            "below_read_only": lambda given: below_regexes(given[READ_ONLY]),
        },
    ),
    when=("pod.spec.volumes[].hostPath",),
)
def check(workload: Workload, given: Given) -> Violations:
    """No volume may have `hostPath` (pod-security-admission, check `hostPathVolumes`, all versions).

    An empty one counts, and so does one that no container mounts.
    """
    pod = workload.pod
    for volume in pod.volumes:
        place = volume.host_path
        if place.exists and not _excused(volume, pod, given):
            message = f"mounts {place.path_ or 'a path'} of the node"
            yield place.violates(message, "path", caption=f"volume {volume.name or ''}".strip())


def _excused(volume: Volume, pod: PodSpec, given: Given) -> bool:
    path = volume.host_path.path_ or ""
    allowed, read_only = given[ALLOWED], given[READ_ONLY]
    if below(path, allowed):
        return True
    return below(path, read_only) and all(
        mount.read_only for one in pod.containers for mount in one.volume_mounts if mount.name == volume.name
    )
