"""What is behind a Service at its pods: policies are asked of the connection to the pod, with its port."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from hardstand.analysis.reach.connections import NONE, Connections, place_of, ports
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.reach.services import Services
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.services import EndpointSlice, Service, ServicePort
from hardstand.model.violation import MalformedFieldError
from hardstand.network.observed.shapes import labels, listed, mapping, objects, text

_API_SERVER = ("default", "kubernetes")
"""The Service behind which the API server is."""
_SERVICE_NAME = "kubernetes.io/service-name"


class Called:
    """The Services of a picture, as those who call them see them."""

    def __init__(self, neighbours: Neighbours, peers: Peers) -> None:
        self._peers = peers
        self._all = neighbours.anywhere(Service)
        self._services = Services(self._all, peers)
        self.api_server: tuple[str, ...] = ()
        """The addresses at which the API server answers itself."""
        self._api_ports: tuple[int, ...] = ()
        self._read_api_server(neighbours)
        self.alone = lru_cache(maxsize=1 << 14)(self._alone)
        """The one workload behind a port of a Service, and its own port; None where there is not exactly one."""

    def _read_api_server(self, neighbours: Neighbours) -> None:
        addresses: dict[str, None] = {}
        numbers: dict[int, None] = {}
        for one in neighbours.anywhere(EndpointSlice):
            data = one.object.data
            if (text(mapping(data, "metadata"), "namespace"), labels(data).get(_SERVICE_NAME, "")) != _API_SERVER:
                continue
            numbers |= {each["port"]: None for each in objects(data, "ports") if isinstance(each.get("port"), int)}
            for each in objects(data, "endpoints"):
                addresses |= dict.fromkeys(at for at in listed(each, "addresses") if isinstance(at, str))
        self.api_server, self._api_ports = tuple(addresses), tuple(numbers)

    def knows(self, namespace: str, name: str) -> bool:
        """Tell whether there is such a Service."""
        return bool(self._services.named(namespace, name))

    def of_api_server(self, port: int | None) -> int | None:
        """The port of the API server itself, when this one of it or of its Service was called."""
        return port if port in self._api_ports or len(self._api_ports) != 1 else self._api_ports[0]

    def api_server_bits(self) -> int:
        """The nodes or blocks outside at which the API server is; none where that is not known."""
        found = 0
        for one in self.api_server:
            found |= self._host(one) or self._block(one)
        return found

    def _host(self, address: str) -> int:
        found = 0
        for peer in self._peers.among(self._peers.of_sort(Sort.HOST)):
            node = self._peers.nodes.get(peer.name.removeprefix("node "))
            if node is not None and address in node.addresses:
                found |= peer.bit
        return found

    def _block(self, address: str) -> int:
        try:
            peer = self._peers.at_address(address)
        except ValueError:
            return 0
        return peer.bit if peer is not None else 0

    def _alone(self, namespace: str, name: str, protocol: str, port: int | None) -> tuple[Owner, int] | None:
        found = {
            (owner, place_of(number)[1])
            for bits, connections in self.behind(namespace, name, protocol, port)
            for number in [first for first, last in connections.spans if first == last]
            for peer in self._peers.among(bits)
            for owner in peer.owners
        }
        return next(iter(found)) if len(found) == 1 else None

    def behind(self, namespace: str, name: str, protocol: str, port: int | None) -> Sequence[tuple[int, Connections]]:
        """The pods behind a port of a Service, with the connections to them; none where nobody can tell."""
        services = self._services.named(namespace, name)
        return list(self._behind(services[0], protocol, port)) if len(services) == 1 and port is not None else ()

    def own_ports(self, pods: int, protocol: str, port: int) -> Connections:
        """The ports of some pods that are called by one of the Services before them; the same where none is."""
        found = NONE
        for one in self._all:
            for bits, connections in self._behind(one, protocol, port):
                found |= connections if bits & pods else NONE
        return found or ports(protocol, port, port)

    def _behind(self, one: Service, protocol: str, port: int) -> Iterator[tuple[int, Connections]]:
        def wanted(each: ServicePort) -> bool:
            return each.port == port and (each.protocol or "TCP") == protocol

        try:
            if one.spec.cluster_ip == "None":  # Its name is that of the pods, whose ports are called as such.
                found: Mapping[int, Connections] = {self._services.selected(one): ports(protocol, port, port)}
            else:
                found = self._services.behind(one, wanted)
        except (MalformedFieldError, ValueError):
            return
        yield from ((bits, connections) for bits, connections in found.items() if bits and connections)
