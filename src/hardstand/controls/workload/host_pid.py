"""Pod sees the node's processes.

Why
    In the node's process namespace a pod reads the command lines and, with a matching user id, the environment and
    files of every process on the node, other pods' secrets among them, and it can end them.

Fix
    Remove `hostPID: true`. To look into a neighbour's process, share the namespace inside one pod with
    `shareProcessNamespace`, or use `kubectl debug` for as long as it takes.

    In Compose: remove `pid: host`. `pid: service:NAME` shares the processes of one other service instead.

When it is fine
    Agents that watch the processes of a node: runtime detection, profilers, node problem detectors.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
"""

from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostNamespaces",
        "cis-kubernetes:5.2.3",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Take `hostPID: true` away", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "!podSpec.?hostPID.orValue(false)",
        "hostPID",
    ),
    when=("pod.spec.hostPID",),
)
def check(workload: Workload) -> Violations:
    """`hostPID` must be false or absent (pod-security-admission, check `hostNamespaces`, all versions)."""
    pod = workload.pod
    if pod.host_pid:
        yield pod.violates(f"sees the {workload.machine}'s processes", "hostPID", edits=[pod.remove("hostPID")])
