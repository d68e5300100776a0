"""Pod runs with a group outside the allowed range.

Why
    Where each team or tenant has a range of group numbers, files on shared volumes are kept apart by them. A pod with
    another group may read what is not its own.

Fix
    Set `runAsGroup`, `supplementalGroups` and `fsGroup` to numbers in the range of each.

When it is fine
    Which numbers are allowed is for you to say: a field is judged once its parameter, `run_as_group`,
    `supplemental_groups` or `fs_group`, is declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.parameter import flag, ranges
from hardstand.inventory.views.workload import Workload

ANY = ((0, 2**63 - 1),)
"""What nobody declared; group numbers are 64 bits wide in Kubernetes."""

RUN_AS = ranges("run_as_group", "Ranges of group numbers that containers may run as", ANY)
SUPPLEMENTAL = ranges("supplemental_groups", "Ranges of group numbers that pods may have besides", ANY)
FS_GROUP = ranges("fs_group", "Ranges of group numbers that volumes may be given to", ANY)
REQUIRED = flag("required", "Whether `runAsGroup` and `fsGroup` must be set where declared", default=False)


def _any(given: Given) -> object:
    """What no range restricts; NotApplicableError where nobody declared a range at all."""
    if given[RUN_AS] == given[SUPPLEMENTAL] == given[FS_GROUP] == ANY:
        raise NotApplicableError(Why.NOT_DECLARED)
    return ANY


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3"),
    parameters=[RUN_AS, SUPPLEMENTAL, FS_GROUP, REQUIRED],
    cel=Cel(
        "podSecurity.?supplementalGroups.orValue([]).all(group,"
        " supplemental_groups.exists(range, range[0] <= group && group <= range[1]))"
        " && podSecurity.?fsGroup.optMap(group, fs_group.exists(range, range[0] <= group && group <= range[1]))"
        ".orValue(!required || fs_group == any)"
        " && containers.all(one, one.?securityContext.?runAsGroup.or(podSecurity.?runAsGroup)"
        ".optMap(group, run_as_group.exists(range, range[0] <= group && group <= range[1]))"
        ".orValue(!required || run_as_group == any))",
        "securityContext",
        {"any": _any},
    ),
    when=(
        "pod.spec.securityContext.fsGroup",
        "pod.spec.securityContext.supplementalGroups",
        "pod.spec.securityContext.runAsGroup",
        "container.securityContext.runAsGroup",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Each group must lie in a range declared for it; a container's `runAsGroup` wins over its pod's."""
    run_as, supplemental, fs_group = given[RUN_AS], given[SUPPLEMENTAL], given[FS_GROUP]
    _any(given)
    required, pod = given[REQUIRED], workload.pod.security_context
    for at, group in enumerate(pod.supplemental_groups):
        if _outside(group, supplemental):
            yield pod.violates(f"has group {group} besides its own, which is not allowed", "supplementalGroups", at)
    if _outside(pod.fs_group, fs_group, required=required):
        yield pod.violates(f"gives its volumes to {_named(pod.fs_group)}, which is not allowed", "fsGroup")
    for container in workload.containers:
        own = container.security_context
        context = pod if own.run_as_group is None and pod.run_as_group is not None else own
        if _outside(context.run_as_group, run_as, required=required):
            message = f"runs as {_named(context.run_as_group)}, which is not allowed"
            yield context.violates(message, "runAsGroup", caption=container.caption)


def _outside(group: int | None, allowed: tuple[tuple[int, int], ...], *, required: bool = False) -> bool:
    if group is None:
        return required and allowed != ANY
    return not any(first <= group <= last for first, last in allowed)


def _named(group: int | None) -> str:
    return "a group of the image's choice" if group is None else f"group {group}"
