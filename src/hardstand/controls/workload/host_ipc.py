"""Pod shares the node's inter-process communication.

Why
    In the node's IPC namespace a pod reads and writes the shared memory, semaphores and message queues of processes on
    the node. Databases keep data in such memory, and few programs check who else writes to theirs.

Fix
    Remove `hostIPC: true`. Containers of one pod share these means among themselves already; for more memory there,
    mount an `emptyDir` of medium `Memory` at `/dev/shm`.

    In Compose: remove `ipc: host`. For more shared memory set `shm_size`, and `ipc: service:NAME` shares it with one
    other service.

When it is fine
    Hardly ever: some drivers for graphics or high-speed networks share memory with a daemon of the node.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://man7.org/linux/man-pages/man7/ipc_namespaces.7.html
"""

from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostNamespaces",
        "cis-kubernetes:5.2.4",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Take `hostIPC: true` away", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "!podSpec.?hostIPC.orValue(false)",
        "hostIPC",
    ),
    when=("pod.spec.hostIPC",),
)
def check(workload: Workload) -> Violations:
    """`hostIPC` must be false or absent (pod-security-admission, check `hostNamespaces`, all versions)."""
    pod = workload.pod
    if pod.host_ipc:
        yield pod.violates(
            f"shares the {workload.machine}'s inter-process communication", "hostIPC", edits=[pod.remove("hostIPC")]
        )
