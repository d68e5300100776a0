"""Container has no security context at all.

Why
    Without one, every setting that confines a container is left to its image and the cluster's defaults: root, the
    runtime's capabilities, no seccomp profile. Nobody has thought about it yet.

Fix
    Start from what the restricted Pod Security Standard asks: `runAsNonRoot: true`, `allowPrivilegeEscalation: false`,
    `capabilities: {drop: [ALL]}`, `seccompProfile: {type: RuntimeDefault}`, and `readOnlyRootFilesystem: true`.

When it is fine
    Where an admission webhook fills it in. The parameter `level` asks for it on the pod or on every container.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import choice
from hardstand.inventory.views.workload import Workload

LEVEL = choice("level", "Where a security context must be", ("either", "pod", "container"), "either")


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P6.1",
        "cis-kubernetes:5.6.3",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-190:4.4.3",
    ),
    parameters=[LEVEL],
    cel=Cel(
        "(level != 'container' && podSecurity.size() > 0)"
        " || (level != 'pod' && containers.all(one, one.?securityContext.orValue({}).size() > 0))",
        "securityContext",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """A security context with something in it must be on the pod, on each container, or on either."""
    level, pod = given[LEVEL], workload.pod
    if level != "container" and pod.security_context.data:
        return
    if level == "pod":
        yield pod.violates("has no security context for the pod", "securityContext")
        return
    for container in workload.containers:
        if not container.security_context.data:
            yield container.violates("has no security context", "securityContext")
