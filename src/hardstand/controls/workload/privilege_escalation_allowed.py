"""Container may gain more privileges than it started with.

Why
    Unless `allowPrivilegeEscalation: false` is set, a process in the container can become more than its parent by
    running a setuid program or one with file capabilities: an ordinary user becomes root. Images carry such programs
    without anybody asking for them.

Fix
    Set `allowPrivilegeEscalation: false`. It sets the kernel's no_new_privs flag. A program that listens on a port
    below 1024 through a file capability needs `NET_BIND_SERVICE` added, or a higher port.

    In Compose: set `security_opt: ["no-new-privileges:true"]`. Programs that rely on `sudo` or on file capabilities
    stop working.

When it is fine
    Images whose entry point needs sudo or a setuid helper. The API refuses the setting together with `privileged`.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://docs.kernel.org/userspace-api/no_new_privs.html
"""

from hardstand.analysis.confinement import exempt_as_windows
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Edit,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.security_context import SecurityContext

FIELD = "allowPrivilegeEscalation"


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-restricted:allowPrivilegeEscalation",
        "cis-kubernetes:5.2.6",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
        "production-checklist:P6.1",
    ),
    fix=Repair("Set `allowPrivilegeEscalation: false`, and take away what excludes it", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "windows || !container.?securityContext.?allowPrivilegeEscalation.orValue(true)",
        "securityContext.allowPrivilegeEscalation",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The field must say false (pod-security-admission, check of the same name, from 1.8; Windows exempt from"
    " 1.25)."""
    given.since(8)
    if exempt_as_windows(container.pod, given.pod_security.minor):
        raise NotApplicableError(Why.NO_SUBJECT)
    context = container.security_context
    if context.allow_privilege_escalation is not False:
        message = "says that it may" if context.allow_privilege_escalation else "does not say that it may not"
        yield context.violates(f"{message} gain privileges", FIELD, edits=_edits(context))


def _edits(context: SecurityContext) -> list[Edit]:
    """The API refuses the setting for a privileged container, so that goes too."""
    privileged = [context.remove("privileged")] if context.get("privileged") is True else []
    return [context.put(False, FIELD), *privileged]
