"""Container sees an unmasked /proc.

Why
    Runtimes hide parts of /proc and make others read-only, because through them a root process changes the kernel that
    all containers share: /proc/sys, /proc/sysrq-trigger, /proc/kcore. `procMount: Unmasked` puts them back.

Fix
    Remove `procMount`.

    In Compose: remove `systempaths=unconfined` from `security_opt`.

When it is fine
    Building or running containers inside a container, in a pod with a user namespace of its own (`hostUsers: false`):
    root there is nobody on the node. From version 1.35 that passes.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#proc-access
"""

from hardstand.analysis.confinement import exempt_in_user_namespace, unmasks_proc
from hardstand.controls.api import (
    COMPOSE,
    HIGH,
    KUBERNETES,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Given,
    Repair,
    Violations,
    control,
)
from hardstand.inventory.views.container import Container


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:procMount",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Leave `procMount` at its default", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "ownUsers || container.?securityContext.?procMount.orValue('Default') == 'Default'",
        "securityContext.procMount",
    ),
    when=("container.securityContext.procMount",),
)
def check(container: Container, given: Given) -> Violations:
    """`procMount` must be Default or absent (pod-security-admission, check `procMount`, all versions).

    From 1.35 a pod with a user namespace of its own may set anything (policy/check_procMount_baseline.go).
    """
    if unmasks_proc(container) and not exempt_in_user_namespace(container.pod, given.pod_security.minor):
        context = container.security_context
        yield context.violates("does not mask /proc", "procMount", edits=[context.remove("procMount")])
