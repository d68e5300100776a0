"""Container mounts a sub-path of a volume that pods can write.

Why
    The kubelet resolves a sub-path inside the volume. A pod that can write there may swap the path for a symbolic
    link at the right moment and get a folder of the node instead; two such escapes have been found so far. Sub-path
    mounts also never see updates of the volume.

Fix
    Mount the volume itself, or give each part a volume of its own. Keep kubelets at 1.22.2, 1.21.5, 1.20.11, 1.19.15
    or newer, in which the known ways are closed.

When it is fine
    On patched kubelets, where only trusted programs write to the volume. ConfigMaps, Secrets and projected volumes
    cannot be written and are not judged.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
    - https://github.com/kubernetes/kubernetes/issues/104980
    - https://github.com/kubernetes/kubernetes/issues/60813
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Confidence, Violations, always, control
from hardstand.inventory.views.container import Container

UNWRITABLE = frozenset({"configMap", "secret", "projected", "downwardAPI", "image"})


@control(
    severity=LOW,
    confidence=Confidence.LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3", "nist-800-53:SI-2"),
    cel=Cel(
        "container.?volumeMounts.orValue([]).all(mount,"
        " (mount.?subPath.orValue('') == '' && mount.?subPathExpr.orValue('') == '')"
        " || !(object.?spec.?volumeClaimTemplates.orValue([])"
        ".exists(claim, claim.metadata.?name.orValue('') == mount.name)"
        " || volumes.exists(volume, volume.name == mount.name && volume.size() > 1"
        " && !unwritable.exists(key, key in volume))))",
        "volumeMounts[*].subPath",
        {"unwritable": always(UNWRITABLE)},
    ),
    when=("container.volumeMounts[].subPath", "container.volumeMounts[].subPathExpr"),
)
def check(container: Container) -> Violations:
    """No mount of a volume that a pod can write may have `subPath` or `subPathExpr`."""
    for mount in container.volume_mounts:
        field = "subPath" if mount.sub_path else "subPathExpr" if mount.sub_path_expr else None
        if field and mount.name in _writable_volumes(container):
            yield mount.violates(f"mounts a sub-path of the writable volume {mount.name}", field)


def _writable_volumes(container: Container) -> set[str | None]:
    """The names of volumes, a StatefulSet's claims among them, that some pod can write to."""
    claims = {claim.metadata.name for claim in container.workload.spec.claim_templates}
    volumes = {one.name for one in container.pod.volumes if one.source_keys and UNWRITABLE.isdisjoint(one.source_keys)}
    return claims | volumes
