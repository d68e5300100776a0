"""Ingress sends requests to a Service or port that does not exist.

Why
    Clients get an error page, and the first to create a Service of that name receives what was meant for another.
    Mostly a Service was renamed, or its port.

Fix
    Name a Service of the same namespace and one of its ports, or delete the path.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.joining import any_fits, by_name
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    Given,
    NotApplicableError,
    Violation,
    Violations,
    Why,
    control,
    near,
)
from hardstand.inventory.views.ingress import Ingress, IngressBackend
from hardstand.inventory.views.services import Service


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P11", "nist-800-53:CM-2", "nist-800-53:CM-6", "soc2:A1.2", "iso-27001:A.8.9"),
    reads=[near(Service, "spec.type", "spec.ports.port", "spec.ports.name")],
)
def check(ingress: Ingress, given: Given) -> Violations:
    """Each Service named by a backend must be in the Ingress's namespace, and have the port that is named."""
    backends = [one for one in _backends(ingress) if one.service_name]
    if not backends:
        raise NotApplicableError(Why.NO_SUBJECT)
    services = given.table(Service, ingress, by_name)
    for backend in backends:
        yield from _missing(backend, services.under(backend.service_name))


def _backends(ingress: Ingress) -> Iterator[IngressBackend]:
    yield ingress.default_backend
    for rule in ingress.spec.rules:
        for path in rule.http.paths:
            # AWS lets the port `use-annotation` stand for an action in an annotation, which needs no Service.
            if path.backend.service_port != "use-annotation":
                yield path.backend


def _missing(backend: IngressBackend, services: Sequence[Service]) -> Iterator[Violation]:
    """What is wrong with a backend, given the Services of its name: several when overlays hold the same one."""
    name_at, port_at = (("service", "name"), ("service", "port")) if backend.service.exists else _LEGACY
    if not services:
        yield backend.violates(f"sends requests to Service {backend.service_name}, which does not exist", *name_at)
        return
    port = backend.service_port
    if port is not None and not any_fits(services, lambda one: _has_port(one, port), bool):
        message = f"sends requests to port {port}, which Service {backend.service_name} does not have"
        yield backend.violates(message, *port_at)


def _has_port(service: Service, port: int | str) -> bool:
    """Tell whether a Service has a port of that number or name; whoever an external name stands for may have any."""
    return service.spec.type == "ExternalName" or any(port in (one.port, one.name) for one in service.spec.ports)


_LEGACY = (("serviceName",), ("servicePort",))
