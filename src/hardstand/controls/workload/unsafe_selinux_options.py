"""SELinux labels let a container out of its confinement.

Why
    On nodes with SELinux a container process runs under a type that keeps it from the files and processes of the node
    and of other containers. Another type, such as `spc_t`, or a user or role of its own, can take that away entirely.

Fix
    Remove `type`, `user` and `role`, or choose one of the container types. `level` is yours to set: it separates
    containers from each other.

    In Compose: remove `label=disable`, `label=type:…`, `label=user:…` or `label=role:…` from `security_opt`; a volume
    gets the right label with `:z` or `:Z`.

When it is fine
    Node agents with a policy module of their own, whose type was written for them.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container
"""

from hardstand.analysis.confinement import at_minor, security_contexts
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
    always,
    control,
)
from hardstand.controls.given import LATEST
from hardstand.inventory.views.workload import Workload

TYPES = {
    0: frozenset({"container_t", "container_init_t", "container_kvm_t"}),
    31: frozenset({"container_t", "container_init_t", "container_kvm_t", "container_engine_t"}),
}
"""Allowed types by first minor version (pod-security-admission, policy/check_seLinuxOptions.go)."""


DISABLED = "disable"
"""What `label=disable` of Compose is folded to; no policy has such a type."""


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:seLinuxOptions",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Leave the SELinux type, user and role to the runtime", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "securityContexts.all(context, context.?seLinuxOptions.?type.orValue('') in types"
        " && context.?seLinuxOptions.?user.orValue('') == '' && context.?seLinuxOptions.?role.orValue('') == '')",
        "securityContext.seLinuxOptions",
        {"types": always(["", *sorted(at_minor(TYPES, LATEST.minor))])},
    ),
    when=("pod.spec.securityContext.seLinuxOptions", "container.securityContext.seLinuxOptions"),
)
def check(workload: Workload, given: Given) -> Violations:
    """The type must be a container's, user and role empty (pod-security-admission, check `seLinuxOptions`)."""
    for context in security_contexts(workload.pod):
        options = context.selinux_options
        if not options.exists:
            continue
        if options.type and options.type not in at_minor(TYPES, given.pod_security.minor):
            off = options.type == DISABLED
            message = "switches its SELinux label off" if off else f"sets the SELinux type {options.type}"
            yield options.violates(message, "type", edits=[options.remove("type")])
        if options.user:
            yield options.violates(f"sets the SELinux user {options.user}", "user", edits=[options.remove("user")])
        if options.role:
            yield options.violates(f"sets the SELinux role {options.role}", "role", edits=[options.remove("role")])
