"""AppArmor is switched off.

Why
    On nodes with AppArmor the runtime's default profile keeps a container from mounting file systems, writing to
    sensitive parts of /proc and /sys, and tracing processes outside. Unconfined takes that layer away from a program
    that may already be in an attacker's hands.

Fix
    Remove the profile, which leaves the runtime's default, or set its type to `RuntimeDefault`, or to `Localhost` with
    a profile that you wrote for the program.

    In Compose: remove `apparmor=unconfined` from `security_opt`: Docker's own profile is then on where the host has
    AppArmor.

When it is fine
    A node agent that the default profile breaks and for which nobody has written a profile yet.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tutorials/security/apparmor/
"""

from hardstand.analysis.cel_text import CONFINES
from hardstand.analysis.confinement import confines, kind_of, security_contexts
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Repair,
    Violations,
    always,
    control,
)
from hardstand.inventory.views.workload import Workload

ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
"""Followed by a container's name; any name counts, also of a container that is not there."""


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:appArmorProfile",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "production-checklist:P6.1",
    ),
    fix=Repair("Leave AppArmor at the runtime's default", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        f"securityContexts.all(context, context.?appArmorProfile.{CONFINES}.orValue(true))"
        " && podMetadata.?annotations.orValue({}).all(key, !key.startsWith(prefix)"
        " || podMetadata.annotations[key] in ['', 'runtime/default']"
        " || podMetadata.annotations[key].startsWith('localhost/'))",
        "securityContext.appArmorProfile",
        {"prefix": always(ANNOTATION)},
    ),
    when=(
        "pod.spec.securityContext.appArmorProfile",
        "container.securityContext.appArmorProfile",
        "pod.metadata.annotations",
    ),
)
def check(workload: Workload) -> Violations:
    """Profiles must be RuntimeDefault or Localhost (pod-security-admission, check `appArmorProfile`, all versions).

    Fields (1.30, KEP-24) and annotations are both read at every version, and a container's good profile does not mend
    the pod's bad one.
    """
    for context in security_contexts(workload.pod):
        profile = context.app_armor_profile
        if profile.exists and not confines(profile):
            mended = context.put({"type": "RuntimeDefault"}, "appArmorProfile")
            yield profile.violates(f"sets an AppArmor profile {kind_of(profile)}", "type", edits=[mended])
    metadata = workload.pod_metadata
    for key, value in metadata.annotations.items():
        if key.startswith(ANNOTATION) and not _allowed(value):
            place = ("annotations", key)
            yield metadata.violates(f"sets AppArmor to {value}", *place, edits=[metadata.remove(*place)])


def _allowed(value: str) -> bool:
    return value in ("", "runtime/default") or value.startswith("localhost/")
