"""Container runs privileged.

Why
    A privileged container has every capability, sees every device of its node and is confined by neither seccomp,
    AppArmor nor SELinux. Whoever gets into it owns the node, and with it every pod and every token there.

Fix
    Remove `privileged: true` and add back only the capabilities that the program uses. A device plugin gives single
    devices without the rest.

    In Compose: remove `privileged: true` and give single rights with `cap_add` and `devices`.

When it is fine
    Node agents that load kernel modules or set up storage and networking. Keep them in a namespace of their own and
    except them by name.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/#privileged-containers
"""

from hardstand.controls.api import COMPOSE, CRITICAL, KUBERNETES, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.container import Container


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:privileged",
        "cis-kubernetes:5.2.2",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
        "iso-27001:A.8.2",
        "production-checklist:P5.3",
        "production-checklist:P6.1",
    ),
    fix=Repair("Take `privileged: true` away", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "!container.?securityContext.?privileged.orValue(false)",
        "securityContext.privileged",
    ),
    when=("container.securityContext.privileged",),
)
def check(container: Container) -> Violations:
    """`privileged` must be false or absent (pod-security-admission, check `privileged`, all versions)."""
    context = container.security_context
    if context.privileged:
        # Alone, it is turned to false: an empty security context would be as good as none.
        alone = len(context.data) == 1
        edit = context.put(False, "privileged") if alone else context.remove("privileged")
        yield context.violates("runs privileged", "privileged", edits=[edit])
