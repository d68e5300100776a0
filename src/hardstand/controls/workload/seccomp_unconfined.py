"""Seccomp is switched off.

Why
    The runtime's seccomp profile blocks the system calls that programs in containers do not need and exploits of the
    kernel do. Unconfined opens all of them.

Fix
    Set the profile's type to `RuntimeDefault`, or to `Localhost` with a profile that you wrote for the program.

    In Compose: remove `seccomp=unconfined` from `security_opt`: Docker's own profile is then on.

When it is fine
    Programs that need blocked calls, such as debuggers and browsers with a sandbox of their own. A `Localhost` profile
    that adds those calls is better.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/reference/node/seccomp/
"""

from collections.abc import Iterator

from hardstand.analysis.cel_text import CONFINES
from hardstand.analysis.confinement import confines, kind_of, security_contexts
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
    control,
)
from hardstand.inventory.views.workload import Workload

FIELDS_SINCE = 19
"""From this minor version the check reads fields only, before it annotations only (KEP-135)."""
POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod"
CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/"


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:seccompProfile_baseline",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Use the runtime's default seccomp profile", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        f"securityContexts.all(context, context.?seccompProfile.{CONFINES}.orValue(true))",
        "securityContext.seccompProfile",
    ),
    when=(
        "pod.spec.securityContext.seccompProfile",
        "container.securityContext.seccompProfile",
        "pod.metadata.annotations",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """A profile that is there must confine (pod-security-admission, check `seccompProfile_baseline`).

    A container's good profile does not mend the pod's bad one.
    """
    if given.pod_security.minor < FIELDS_SINCE:
        yield from _annotations(workload)
        return
    for context in security_contexts(workload.pod):
        profile = context.seccomp_profile
        if profile.exists and not confines(profile):
            mended = context.put({"type": "RuntimeDefault"}, "seccompProfile")
            yield profile.violates(f"sets a seccomp profile {kind_of(profile)}", "type", edits=[mended])


def _annotations(workload: Workload) -> Violations:
    metadata = workload.pod_metadata
    annotations = metadata.annotations
    for key in _keys(workload) if annotations else ():
        value = annotations.get(key)
        if value is not None and not _allowed(value):
            mended = metadata.put("runtime/default", "annotations", key)
            yield metadata.violates(f"sets seccomp to {value or 'nothing'}", "annotations", key, edits=[mended])


def _keys(workload: Workload) -> Iterator[str]:
    """The annotations that are read, each once: the pod's, and those of containers that are there."""
    yield POD_ANNOTATION
    yield from dict.fromkeys(CONTAINER_ANNOTATION + (one.name or "") for one in workload.containers)


def _allowed(value: str) -> bool:
    """Unlike with AppArmor, an annotation that is there and empty is not allowed."""
    return value in ("runtime/default", "docker/default") or value.startswith("localhost/")
