"""Container keeps capabilities that it does not need.

Why
    A container starts with a dozen capabilities unless it drops them. Few programs use any, and each is a way for an
    attacker inside to do more: forge packets, change the owner of files, become another user.

Fix
    Set `capabilities.drop: [ALL]` and add back at most `NET_BIND_SERVICE`. A container that starts as root and then
    changes to another user needs `SETUID` and `SETGID`: let it run as that user from the start instead.

    In Compose: set `cap_drop: [ALL]` and add back with `cap_add` what the program fails without. A program that needs
    no more than `NET_BIND_SERVICE` is run as its own user with `user`.

When it is fine
    Programs that administer the network, storage or other processes.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    - https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

from hardstand.analysis.confinement import exempt_as_windows
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    PRODUCTION,
    WEEKS_2_4,
    Cel,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    always,
    control,
)
from hardstand.inventory.views.container import Container

MAY_ADD = "NET_BIND_SERVICE"


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "pss-restricted:capabilities_restricted",
        "cis-kubernetes:5.2.9",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
        "production-checklist:P6.1",
    ),
    fix=Repair("Drop all capabilities and add none but `NET_BIND_SERVICE`", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "windows || ('ALL' in container.?securityContext.?capabilities.?drop.orValue([])"
        " && container.?securityContext.?capabilities.?add.orValue([]).all(name, name == may_add))",
        "securityContext.capabilities",
        {"may_add": always(MAY_ADD)},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """ALL must be dropped, in capitals (pod-security-admission, check `capabilities_restricted`, from 1.22).

    Windows pods are exempt from 1.25. Runtimes would take `all` too; the check does not.
    """
    given.since(22)
    if exempt_as_windows(container.pod, given.pod_security.minor):
        raise NotApplicableError(Why.NO_SUBJECT)
    capabilities = container.security_context.capabilities
    if "ALL" not in capabilities.drop:
        yield capabilities.violates("does not drop all capabilities", "drop", edits=[capabilities.put(["ALL"], "drop")])
    for at, name in enumerate(capabilities.add):
        if name != MAY_ADD:
            yield capabilities.violates(
                f"adds the capability {name}", "add", at, edits=[capabilities.remove("add", at)]
            )
