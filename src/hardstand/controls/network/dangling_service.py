"""Service selects no pods.

Why
    Whoever calls the Service gets no answer, and a name with nothing behind it waits for whoever next labels a pod so:
    that pod is then given the traffic. Mostly it is a label that was renamed on one side.

Fix
    Make `spec.selector` equal to the labels of the pods, or delete the Service.

When it is fine
    Where an operator makes the pods from an object that Hardstand does not know.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
"""

from hardstand.analysis.joining import any_fits, any_labelled
from hardstand.analysis.pods import POD_LABELS, label_pairs, made_labels, pod_labels
from hardstand.analysis.selecting import subset
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
    near,
)
from hardstand.controls.network._untold import made_by_operators
from hardstand.inventory.views.operators import PodMaker
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.services import Service
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P11", "nist-800-53:CM-2", "nist-800-53:CM-6", "soc2:A1.2", "iso-27001:A.8.9"),
    reads=[near(Workload, *POD_LABELS), near(PodMaker, *PodMaker.KEEP, needed=False)],
)
def check(service: Service, given: Given) -> Violations:
    """A workload of the namespace must have all labels of the selector; without one, endpoints come by other ways."""
    selector = service.spec.selector
    if not selector or service.spec.type == "ExternalName":
        raise NotApplicableError(Why.NO_SUBJECT)
    if any_labelled(given.table(Workload, service, label_pairs), _as_selector(service), pod_labels):
        return
    makers = given.near(PodMaker, service)
    if any_fits(makers, made_labels, lambda labels: subset(selector, labels)):
        return
    if makers:
        raise made_by_operators(service.namespace)
    wanted = ", ".join(f"{key}={value}" for key, value in selector.items())
    yield service.spec.violates(f"selects no pods: nothing in its namespace is labelled {wanted}", "selector")


def _as_selector(service: Service) -> LabelSelector:
    return LabelSelector({"matchLabels": dict(service.spec.selector)}, service.spec.at("selector"), service.spec)
