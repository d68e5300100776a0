"""Pod changes the group of its volumes by default at every start.

Why
    With `fsGroup` set, the kubelet walks each volume and changes the group of every file before the pod starts. On a
    volume with millions of files that takes minutes to hours, at each restart and each move to another node.
    `fsGroupChangePolicy` says whether it must be so.

Fix
    Set `fsGroupChangePolicy: OnRootMismatch` to skip the walk when the volume's root is right already, or `Always` to
    say that it is wanted.

When it is fine
    Whether pods must say it is for you to decide: nothing is reported until `required` is declared. Small volumes
    start fast either way.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Repair, Violations, always, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.workload import Workload

REQUIRED = demand("Whether pods with an fsGroup must say when the group of their volumes is changed")
FIELD = "fsGroupChangePolicy"
POLICIES = ("Always", "OnRootMismatch")
"""The values that Kubernetes knows."""


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.1", "nist-800-53:CP-10"),
    parameters=[REQUIRED],
    fix=Repair("Set `fsGroupChangePolicy: OnRootMismatch`", safe=False),
    cel=Cel(
        "!podSecurity.?fsGroup.hasValue() || podSecurity.?fsGroupChangePolicy.orValue('') in policies",
        "securityContext.fsGroupChangePolicy",
        {"policies": always(POLICIES)},
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """A pod with `fsGroup` must have one of the two policies."""
    given[REQUIRED]
    context = workload.pod.security_context
    if context.fs_group is not None and context.fs_group_change_policy not in POLICIES:
        edits = [context.put("OnRootMismatch", FIELD)]
        yield context.violates("does not say when the group of its volumes is changed", FIELD, edits=edits)
