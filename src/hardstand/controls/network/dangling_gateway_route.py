"""Route sends requests to a Service that does not exist.

Why
    Clients get errors, and the first to create a Service of that name receives what was meant for another. Across
    namespaces, that is somebody else's namespace.

Fix
    Name a Service that exists, in `namespace` where it is another than the route's, or delete the backend.

References
    - https://gateway-api.sigs.k8s.io/reference/spec/#backendref
"""

from collections.abc import Iterator

from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.network._untold import untold
from hardstand.inventory.views.gateway import Route, RouteRef
from hardstand.inventory.views.services import Service


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P11", "nist-800-53:CM-2", "nist-800-53:CM-6", "soc2:A1.2", "iso-27001:A.8.9"),
    reads=[anywhere(Service, "metadata.name")],
)
def check(route: Route, given: Given) -> Violations:
    """Each backend that is a Service must be in the namespace that the route names, else in the route's own."""
    backends = list(_services(route))
    if not backends:
        raise NotApplicableError(Why.NO_SUBJECT)
    for one in backends:
        namespace = one.namespace or route.namespace
        if given.knows(Service, namespace) and one.name not in _names(given, namespace):
            where = f" in namespace {one.namespace}" if one.namespace else ""
            yield one.violates(f"sends requests to Service {one.name}{where}, which does not exist", "name")
    for one in backends:
        if not given.knows(Service, one.namespace or route.namespace):
            raise untold(Service, one.namespace or route.namespace)


def _services(route: Route) -> Iterator[RouteRef]:
    """The backends that are core Services, as one without group and kind is."""
    for rule in route.spec.rules:
        for one in rule.backend_refs:
            if not one.group and one.kind_ in (None, "Service"):
                yield one


def _names(given: Given, namespace: str | None) -> set[str]:
    return {service.name for service in given.within(Service, namespace)}
