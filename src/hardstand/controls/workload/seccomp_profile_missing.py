"""Container runs without a seccomp profile.

Why
    Unless a profile is named, a container may make every system call of the kernel that it shares with the node,
    hundreds that it never uses among them. Many exploits of the kernel start with a call that the runtime's default
    profile blocks.

Fix
    Set `seccompProfile: {type: RuntimeDefault}` for the pod. Outside Kubernetes, runtimes apply the same profile to
    every container, so what runs there runs here.

When it is fine
    Programs that need blocked calls, such as debuggers. A `Localhost` profile that adds those calls is better. Where
    every kubelet sets `seccompDefault`, the profile is there without being named; other clusters do not know that.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://kubernetes.io/docs/reference/node/seccomp/
"""

from hardstand.analysis.cel_text import CONFINES
from hardstand.analysis.confinement import confines, exempt_as_windows, kind_of
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
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
from hardstand.inventory.views.security_context import PodSecurityContext, SecurityContext
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "pss-restricted:seccompProfile_restricted",
        "cis-kubernetes:5.6.2",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Use the runtime's default seccomp profile", safe=True),
    cel=Cel(
        f"windows || (podSecurity.?seccompProfile.{CONFINES}.orValue(true)"
        f" && containers.all(one, one.?securityContext.?seccompProfile.{CONFINES}"
        ".orValue(podSecurity.?seccompProfile.hasValue())))",
        "securityContext.seccompProfile",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Each container needs a confining profile, its own or the pod's (pod-security-admission, from 1.19).

    Check `seccompProfile_restricted`; annotations never count, and Windows pods are exempt from 1.25. A container
    without a profile of its own has the pod's fault, which is told once. To overwrite a profile is not safe: somebody
    chose it.
    """
    given.since(19)
    pod = workload.pod
    if exempt_as_windows(pod, given.pod_security.minor):
        raise NotApplicableError(Why.NO_SUBJECT)
    shared = pod.security_context
    told_of_all = shared.has("seccompProfile")
    if told_of_all and not confines(shared.seccomp_profile):
        yield from _unconfined(shared)
    for container in pod.containers:
        context = container.security_context
        if context.has("seccompProfile"):
            if not confines(context.seccomp_profile):
                yield from _unconfined(context)
        elif not told_of_all:
            yield context.violates("has no seccomp profile", "seccompProfile", edits=[_mended(shared)])


def _unconfined(context: PodSecurityContext | SecurityContext) -> Violations:
    profile = context.seccomp_profile
    message = f"sets a seccomp profile {kind_of(profile)}"
    yield profile.violates(message, "type", edits=[_mended(context)], unsafe=True)


def _mended(context: PodSecurityContext | SecurityContext) -> Edit:
    return context.put({"type": "RuntimeDefault"}, "seccompProfile")
