"""Container asks for another /proc than the default.

Why
    The default /proc hides what reaches the kernel that all containers share. A user namespace makes an unmasked one
    less dangerous and not harmless: more of the kernel can be attacked from inside.

Fix
    Remove `procMount`.

When it is fine
    Building or running containers inside a container, in a pod with `hostUsers: false`: allowed at the level baseline,
    not at restricted.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#proc-access
"""

from hardstand.analysis.confinement import unmasks_proc
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Cel, Given, Repair, Violations, control
from hardstand.inventory.views.container import Container


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "pss-restricted:procMount_restricted",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Leave `procMount` at its default", safe=False),
    cel=Cel(
        "container.?securityContext.?procMount.orValue('Default') == 'Default'",
        "securityContext.procMount",
    ),
    when=("container.securityContext.procMount",),
)
def check(container: Container, given: Given) -> Violations:
    """`procMount` must be Default or absent (pod-security-admission, check `procMount_restricted`, from 1.35).

    Before 1.35 the baseline check, which then made no difference for user namespaces, counted at restricted too.
    """
    given.since(35)
    if unmasks_proc(container):
        context = container.security_context
        yield context.violates(
            "asks for another /proc than the default", "procMount", edits=[context.remove("procMount")]
        )
