"""From where a workload can be reached, followed from the outside in: entrance, Service, selector, pods.

What the input does not hold exposes nothing: a workload that nothing exposes is taken to be reached from its cluster
alone. Endpoints that are written by hand are not followed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple, TypeAlias

from hardstand.analysis import entrances, exposed_services, gateway_routes, mesh_routes
from hardstand.analysis.addresses import is_address, is_private_range
from hardstand.analysis.cluster_names import service_named
from hardstand.analysis.entrances import Sent
from hardstand.analysis.inferred import MOST_REASONS, Asked, Inferred, Reason, infer, short
from hardstand.analysis.pods import may_claim_host_port, readable_containers
from hardstand.analysis.selecting import subset
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.gateway import Gateway, IstioGateway, Route
from hardstand.inventory.views.ingress import Ingress, OpenShiftRoute
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.routing import ReferenceGrant, VirtualService
from hardstand.inventory.views.services import Service
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind
from hardstand.model.tier import Exposure
from hardstand.model.violation import MalformedFieldError, NotApplicableError

EXPOSURE_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Service, exposed_services.SERVICE_FIELDS),
    (Ingress, entrances.INGRESS_FIELDS),
    (OpenShiftRoute, entrances.OPENSHIFT_FIELDS),
    (Gateway, gateway_routes.GATEWAY_FIELDS),
    (Route, gateway_routes.ROUTE_FIELDS),
    (ReferenceGrant, gateway_routes.GRANT_FIELDS),
    (IstioGateway, mesh_routes.ISTIO_GATEWAY_FIELDS),
    (VirtualService, mesh_routes.VIRTUAL_SERVICE_FIELDS),
)
"""The views that must be among the neighbours, and what must be kept of each."""

Found: TypeAlias = Reason[Exposure]
Pair: TypeAlias = tuple[str, str]
Selector: TypeAlias = tuple[str, frozenset[Pair]]
"""A namespace and the labels that a Service there selects."""

_MOST_HOPS = 8
"""As many names are followed one after the other; resolvers give up about there too."""

_NOWHERE = Inferred(Exposure.CLUSTER, ("nothing in the input exposes it",))


class _Selected(NamedTuple):
    """A selector of exposed Services, and why what it selects is exposed: the strongest reasons first."""

    selector: Mapping[str, str]
    reasons: Sequence[Found]


class Alone(NamedTuple):
    """How the pods themselves let the outside in, and what could not be read of them."""

    reasons: tuple[Found, ...]
    notes: tuple[str, ...]


_SHUT = Alone((), ())


def exposed_alone(workload: Workload) -> Alone:
    """What can be told of a workload without its neighbours; small enough to travel between processes."""
    try:
        if workload.kind != _KNATIVE and not _speaks_of_its_node(workload.pod):
            return _SHUT
    except (MalformedFieldError, NotApplicableError):
        pass  # Which is noted, or not, when it is asked in earnest.
    asked = Asked()
    return Alone(tuple(by_itself(workload, asked)), tuple(asked.notes))


class Exposed:
    """What of a world is exposed. Built once in time linear in its objects; to ask costs what the answer holds."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._asked: dict[str, Asked] = defaultdict(Asked)
        """What is asked of the objects of each namespace, for the notes."""
        self._services: dict[tuple[str, str], list[Service]] = defaultdict(list)
        found: dict[Selector, set[Found]] = defaultdict(set)
        for service in neighbours.anywhere(Service):
            self._services[service.namespace or "", service.name].append(service)
        for (namespace, _), services in self._services.items():
            for service in services:
                for reason in exposed_services.directly(service, self._asked[namespace]):
                    self._add(found, service, reason)
        for sent in self._all_sent(neighbours):
            for service, text in self._reached(sent):
                self._add(found, service, (sent.exposure, text))
        self._under = _by_rarest_pair(found)
        self._notes = {name: sorted(set(asked.notes)) for name, asked in self._asked.items() if asked.notes}
        self._neighbours = neighbours
        self._gapless = all(neighbours.gap(view, None, anywhere=True) is None for view, _ in EXPOSURE_READS)

    def of(
        self, namespace: str | None, pod_labels: Mapping[str, str], workload: Workload | Alone
    ) -> Inferred[Exposure]:
        """From where a workload whose pods have these labels, in this namespace, can be reached; never raises.

        The reasons name each step, the strongest first. A neighbour in its namespace that cannot be read exposes
        nothing, and a note among the reasons says so.
        """
        home = namespace or ""
        alone = workload if isinstance(workload, Alone) else exposed_alone(workload)
        found = set(alone.reasons)
        for pair in pod_labels.items():
            for one in self._under.get((home, pair), ()):
                if subset(one.selector, pod_labels):
                    found.update(one.reasons)
        notes = [*alone.notes, *self._notes.get(home, ()), *self._missing(home)]
        if not found and not notes:
            return _NOWHERE
        return infer(sorted(found, key=_rank), notes, _NOWHERE)

    def _missing(self, namespace: str) -> Iterator[str]:
        """What could not be had, and may expose workloads of the namespace."""
        if self._gapless:
            return
        for view, _ in EXPOSURE_READS:
            gap = self._neighbours.gap(view, namespace)
            if gap is not None:
                yield f"cannot be told: {gap.reason}"

    def _all_sent(self, neighbours: Neighbours) -> Iterator[Sent]:
        for ingress in neighbours.anywhere(Ingress):
            yield from entrances.ingress_sends(ingress, self._asked[ingress.namespace or ""])
        for shift in neighbours.anywhere(OpenShiftRoute):
            yield from entrances.openshift_sends(shift, self._asked[shift.namespace or ""])
        gateways = gateway_routes.GatewayApi(
            neighbours.anywhere(Gateway), neighbours.anywhere(ReferenceGrant), lambda one: self._asked[one]
        )
        for route in neighbours.anywhere(Route):
            yield from gateways.sends(route, self._asked[route.namespace or ""])
        mesh = mesh_routes.Mesh(neighbours.anywhere(IstioGateway))
        for virtual in neighbours.anywhere(VirtualService):
            yield from mesh.sends(virtual, self._asked[virtual.namespace or ""])

    def _reached(self, sent: Sent) -> Iterator[tuple[Service, str]]:
        """The Services that requests end at, each with the whole phrase; an external name may stand for another."""
        first = (sent.namespace, sent.service)
        pending, seen = [(first, sent.text)], {first}
        for place, so_far in pending:  # It grows while it is gone through; a circle ends where it began.
            text = f"{so_far} Service {short(place[0])}/{short(place[1])},"
            for service in self._services.get(place, ()):
                yield service, f"{text} which selects it"
                for onward in self._onward(service):
                    if onward not in seen and len(seen) < _MOST_HOPS:
                        seen.add(onward)
                        pending.append((onward, f"{text} which stands for"))

    def _onward(self, service: Service) -> Iterator[tuple[str, str]]:
        """The Service that an ExternalName stands for, when it is one of the cluster."""
        home = service.namespace or ""
        for name in self._asked[home].of(_external_name, service, str(service.object.ref)):
            named = service_named(name, home)
            if named is not None and named in self._services:
                yield named

    def _add(self, found: dict[Selector, set[Found]], service: Service, reason: Found) -> None:
        """A Service without a selector selects nothing; its endpoints are written by hand."""
        home = service.namespace or ""
        for selector in self._asked[home].of(lambda one: (one.spec.selector,), service, str(service.object.ref)):
            if selector:
                found[home, frozenset(selector.items())].add(reason)


