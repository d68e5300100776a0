"""Pod runs with the root group.

Why
    Group 0 owns most system files, and images often let it write. Its number is the same on the node, so that a host
    mount or an escape meets files that the group may read.

Fix
    Set `runAsGroup` and `fsGroup` to a group of the program's own, and take 0 out of `supplementalGroups`.

    In Compose: set `user: NUMBER:GROUP` with a group of the program's own, and take 0 out of `group_add`.

When it is fine
    Images that are made for any user number in group 0, as on OpenShift. Pods with a user namespace
    (`hostUsers: false`) have a group 0 of their own and are not judged.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    - https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
"""

from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    LOW,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.parameter import flag
from hardstand.inventory.views.workload import Workload

REQUIRED = flag("required", "Whether `runAsGroup` must be set, since many images run as group 0", default=False)


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P6.1", "nsa-cisa:pod-security.non-root", "nist-800-190:4.4.3"),
    parameters=[REQUIRED],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "ownUsers || (podSecurity.?fsGroup.orValue(1) != 0 && !(0 in podSecurity.?supplementalGroups.orValue([]))"
        " && containers.all(one, one.?securityContext.?runAsGroup.or(podSecurity.?runAsGroup).orValue(required"
        " ? 0 : 1) != 0))",
        "securityContext",
    ),
    when=(
        "pod.spec.hostUsers",
        "pod.spec.securityContext.fsGroup",
        "pod.spec.securityContext.supplementalGroups",
        "pod.spec.securityContext.runAsGroup",
        "container.securityContext.runAsGroup",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """`runAsGroup`, where it takes effect, `fsGroup` and `supplementalGroups` must not be 0."""
    pod = workload.pod
    if pod.host_users is False:
        raise NotApplicableError(Why.NO_SUBJECT)
    context = pod.security_context
    if context.fs_group == 0:
        yield context.violates("gives its volumes to the root group", "fsGroup")
    for at, group in enumerate(context.supplemental_groups):
        if group == 0:
            yield context.violates("runs with the root group besides its own", "supplementalGroups", at)
    inheriting = [one for one in pod.containers if one.security_context.run_as_group is None]
    if context.run_as_group == 0 and inheriting:
        yield context.violates("runs as the root group", "runAsGroup")
    elif context.run_as_group is None and given[REQUIRED]:
        for container in inheriting:
            yield container.security_context.violates("does not say which group it runs as", "runAsGroup")
    for container in pod.containers:
        if container.security_context.run_as_group == 0:
            yield container.security_context.violates("runs as the root group", "runAsGroup")
