"""Controller does not select the pods that it makes.

Why
    The API server refuses most such controllers, so that the release stops there; where it does not, pods are made
    without end since none of them is ever counted.

Fix
    Make the template's labels hold everything that the selector asks for.

References
    - https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from hardstand.analysis.selecting import selects, subset
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    QUARTERLY,
    NotApplicableError,
    NotNative,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.base import string_map
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.workload import Workload, WorkloadSpec

PLAIN = ("ReplicationController", "DeploymentConfig")
"""Kinds whose selector is a plain mapping of labels."""


class PlainSpec(WorkloadSpec):
    """A `spec` whose selector is a plain mapping of labels."""

    labels = string_map("selector")


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    cel=NotNative.REFUSED,
)
def check(workload: Workload) -> Violations:
    """The selector, where there is one, must select the template's labels."""
    spec = workload.spec
    if not workload.shape.controller or not spec.has("selector"):
        raise NotApplicableError(Why.NO_SUBJECT)
    labels = workload.pod_metadata.labels
    if workload.kind.name in PLAIN:
        selected = subset(PlainSpec(spec.data, spec.path).labels, labels)
    else:
        selector = LabelSelector(spec.selector.data, spec.selector.path, spec)
        if selector.data and selector.data.keys().isdisjoint(("matchLabels", "matchExpressions")):
            raise spec.malformed("a selector with matchLabels or matchExpressions", "selector")
        selected = selects(selector, labels)
    if not selected:
        yield spec.violates("does not select the pods that it makes", "selector")
