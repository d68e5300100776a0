"""Container leaves its SELinux label to the runtime.

Why
    On nodes with SELinux the runtime gives each pod a random category, which keeps pods apart from each other. Teams
    with labels of their own, for a group of pods that share a volume or for a custom type that permits less, want each
    container to name one, so that a forgotten one is seen.

Fix
    Set `securityContext.seLinuxOptions` with the `level` or `type` of your team, on the pod or the container.

When it is fine
    Without labels of your own the runtime's choice is the better one: nothing is reported until `required` is declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.container import Container

REQUIRED = demand("Whether every container must have SELinux options")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P6.1",
        "nsa-cisa:pod-security.hardened-environments",
        "cis-kubernetes:5.6.3",
        "nist-800-53:AC-6",
    ),
    parameters=[REQUIRED],
    cel=Cel(
        "windows || [container.?securityContext, podSpec.?securityContext].exists(context,"
        " ['type', 'user', 'role', 'level'].exists(key, context.?seLinuxOptions[?key].hasValue()))",
        "securityContext.seLinuxOptions",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The container or its pod must set at least one of the options; Windows has no SELinux."""
    given[REQUIRED]
    if container.pod.os.name == "windows":
        raise NotApplicableError(Why.NO_SUBJECT)
    own, shared = container.security_context.selinux_options, container.pod.security_context.selinux_options
    if not any((one.type, one.user, one.role, one.level) != (None,) * 4 for one in (own, shared)):
        yield container.security_context.violates("has no SELinux options", "seLinuxOptions")
