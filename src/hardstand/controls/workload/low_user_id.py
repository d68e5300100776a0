"""Container runs as a user whose number a node may use itself.

Why
    Without a user namespace the number of a container's user is the same number on its node. A low one may be that
    of a system account or a person there, whose files an escape or a host mount then opens.

Fix
    Set `runAsUser` to a number from the declared minimum on, and give files in the image and on volumes to it.

    In Compose: set `user` to a number from the declared minimum on, and give files in the image and on volumes to it.

When it is fine
    Images that were made for one low number, and pods with a user namespace (`hostUsers: false`), which are not
    judged. Where the range begins is for you to say: nothing is reported until the parameter `minimum` is declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    - https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
"""

from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    LOW,
    PRODUCTION,
    QUARTERLY,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.parameter import flag, number
from hardstand.inventory.views.container import Container

MINIMUM_ID = number("minimum", "The lowest number that the user of a container may have, such as 10000")
REQUIRED = flag("required", "Whether a number must be set at all", default=False)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3"),
    parameters=[MINIMUM_ID, REQUIRED],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "ownUsers || container.?securityContext.?runAsUser.or(podSecurity.?runAsUser)"
        ".optMap(user, user >= minimum).orValue(!required)",
        "securityContext.runAsUser",
    ),
    when=(
        "pod.spec.hostUsers",
        "pod.spec.securityContext.runAsUser",
        "container.securityContext.runAsUser",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The container's `runAsUser`, else the pod's, must not be below the declared minimum."""
    minimum = given[MINIMUM_ID]
    if container.pod.host_users is False:
        raise NotApplicableError(Why.NO_SUBJECT)
    own, pod = container.security_context, container.pod.security_context
    context = pod if own.run_as_user is None and pod.run_as_user is not None else own
    user = context.run_as_user
    if user is None and given[REQUIRED]:
        yield own.violates("does not say which user it runs as", "runAsUser")
    elif user is not None and user < minimum:
        yield context.violates(f"runs as user {user}, below {minimum}", "runAsUser", caption=container.caption)
