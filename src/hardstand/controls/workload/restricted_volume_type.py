"""Pod has a volume of a kind that reaches beyond it.

Why
    Configuration, scratch space and claimed storage are handed to a pod by the cluster. Volumes of other kinds let the
    pod's author name a server, a disk or a path of the node, with credentials in the manifest or none at all, and past
    whoever administers storage.

Fix
    Put a PersistentVolume and a claim in between: `persistentVolumeClaim`, or `ephemeral` for a claim that lives as
    long as the pod.

When it is fine
    Node agents, which mount paths of their node.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Cel, Violations, always, control
from hardstand.inventory.views.base import mapping_at
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload

ALLOWED = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
"""Allowed at all versions (pod-security-admission, policy/check_restrictedVolumes.go)."""


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "pss-restricted:restrictedVolumes",
        "nist-800-190:4.5.5",
        "nist-800-53:CM-7",
        "production-checklist:P6.1",
        "twelve-controls:T2.3",
    ),
    cel=Cel(
        "volumes.all(volume, volume.all(key, key == 'name') || types.exists(type, type in volume))",
        "volumes",
        {"types": always(ALLOWED)},
    ),
    when=("pod.spec.volumes",),
)
def check(workload: Workload) -> Violations:
    """Each volume needs one of the allowed sources (pod-security-admission, check `restrictedVolumes`, all versions).

    A volume without a source is an `emptyDir` by the time that Kubernetes judges it. One allowed source is enough here;
    a volume with two is refused elsewhere. A source that Kubernetes does not know is never taken for an allowed one.
    """
    for volume in workload.pod.volumes:
        sources = volume.source_keys
        if sources and not any(_allowed(volume, key) for key in sources):
            caption = f"volume {volume.name or ''}".strip()
            yield volume.violates(f"has a volume of the kind {sources[0]}", sources[0], caption=caption)


def _allowed(volume: Volume, key: str) -> bool:
    return key in ALLOWED and mapping_at(volume, key) is not None
