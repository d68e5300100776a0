"""What lets the outside in: Ingresses, routes, and Services with an address outside of the cluster.

Ingresses and routes are served by programs that run somewhere in the cluster, in most pictures as no pod that could be
told to be one: they are ends of their own, which a policy means where it means all pods of all namespaces. Balancers
and node ports send connections straight to pods; policies then see the caller's address, or that of a node where
`externalTrafficPolicy` is `Cluster` and the plugin hides it.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from hardstand.analysis.gateway_routes import GATEWAY_FIELDS, GRANT_FIELDS, GatewayApi
from hardstand.analysis.inferred import Asked
from hardstand.analysis.load_balancers import is_internal
from hardstand.analysis.reach.blocks import EVERYWHERE, block
from hardstand.analysis.reach.edges import Entering
from hardstand.analysis.reach.peers import Outside, Peers, Sort
from hardstand.analysis.reach.services import SERVICE_FIELDS, Services, Wanted, is_port, is_target
from hardstand.analysis.reach.spans import Spans, spans
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.gateway import Gateway, Route
from hardstand.inventory.views.ingress import Ingress, OpenShiftRoute
from hardstand.inventory.views.routing import ReferenceGrant
from hardstand.inventory.views.services import Service
from hardstand.model.tier import Exposure
from hardstand.model.violation import MalformedFieldError

INGRESS_CONTROLLER = "{ingress-controller}"
GATEWAY = "{gateway}"
LOAD_BALANCER = "{load-balancer}"
NODE_PORT = "{node-port}"
_HIDDEN = "the caller's address is not hidden behind a node's (externalTrafficPolicy: Cluster)"

OUTSIDE_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Service, SERVICE_FIELDS),
    (Ingress, ("metadata.annotations", "spec")),
    (OpenShiftRoute, ("metadata.annotations", "metadata.labels", "spec")),
    (Gateway, GATEWAY_FIELDS),
    (Route, ("spec.hostnames", "spec.parentRefs", "spec.rules.backendRefs")),
    (ReferenceGrant, GRANT_FIELDS),
)
"""The views that must be among the neighbours, and what must be kept of each."""


def ends(neighbours: Neighbours) -> Sequence[Outside]:
    """The programs that serve what the picture holds."""
    found = []
    served: tuple[type[Subject], ...] = (Ingress, OpenShiftRoute)
    if any(neighbours.anywhere(view) for view in served):
        found.append(INGRESS_CONTROLLER)
    if neighbours.anywhere(Route):
        found.append(GATEWAY)
    return [Outside(Sort.ENTRANCE, name) for name in found]


def ranges(neighbours: Neighbours) -> Iterator[Spans]:
    """The addresses that Services with balancers take connections from, where they say."""
    for service in neighbours.anywhere(Service):
        try:
            for one in service.spec.load_balancer_source_ranges:
                yield (block(one),)
        except (MalformedFieldError, ValueError):
            continue


def entering(neighbours: Neighbours, peers: Peers, doubts: list[str]) -> Sequence[Entering]:
    """What comes in, by whichever way; what cannot be read is added to `doubts`."""
    services = Services(neighbours.anywhere(Service), peers)
    found: list[Entering] = []
    for read, objects in _readers(neighbours, services, peers):
        for one in objects:
            try:
                found.extend(read(one))
            except MalformedFieldError as error:
                doubts.append(f"what {one.object.ref} lets in cannot be told: {error}")
    return found


def _readers(
    neighbours: Neighbours, services: Services, peers: Peers
) -> Iterator[tuple[Callable[[Subject], Iterable[Entering]], Sequence[Subject]]]:
    gateways = GatewayApi(neighbours.anywhere(Gateway), neighbours.anywhere(ReferenceGrant), lambda _: Asked())
    yield lambda one: _ingress(one, services, peers), neighbours.anywhere(Ingress)  # type: ignore[arg-type]
    yield lambda one: _openshift(one, services, peers), neighbours.anywhere(OpenShiftRoute)  # type: ignore[arg-type]
    yield lambda one: _route(one, gateways, services, peers), neighbours.anywhere(Route)  # type: ignore[arg-type]
    yield lambda one: _service(one, services, peers), neighbours.anywhere(Service)  # type: ignore[arg-type]


def _sent(
    entrance: str, to: tuple[str, str], wanted: Wanted, who: Subject, services: Services, peers: Peers
) -> Iterator[Entering]:
    for service in services.named(*to):
        for bits, connections in services.behind(service, wanted).items():
            yield Entering(
                entrance, peers.named(entrance), bits, connections, f"{who.object.ref} by {service.object.ref}"
            )


def _ingress(one: Ingress, services: Services, peers: Peers) -> Iterator[Entering]:
    backends = [one.default_backend, *(path.backend for rule in one.spec.rules for path in rule.http.paths)]
    for backend in backends:
        if backend.service_name:
            to = (one.namespace or "", backend.service_name)
            yield from _sent(INGRESS_CONTROLLER, to, is_port(backend.service_port), one, services, peers)


def _openshift(one: OpenShiftRoute, services: Services, peers: Peers) -> Iterator[Entering]:
    wanted = is_target(one.spec.port.target_port)
    for target in (one.spec.to, *one.spec.also_to):
        if target.name:
            yield from _sent(INGRESS_CONTROLLER, (one.namespace or "", target.name), wanted, one, services, peers)


def _route(one: Route, gateways: GatewayApi, services: Services, peers: Peers) -> Iterator[Entering]:
    home = one.namespace or ""
    taken = {
        (sent.namespace, sent.service) for sent in gateways.sends(one, Asked()) if sent.exposure > Exposure.CLUSTER
    }
    for rule in one.spec.rules:
        for backend in rule.backend_refs:
            to = (backend.namespace or home, backend.name or "")
            if to in taken:
                yield from _sent(GATEWAY, to, is_port(backend.port), one, services, peers)


def _service(one: Service, services: Services, peers: Peers) -> Iterator[Entering]:
    """A Service that has an address outside of the cluster, or a port on every node."""
    spec = one.spec
    if spec.type not in ("LoadBalancer", "NodePort") and not spec.external_ips:
        return
    entrance = NODE_PORT if spec.type == "NodePort" else LOAD_BALANCER
    try:
        allowed = spans(map(block, spec.load_balancer_source_ranges)) or EVERYWHERE
    except ValueError as error:
        raise spec.malformed("addresses such as 10.0.0.0/8", "loadBalancerSourceRanges") from error
    condition = "" if spec.external_traffic_policy == "Local" else _HIDDEN
    internal = " (internal)" if is_internal(one, {}) else ""
    for bits, connections in services.behind(one).items():
        text = f"{one.object.ref}{internal}"
        yield Entering(entrance, peers.blocks(allowed), bits, connections, text, condition)
