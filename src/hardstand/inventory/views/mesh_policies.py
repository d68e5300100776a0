"""Istio's policies: mutual TLS and how it is spoken.

Source of all fields: https://istio.io/latest/docs/reference/config/.
"""

from collections.abc import Sequence

from hardstand.inventory.views.base import (
    Field,
    Subject,
    View,
    nested,
    string,
    view_at,
    views,
)
from hardstand.inventory.views.gateway import IstioTls
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.kind import Kind


class MutualTls(View):
    """A mutual TLS setting."""

    mode = string("mode")


class PeerAuthenticationSpec(View):
    """Which mutual TLS workloads ask of their peers."""

    mtls = nested("mtls", MutualTls)
    selector = nested("selector", LabelSelector)

    def _ports(self, key: str) -> Sequence[tuple[str, MutualTls]]:
        found = view_at(self, key, View)
        return [(port, view_at(found, port, MutualTls)) for port in found.data]

    port_level: Field[Sequence[tuple[str, MutualTls]]] = Field("portLevelMtls", _ports)  # type: ignore[arg-type]


class PeerAuthentication(Subject):
    """Istio's PeerAuthentication."""

    kinds = frozenset({Kind("security.istio.io", "PeerAuthentication")})
    spec = nested("spec", PeerAuthenticationSpec)


class TrafficPolicy(View):
    """How a DestinationRule connects."""

    tls = nested("tls", IstioTls)
    port_level = views("portLevelSettings", lambda data, path, parent: TrafficPolicy(data, path, parent))


class Subset(View):
    """A named subset of a destination."""

    name = string("name")
    traffic_policy = nested("trafficPolicy", TrafficPolicy)


class DestinationRuleSpec(View):
    """A destination and how to connect to it."""

    host = string("host")
    traffic_policy = nested("trafficPolicy", TrafficPolicy)
    subsets = views("subsets", Subset)


class DestinationRule(Subject):
    """Istio's DestinationRule."""

    kinds = frozenset({Kind("networking.istio.io", "DestinationRule")})
    spec = nested("spec", DestinationRuleSpec)
