"""Service is given a disk, or the memory, of its host.

Why
    Who has the disk reads and writes every file of the host past all permissions, and who has `/dev/mem` or `/dev/port`
    has the kernel. Either way the container is the host.

Fix
    Remove the device and mount the files that are needed as a volume.

When it is fine
    Tools that check or partition disks: run them by hand, for as long as it takes. Other devices, such as `/dev/dri`,
    `/dev/net/tun` or a serial port, are not judged: naming them is what spares a service `privileged`.

References
    - https://docs.docker.com/reference/cli/docker/container/run/#device
    - https://www.kernel.org/doc/Documentation/admin-guide/devices.txt
"""

import re

from hardstand.analysis.folders import clean
from hardstand.controls.api import COMPOSE, HIGH, MINIMUM, WEEK_1, Repair, Violations, control
from hardstand.inventory.views.container import Container

_DISK = re.compile(r"/dev/(?:(?:s|h|v|xv)d[a-z]{1,2}\d*|nvme\d+(?:n\d+(?:p\d+)?)?|mmcblk\d+(?:p\d+)?|md\d+|dm-\d+)")
_BELOW = ("/dev/disk/", "/dev/mapper/")
"""Where disks stand under other names."""
_WHOLE = ("/dev", "/dev/mem", "/dev/kmem", "/dev/port")


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=("production-checklist:P5.3", "production-checklist:P6.1", "nist-800-190:4.5.5", "nist-800-53:AC-6"),
    fix=Repair("Take the device away", safe=False),
    platforms=(COMPOSE,),
    when=("container.devices",),
)
def check(container: Container) -> Violations:
    """No entry of `devices` may be a disk, memory, or all devices. Kubernetes has no such field."""
    for at, device in enumerate(container.devices):
        path = clean(device)
        if path in _WHOLE or path.startswith(_BELOW) or _DISK.fullmatch(path):
            edits = [container.remove("devices", at)]
            yield container.violates(f"is given {path} of its host", "devices", at, edits=edits)
