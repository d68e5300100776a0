"""Ingresses and OpenShift Routes: what lets the outside in by host and path.

Sources of all fields: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ and
https://docs.redhat.com/en/documentation/openshift_container_platform (Route).
"""

from collections.abc import Iterator

from hardstand.inventory.views.base import (
    Field,
    View,
    int_or_string,
    integer,
    nested,
    string,
    strings,
    views,
)
from hardstand.inventory.views.entrance import Entrance, Host
from hardstand.inventory.views.references import LocalRef
from hardstand.model.kind import Kind


class BackendPort(View):
    """The port of a Service that an Ingress sends to: one of the two."""

    number = integer("number")
    name = string("name")


class ServiceBackend(View):
    """The Service that an Ingress sends to: `service` since networking.k8s.io/v1, flat before."""

    name = string("name")
    port = nested("port", BackendPort)


class IngressBackend(View):
    """Where an Ingress sends a request."""

    service = nested("service", ServiceBackend)
    resource = nested("resource", View)
    legacy_service_name = string("serviceName")
    legacy_service_port = int_or_string("servicePort")

    @property
    def service_name(self) -> str | None:
        """The Service's name in either spelling."""
        return self.service.name or self.legacy_service_name

    @property
    def service_port(self) -> int | str | None:
        """The Service's port, number or name, in either spelling."""
        port = self.service.port
        return port.number or port.name or self.legacy_service_port


class IngressPath(View):
    """A path and its backend."""

    path_ = string("path")
    path_type = string("pathType")
    backend = nested("backend", IngressBackend)


class IngressHttp(View):
    """The paths of a rule."""

    paths = views("paths", IngressPath)


class IngressRule(View):
    """A host and its paths."""

    host = string("host")
    http = nested("http", IngressHttp)


class IngressTls(View):
    """Hosts served with a certificate."""

    hosts = strings("hosts")
    secret_name = string("secretName")


class IngressSpec(View):
    """What an Ingress lets in."""

    class_name = string("ingressClassName")
    rules = views("rules", IngressRule)
    tls = views("tls", IngressTls)
    default_backend = nested("defaultBackend", IngressBackend)
    legacy_default_backend = nested("backend", IngressBackend)


class Ingress(Entrance):
    """An Ingress of any API version."""

    kinds = frozenset({Kind("networking.k8s.io", "Ingress"), Kind("extensions", "Ingress")})
    spec = nested("spec", IngressSpec)

    @property
    def class_name(self) -> str | None:
        """The class of controller that serves it, in either spelling."""
        return self.spec.class_name or self.metadata.annotations.get("kubernetes.io/ingress.class")

    def _claims(self, _key: str) -> frozenset[tuple[str, str, str]]:
        return frozenset(
            ((rule.host or "").lower(), path.path_ or "/", "Exact" if path.path_type == "Exact" else "Prefix")
            for rule in self.spec.rules
            for path in rule.http.paths
        )

    claims: Field[frozenset[tuple[str, str, str]]] = Field("claims", _claims)  # type: ignore[arg-type]
    """Host, path and how the path is matched, of every path that it takes requests for."""

    @property
    def default_backend(self) -> IngressBackend:
        """Where requests go that no rule takes, in either spelling."""
        return self.spec.default_backend if self.spec.default_backend.exists else self.spec.legacy_default_backend

    @property
    def hosts(self) -> Iterator[Host]:
        """The hosts of its rules."""
        return (Host(rule.host, rule, ("host",)) for rule in self.spec.rules if rule.host)


class OpenShiftRouteTls(View):
    """How an OpenShift Route is encrypted."""

    termination = string("termination")
    insecure_policy = string("insecureEdgeTerminationPolicy")


class OpenShiftRoutePort(View):
    """The port that an OpenShift Route sends to."""

    target_port = int_or_string("targetPort")


class OpenShiftRouteSpec(View):
    """A host, a path and the Service behind them."""

    host = string("host")
    path_ = string("path")
    to = nested("to", LocalRef)
    also_to = views("alternateBackends", LocalRef)
    tls = nested("tls", OpenShiftRouteTls)
    wildcard_policy = string("wildcardPolicy")
    port = nested("port", OpenShiftRoutePort)


class OpenShiftRoute(Entrance):
    """A Route of OpenShift."""

    kinds = frozenset({Kind("route.openshift.io", "Route")})
    spec = nested("spec", OpenShiftRouteSpec)

    @property
    def hosts(self) -> Iterator[Host]:
        """Its host; with the wildcard policy `Subdomain` it answers for all of the host's siblings."""
        host = self.spec.host or ""
        if self.spec.wildcard_policy == "Subdomain":
            yield Host("*." + host.partition(".")[2], self.spec, ("wildcardPolicy",))
        elif host:
            yield Host(host, self.spec, ("host",))
