"""Who sends requests on to whom, besides the entrances in `network`.

Sources: https://istio.io/latest/docs/reference/config/networking/virtual-service/,
https://gateway-api.sigs.k8s.io/api-types/referencegrant/.
"""

from hardstand.inventory.views.base import Subject, View, nested, string, strings, views
from hardstand.model.kind import Kind


class Destination(View):
    """A host of the mesh's registry; a name without dots is a Service of the object's own namespace."""

    host = string("host")


class WeightedDestination(View):
    """One of the destinations that share the requests."""

    destination = nested("destination", Destination)


class VirtualRule(View):
    """A rule for HTTP, TLS or TCP."""

    route = views("route", WeightedDestination)


class VirtualServiceSpec(View):
    """Which requests, come in by which gateways, go where; without gateways, those of the mesh itself."""

    hosts = strings("hosts")
    gateways = strings("gateways")
    http = views("http", VirtualRule)
    tls = views("tls", VirtualRule)
    tcp = views("tcp", VirtualRule)


class VirtualService(Subject):
    """Istio's VirtualService."""

    kinds = frozenset({Kind("networking.istio.io", "VirtualService")})
    spec = nested("spec", VirtualServiceSpec)


class GrantedFrom(View):
    """Whose references are let in."""

    group = string("group")
    kind_ = string("kind")
    namespace = string("namespace")


class GrantedTo(View):
    """What they may refer to: everything of the kind, unless it is named."""

    group = string("group")
    kind_ = string("kind")
    name = string("name")


class ReferenceGrantSpec(View):
    """Every one of `from` may refer to every one of `to`."""

    from_ = views("from", GrantedFrom)
    to = views("to", GrantedTo)


class ReferenceGrant(Subject):
    """Lets objects of other namespaces refer to objects of its own."""

    kinds = frozenset({Kind("gateway.networking.k8s.io", "ReferenceGrant")})
    spec = nested("spec", ReferenceGrantSpec)
