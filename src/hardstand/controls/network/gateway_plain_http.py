"""Gateway listens for plain HTTP.

Why
    Between the client and the Gateway anybody on the way reads and changes what is sent: passwords, session cookies,
    the scripts of the page. It is one listener, but everything that routes attach to it travels so.

Fix
    Serve over a listener with protocol HTTPS, and leave on the plain one only routes that redirect to `https`; with
    Istio, `tls.httpsRedirect: true`.

When it is fine
    Where TLS ends before the cluster, at a load balancer that alone can reach the Gateway, and inside a mesh that
    encrypts by itself.

References
    - https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/#http-to-https-redirects
    - https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
"""

from collections.abc import Sequence

from hardstand.analysis.joining import of_neighbour
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Given, Violations, anywhere, control
from hardstand.inventory.views.entrances import AnyGateway
from hardstand.inventory.views.gateway import Gateway, IstioGateway, Listener, Route, RouteRule

_PLAIN = ("GRPC", "HTTP", "HTTP2")


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "production-checklist:P4.3",
        "nsa-cisa:network.encryption",
        "nist-800-53:SC-8",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
    reads=[anywhere(Route, "spec.parentRefs", "spec.rules.filters", needed=False)],
)
def check(gateway: AnyGateway, given: Given) -> Violations:
    """A listener for HTTP must have only routes that redirect to HTTPS, a server of Istio must redirect by itself."""
    if isinstance(gateway, Gateway):
        for listener in gateway.spec.listeners:
            if listener.protocol == "HTTP" and not _only_redirects(gateway, listener, given.anywhere(Route)):
                yield listener.violates(f"listens for plain HTTP on port {listener.port}", "protocol")
    if isinstance(gateway, IstioGateway):
        for server in gateway.spec.servers:
            if (server.port.protocol or "").upper() in _PLAIN and not server.tls.https_redirect:
                yield server.port.violates(f"listens for plain HTTP on port {server.port.number}", "protocol")


def _only_redirects(gateway: Gateway, listener: Listener, routes: Sequence[Route]) -> bool:
    """Tell whether there are routes on the listener, and all of their rules redirect."""
    attached = [one for one in routes if of_neighbour(one, lambda route: _is_attached(route, gateway, listener))]
    return bool(attached) and all(of_neighbour(one, _redirects) for one in attached)


def _is_attached(route: Route, gateway: Gateway, listener: Listener) -> bool:
    return any(
        parent.name == gateway.name
        and (parent.namespace or route.namespace) == gateway.namespace
        and parent.kind_ in (None, "Gateway")
        and parent.section_name in (None, "", listener.name)
        and parent.port in (None, listener.port)
        for parent in route.spec.parent_refs
    )


def _redirects(route: Route) -> bool:
    return bool(route.spec.rules) and all(_rule_redirects(rule) for rule in route.spec.rules)


def _rule_redirects(rule: RouteRule) -> bool:
    return any(one.type == "RequestRedirect" and one.request_redirect.scheme == "https" for one in rule.filters)
