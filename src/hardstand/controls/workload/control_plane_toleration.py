"""Pod may run on control plane nodes.

Why
    Control plane nodes hold the cluster's keys, its database and the API server. What runs beside them is one escape
    away from all of it.

Fix
    Remove the toleration, or name the taints that are really meant instead of tolerating all.

When it is fine
    Parts of the control plane. DaemonSets, which have to be on every node, are judged only with the parameter
    `daemon_sets`.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    - https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint
"""

from collections.abc import Collection

from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    WEEKS_2_4,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.parameter import flag, text_list
from hardstand.inventory.views.pod import Toleration
from hardstand.inventory.views.workload import Workload

KEYS = text_list(
    "keys",
    "The taints of control plane nodes",
    default=["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"],
)
DAEMON_SETS = flag("daemon_sets", "Whether DaemonSets are judged too", default=False)


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.3", "twelve-controls:T1.4", "nist-800-190:4.3.4", "nist-800-53:SC-2"),
    parameters=[KEYS, DAEMON_SETS],
    cel=Cel(
        "(kind == 'DaemonSet' && !daemon_sets) || podSpec.?tolerations.orValue([]).all(toleration,"
        " toleration.?key.orValue('') != '' ? !(toleration.key in keys)"
        " : toleration.?operator.orValue('') != 'Exists')",
        "tolerations",
    ),
    when=("pod.spec.tolerations",),
)
def check(workload: Workload, given: Given) -> Violations:
    """No toleration may have a declared key, or no key at all, which tolerates every taint."""
    if workload.kind.name == "DaemonSet" and not given[DAEMON_SETS]:
        raise NotApplicableError(Why.NO_SUBJECT)
    for toleration in workload.pod.tolerations:
        if _tolerates(toleration, given[KEYS]):
            yield toleration.violates("may run on control plane nodes")


def _tolerates(toleration: Toleration, keys: Collection[str]) -> bool:
    if toleration.key:
        return toleration.key in keys
    return toleration.operator == "Exists"
