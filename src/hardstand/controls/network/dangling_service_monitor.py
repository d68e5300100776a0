"""Service monitor selects no Service.

Why
    Nothing is scraped, so no alert that is built on it can ever fire, and silence looks like health.

Fix
    Make `spec.selector` equal to the labels of the Service, not of its pods, and name its namespace in
    `spec.namespaceSelector` where that is another than the monitor's.

References
    - https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
"""

from collections.abc import Mapping, Sequence

from hardstand.analysis.joining import any_fits
from hardstand.analysis.selecting import selects
from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Confidence, Given, Violations, anywhere, control
from hardstand.controls.network._untold import untold
from hardstand.inventory.views.config import ServiceMonitor
from hardstand.inventory.views.services import Service


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "twelve-controls:T5.1", "nist-800-53:SI-4", "soc2:CC7.2"),
    reads=[anywhere(Service, "metadata.labels")],
)
def check(monitor: ServiceMonitor, given: Given) -> Violations:
    """A Service must match the selector, in the namespaces of `namespaceSelector`, the monitor's own without it."""
    selector = monitor.spec.selector
    if any_fits(_meant(monitor, given), _labels, lambda labels: selects(selector, labels)):
        return
    spaces = monitor.spec.namespace_selector
    unheard = [] if spaces.any else [name for name in _names(monitor) if not given.knows(Service, name)]
    if unheard:
        raise untold(Service, unheard[0])
    where = "anywhere" if spaces.any else f"in namespace {', '.join(_names(monitor))}"
    yield monitor.spec.violates(f"selects no Service {where}", "selector")


def _labels(service: Service) -> Mapping[str, str]:
    return service.metadata.labels


def _names(monitor: ServiceMonitor) -> Sequence[str]:
    return monitor.spec.namespace_selector.match_names or [monitor.namespace or ""]


def _meant(monitor: ServiceMonitor, given: Given) -> Sequence[Service]:
    if monitor.spec.namespace_selector.any:
        return given.anywhere(Service)
    return [service for name in _names(monitor) for service in given.within(Service, name)]
