"""To which pods a Service leads, and to which of their ports.

Source: https://kubernetes.io/docs/concepts/services-networking/service/: policies are asked of the connection to the
pod, with its port, and not of the one to the Service.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from hardstand.analysis.reach.connections import NONE, Connections, port
from hardstand.analysis.reach.peers import Peers
from hardstand.inventory.views.services import Service, ServicePort

SERVICE_FIELDS = (
    "metadata.annotations",
    "spec.type",
    "spec.selector",
    "spec.ports",
    "spec.clusterIP",
    "spec.clusterIPs",
    "spec.externalIPs",
    "spec.externalName",
    "spec.externalTrafficPolicy",
    "spec.loadBalancerIP",
    "spec.loadBalancerSourceRanges",
    "spec.loadBalancerClass",
    "status.loadBalancer.ingress.ip",
)

Wanted = Callable[[ServicePort], bool]


class Services:
    """The Services of a picture, and the pods behind them."""

    def __init__(self, services: Iterable[Service], peers: Peers) -> None:
        self._peers = peers
        self._named: dict[tuple[str, str], list[Service]] = defaultdict(list)
        for one in services:
            self._named[one.namespace or "", one.name].append(one)

    def named(self, namespace: str, name: str) -> Sequence[Service]:
        """The Services of a name; there is more than one where files hold it twice."""
        return self._named.get((namespace, name), ())

    def behind(self, service: Service, wanted: Wanted = lambda _: True) -> Mapping[int, Connections]:
        """The pods that a Service leads to by the ports that are `wanted`, with the connections to each.

        A Service without a selector leads to addresses that are written elsewhere, and so to no pod that is known.
        MalformedFieldError for what cannot be read.
        """
        found: dict[int, Connections] = defaultdict(lambda: NONE)
        if service.spec.type == "ExternalName" or not service.spec.selector:
            return found
        selected = self.selected(service)
        for one in service.spec.ports:
            if wanted(one):
                for bits, connections in self._targets(one, selected):
                    found[bits] |= connections
        return found

    def selected(self, service: Service) -> int:
        """The pods that a Service selects."""
        found = self._peers.in_namespace(service.namespace or "")
        for pair in service.spec.selector.items():
            found &= self._peers.with_label(*pair)
        return found

    def _targets(self, one: ServicePort, selected: int) -> Iterable[tuple[int, Connections]]:
        """The connections that one port becomes at the pods; a target's name is another port for other pods."""
        protocol = one.protocol or "TCP"
        target = one.target_port if one.target_port is not None else one.port
        try:
            if isinstance(target, str):
                for number, bits in self._peers.by_port(target, protocol, selected).items():
                    yield bits, port(protocol, number)
            elif target is not None:
                yield selected, port(protocol, target)
        except ValueError as error:
            raise one.malformed("TCP, UDP or SCTP", "protocol") from error


def is_port(word: int | str | None) -> Wanted:
    """The port of a Service that an Ingress or a route names, by its number or name; none is every port."""
    return lambda one: word is None or word in (one.port, one.name)


def is_target(word: int | str | None) -> Wanted:
    """The port that a Route of OpenShift names: the target at the pods, or the Service's name for it."""
    return lambda one: word is None or word in (one.target_port, one.name, None if one.target_port else one.port)
