"""Container can write to its root filesystem.

Why
    Who breaks into a container wants to keep tools, change the program or drop a web shell. A root filesystem that
    cannot be written takes that away, and shows what a program really writes.

Fix
    Set `readOnlyRootFilesystem: true`, and mount an `emptyDir` with a `sizeLimit` where the program has to write,
    usually `/tmp` and a cache or run directory. Try it in a test environment first: some programs write at start only.

    In Compose: set `read_only: true`, and name under `tmpfs` the directories where the program has to write, such as
    `/tmp`.

When it is fine
    Programs of others that write all over their image. Windows containers do not have the setting and are not judged.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    - https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/
"""

from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.container import Container


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P6.1",
        "nsa-cisa:pod-security.immutable-file-systems",
        "nist-800-190:4.4.4",
        "nist-800-53:CM-5",
        "nist-800-53:SI-7",
    ),
    fix=Repair("Make the root filesystem read-only", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "windows || container.?securityContext.?readOnlyRootFilesystem.orValue(false)",
        "securityContext.readOnlyRootFilesystem",
    ),
)
def check(container: Container) -> Violations:
    """`readOnlyRootFilesystem` must be true; it is false by default."""
    if container.pod.os.name == "windows":
        raise NotApplicableError(Why.NO_SUBJECT)
    context = container.security_context
    if context.read_only_root_filesystem is not True:
        field = "readOnlyRootFilesystem"
        yield context.violates("can write to its root filesystem", field, edits=[context.put(True, field)])
