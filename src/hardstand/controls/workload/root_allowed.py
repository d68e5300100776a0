"""Nothing keeps a container from running as root.

Why
    Root in a container is root in the kernel it shares with the node, unless the pod has a user namespace of its own.
    Flaws in the runtime and mistakes in mounts then give the node away instead of nothing.

Fix
    Set `runAsNonRoot: true` for the pod, and give the image an ordinary numeric user, or name one in `runAsUser`. The
    kubelet then refuses to start a container as root.

    In Compose: set `user` to an ordinary number, or to a name that the image has. Nothing refuses root afterwards, so
    see that the image has no program that becomes root (`no-new-privileges:true`).

When it is fine
    Node agents; and pods with `hostUsers: false`, whose root is nobody on the node. From version 1.35 those pass.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from hardstand.analysis.confinement import exempt_in_user_namespace
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Given,
    Repair,
    Violations,
    control,
)
from hardstand.controls.parameter import flag
from hardstand.inventory.views.security_context import PodSecurityContext, SecurityContext
from hardstand.inventory.views.workload import Workload

BY_ID = flag("accept_user_id", "a `runAsUser` above 0 is as good as `runAsNonRoot: true`", default=False)
FIELD = "runAsNonRoot"


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-restricted:runAsNonRoot",
        "cis-kubernetes:5.2.7",
        "nsa-cisa:pod-security.non-root",
        "nist-800-190:4.1.2",
        "nist-800-53:AC-6",
        "production-checklist:P6.1",
    ),
    parameters=(BY_ID,),
    fix=Repair("Set `runAsNonRoot: true`", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "ownUsers || ((accept_user_id || podSecurity.?runAsNonRoot.orValue(true)) && containers.all(one,"
        " (accept_user_id && one.?securityContext.?runAsUser.or(podSecurity.?runAsUser).orValue(0) > 0)"
        " || one.?securityContext.?runAsNonRoot.or(podSecurity.?runAsNonRoot).orValue(false)))",
        "securityContext.runAsNonRoot",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Each container must be told not to be root (pod-security-admission, check `runAsNonRoot`, all versions).

    A container's own value wins over the pod's, but the pod's must never be false. From 1.35 a pod with a user
    namespace of its own is exempt.
    """
    pod = workload.pod
    if exempt_in_user_namespace(pod, given.pod_security.minor):
        return
    shared = pod.security_context
    by_id = given[BY_ID]
    if shared.run_as_non_root is False and not by_id:
        yield shared.violates("says that it may run as root", FIELD, edits=[shared.put(True, FIELD)])
    for container in pod.containers:
        context = container.security_context
        own = context.run_as_non_root
        if by_id and _user_id(context, shared) > 0:
            continue
        if own is False:
            yield context.violates("says that it may run as root", FIELD, edits=[context.put(True, FIELD)])
        elif own is None and (shared.run_as_non_root is None or (by_id and not shared.run_as_non_root)):
            edits = [shared.put(True, FIELD)]
            yield context.violates("is not told to run as an ordinary user", FIELD, edits=edits)


def _user_id(context: SecurityContext, shared: PodSecurityContext) -> int:
    """The user id that a container is given, 0 when it is given none."""
    return (shared.run_as_user if context.run_as_user is None else context.run_as_user) or 0
