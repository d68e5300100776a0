"""Container is given the user id 0.

Why
    `runAsUser: 0` makes the program root whatever user its image was built for. Root in a container is root in the
    kernel it shares with the node, unless the pod has a user namespace of its own.

Fix
    Name an ordinary user id, or remove the line and let the image say. Give it the files that it must write with
    `fsGroup`.

    In Compose: set `user` to an ordinary number, and give its volumes to that number on the host.

When it is fine
    Node agents, and pods with `hostUsers: false`, whose root is nobody on the node. From version 1.35 those pass.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
"""

from hardstand.analysis.confinement import exempt_in_user_namespace, security_contexts
from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-restricted:runAsUser",
        "cis-kubernetes:5.2.7",
        "nsa-cisa:pod-security.non-root",
        "nist-800-190:4.1.2",
        "nist-800-53:AC-6",
        "production-checklist:P6.1",
    ),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "ownUsers || securityContexts.all(context, context.?runAsUser.orValue(1) != 0)",
        "securityContext.runAsUser",
    ),
    when=("pod.spec.securityContext.runAsUser", "container.securityContext.runAsUser", "pod.spec.hostUsers"),
)
def check(workload: Workload, given: Given) -> Violations:
    """`runAsUser` must not be 0 (pod-security-admission, check `runAsUser`, from 1.23).

    The pod's 0 counts even when every container has another id. From 1.35 a pod with a user namespace of its own is
    exempt.
    """
    given.since(23)
    pod = workload.pod
    if exempt_in_user_namespace(pod, given.pod_security.minor):
        return
    for context in security_contexts(pod):
        if context.run_as_user == 0:
            yield context.violates("runs as user 0, which is root", "runAsUser")
