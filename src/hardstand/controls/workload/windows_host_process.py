"""Windows container runs as a process of its node.

Why
    A host process container on Windows runs in the node's own context, often as SYSTEM: it is what `privileged` is on
    Linux. Whoever gets into it owns the node.

Fix
    Set `hostProcess: false` or remove it, and run the program as an ordinary Windows container.

When it is fine
    Network and storage plugins, and agents that administer the Windows node itself.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
"""

from hardstand.analysis.confinement import security_contexts
from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:windowsHostProcess",
        "cis-kubernetes:5.2.10",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
        "production-checklist:P5.3",
        "production-checklist:P6.1",
    ),
    fix=Repair("Take `hostProcess: true` away", safe=False),
    cel=Cel(
        "securityContexts.all(context, !context.?windowsOptions.?hostProcess.orValue(false))",
        "securityContext.windowsOptions.hostProcess",
    ),
    when=("pod.spec.securityContext.windowsOptions", "container.securityContext.windowsOptions"),
)
def check(workload: Workload) -> Violations:
    """`hostProcess` must be false or absent (pod-security-admission, check `windowsHostProcess`, all versions).

    A container's false does not undo the pod's true, and the pod's operating system is not read.
    """
    for context in security_contexts(workload.pod):
        options = context.windows_options
        if options.host_process:
            yield options.violates(
                "runs as a process of the Windows node", "hostProcess", edits=[options.remove("hostProcess")]
            )
