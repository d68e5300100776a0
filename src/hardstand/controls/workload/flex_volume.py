"""Pod uses a FlexVolume.

Why
    A FlexVolume driver is a program on the node that the kubelet runs as root with arguments from the manifest. The
    interface has been deprecated since 1.23, and its drivers are no longer looked after.

Fix
    Move to a CSI driver for the same storage.

When it is fine
    Drivers that you run and trust until they are replaced: declare them with `allowed_drivers`.

References
    - https://kubernetes.io/docs/concepts/storage/volumes/#deprecated-flexvolume
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

ALLOWED = text_list("allowed_drivers", "FlexVolume drivers that may be used", default=())


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P5.3", "nist-800-53:SA-22", "nist-800-53:CM-7"),
    parameters=[ALLOWED],
    cel=Cel(
        "volumes.all(volume, !has(volume.flexVolume) || volume.flexVolume.?driver.orValue('') in allowed_drivers)",
        "volumes[*].flexVolume",
    ),
    when=("pod.spec.volumes[].flexVolume",),
)
def check(workload: Workload, given: Given) -> Violations:
    """Every `flexVolume` must have an allowed driver."""
    for volume in workload.pod.volumes:
        flex = volume.flex_volume
        if flex.exists and flex.driver not in given[ALLOWED]:
            yield flex.violates(
                f"has the node run the volume driver {flex.driver or ''}".rstrip(),
                "driver",
                caption=f"volume {volume.name}",
            )
