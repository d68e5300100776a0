"""Autoscaler scales something that does not exist.

Why
    The workload that it was meant for keeps its replicas under any load. Mostly the workload was renamed, or its kind
    changed.

Fix
    Name the workload's kind and name in `spec.scaleTargetRef`, or delete the autoscaler.

References
    - https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    - https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from hardstand.analysis.joining import by_name
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    WEEKS_2_4,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
    near,
)
from hardstand.inventory.views.autoscaling import Autoscaler
from hardstand.inventory.views.workload import Workload

_KINDS = frozenset(kind.name for kind in Workload.kinds)


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "nist-800-53:CM-6", "nist-800-53:SC-5", "soc2:A1.1", "iso-27001:A.8.6"),
    reads=[near(Workload, "metadata.name")],
)
def check(autoscaler: Autoscaler, given: Given) -> Violations:
    """The target must be a workload of the namespace; kinds that are no workloads are not looked for."""
    target = autoscaler.spec.target
    kind = target.kind_ or "Deployment"
    if not target.name or kind not in _KINDS:
        raise NotApplicableError(Why.NO_SUBJECT)
    if not any(one.kind.name == kind for one in given.table(Workload, autoscaler, by_name).under(target.name)):
        yield target.violates(f"scales {kind} {target.name}, which does not exist", "name")
