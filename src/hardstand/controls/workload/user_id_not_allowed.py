"""Container runs as a user outside the allowed range.

Why
    Where each team or tenant has a range of user numbers, files on shared volumes and nodes are kept apart by them.
    A container outside its range may be somebody else.

Fix
    Set `runAsUser` to a number in the range.

    In Compose: set `user` to a number in the range.

When it is fine
    Which numbers are allowed is for you to say: nothing is reported until the parameter `ranges` is declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from hardstand.controls.api import COMPOSE, KUBERNETES, LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import flag, ranges
from hardstand.inventory.views.container import Container

RANGES = ranges("ranges", "Ranges of user numbers that containers may run as")
REQUIRED = flag("required", "Whether a number must be set at all", default=False)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3"),
    parameters=[RANGES, REQUIRED],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?securityContext.?runAsUser.or(podSecurity.?runAsUser).optMap(user,"
        " ranges.exists(range, range[0] <= user && user <= range[1])).orValue(!required)",
        "securityContext.runAsUser",
    ),
    when=(
        "pod.spec.securityContext.runAsUser",
        "container.securityContext.runAsUser",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The container's `runAsUser`, else the pod's, must lie in a declared range."""
    allowed, own, pod = given[RANGES], container.security_context, container.pod.security_context
    context = pod if own.run_as_user is None and pod.run_as_user is not None else own
    user = context.run_as_user
    if user is None and given[REQUIRED]:
        yield own.violates("does not say which user it runs as", "runAsUser")
    elif user is not None and not any(first <= user <= last for first, last in allowed):
        yield context.violates(f"runs as user {user}, which is not allowed", "runAsUser", caption=container.caption)