def by_itself(workload: Workload, asked: Asked) -> Iterator[Found]:
    """How the pods themselves let the outside in: on their node's addresses, or because their kind does."""
    if workload.kind == _KNATIVE:
        yield from asked.of(_knative, workload)
    try:
        pods = asked.of(lambda one: (one.pod,), workload)
    except NotApplicableError:  # They are described by another object.
        return
    for pod in pods:
        if _speaks_of_its_node(pod):
            yield from asked.all(_on_its_node, pod)


def _speaks_of_its_node(pod: PodSpec) -> bool:
    """Tell whether it is worth asking: most pods say nothing of their node, and that is told ten times faster."""
    if pod.get("hostNetwork") not in (None, False):
        return True
    for kind in ("containers", "initContainers", "ephemeralContainers"):
        containers = pod.get(kind)
        if containers is not None and (type(containers) is not list or any(map(may_claim_host_port, containers))):
            return True
    return False


def _on_its_node(pod: PodSpec, asked: Asked) -> Iterator[Found]:
    if any(asked.of(lambda one: (one.host_network,), pod)):
        yield Exposure.PRIVATE, "its pods listen on their node's addresses (hostNetwork)"
    for container in readable_containers(pod, asked):
        yield from asked.of(_host_ports, container)


def _host_ports(container: Container) -> Iterator[Found]:
    for port in container.ports:
        address = port.host_ip or ""
        if port.host_port and not (address == "::1" or address.startswith("127.")):
            public = is_address(address) and address not in ("0.0.0.0", "::") and not is_private_range(address)  # noqa: S104
            level = Exposure.INTERNET if public else Exposure.PRIVATE
            yield level, f"it listens on port {port.host_port} of its node (hostPort of {container.caption})"


_KNATIVE = Kind("serving.knative.dev", "Service")


def _knative(workload: Workload) -> Iterator[Found]:
    """Knative gives its Services an address of their own unless a label keeps them in the cluster.

    Source: https://knative.dev/docs/serving/services/private-services/
    """
    if workload.metadata.labels.get("networking.knative.dev/visibility") != "cluster-local":
        yield Exposure.INTERNET, "Knative gives it an address of its own"


def _external_name(service: Service) -> Iterator[str]:
    if service.spec.type == "ExternalName" and service.spec.external_name:
        yield service.spec.external_name


def _rank(reason: Found) -> tuple[int, str]:
    return -reason[0], reason[1]


def _by_rarest_pair(found: Mapping[Selector, set[Found]]) -> dict[tuple[str, Pair], list[_Selected]]:
    """The selectors by namespace and one pair of theirs: that of the fewest, so that a label all share is not asked."""
    shared = Counter((namespace, pair) for namespace, pairs in found for pair in pairs)
    under: dict[tuple[str, Pair], list[_Selected]] = defaultdict(list)
    for (namespace, pairs), reasons in found.items():
        rarest = min(pairs, key=lambda pair: (shared[namespace, pair], pair))
        under[namespace, rarest].append(_Selected(dict(pairs), nsmallest(MOST_REASONS, reasons, key=_rank)))
    return dict(under)
