"""Network policies of administrators, for a whole cluster.

Source of all fields: kubernetes-sigs/network-policy-api, apis/v1alpha1 and apis/v1alpha2,
https://network-policy-api.sigs.k8s.io/reference/spec/.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hardstand.inventory.views.base import Subject, View, integer, nested, string, strings, views
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.kind import Kind

CLUSTER = Kind("policy.networking.k8s.io", "ClusterNetworkPolicy")
ADMIN = Kind("policy.networking.k8s.io", "AdminNetworkPolicy")
BASELINE = Kind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy")


class NamespacedPod(View):
    """Pods of namespaces, each by a selector."""

    namespace_selector = nested("namespaceSelector", LabelSelector)
    pod_selector = nested("podSelector", LabelSelector)


class AdminSubject(View):
    """What a policy is about."""

    namespaces = nested("namespaces", LabelSelector)
    pods = nested("pods", NamespacedPod)


class AdminPeer(AdminSubject):
    """What is on the other side."""

    nodes = nested("nodes", LabelSelector)
    networks = strings("networks")
    domain_names = strings("domainNames")


class PortNumber(View):
    """A port of v1alpha1: a number with a protocol."""

    port = integer("port")
    protocol = string("protocol")


class PortRange(View):
    """A range of ports, both ends in it."""

    start = integer("start")
    end = integer("end")
    protocol = string("protocol")


class OldPort(View):
    """One of the ports of a rule of v1alpha1."""

    number = nested("portNumber", PortNumber)
    named = string("namedPort")
    range = nested("portRange", PortRange)


class DestinationPort(View):
    """A port of v1alpha2."""

    number = integer("number")
    range = nested("range", PortRange)


class Transport(View):
    """A protocol of a rule of v1alpha2, and to which port."""

    destination = nested("destinationPort", DestinationPort)


class Protocol(View):
    """One of the protocols of a rule of v1alpha2."""

    tcp = nested("tcp", Transport)
    udp = nested("udp", Transport)
    sctp = nested("sctp", Transport)
    named = string("destinationNamedPort")


class AdminPort(NamedTuple):
    """A port that a rule asks for, of either version: a range, or a name. Without `first` it is every port."""

    protocol: str
    first: int | None
    last: int | None
    named: str | None
    view: View


class AdminRule(View):
    """A rule of ingress (`from`) or egress (`to`)."""

    name = string("name")
    action = string("action")
    from_ = views("from", AdminPeer)
    to = views("to", AdminPeer)
    ports = views("ports", OldPort)
    protocols = views("protocols", Protocol)

    @property
    def asked_ports(self) -> Sequence[AdminPort]:
        """The ports and protocols that the rule is about; none where it is about all."""
        return [*map(_old, self.ports), *(port for one in self.protocols for port in _new(one))]


def _old(port: OldPort) -> AdminPort:
    if port.number.exists:
        number = port.number
        return AdminPort(number.protocol or "TCP", number.port, number.port, None, number)
    if port.range.exists:
        span = port.range
        return AdminPort(span.protocol or "TCP", span.start, span.end, None, span)
    if port.named is not None:
        return AdminPort("", None, None, port.named, port)
    raise port.malformed("portNumber, namedPort or portRange")


def _new(one: Protocol) -> Iterator[AdminPort]:
    if one.named is not None:
        yield AdminPort("", None, None, one.named, one)
        return
    transports = {"TCP": one.tcp, "UDP": one.udp, "SCTP": one.sctp}
    if not any(each.exists for each in transports.values()):
        raise one.malformed("tcp, udp, sctp or destinationNamedPort")
    for name, each in transports.items():
        if each.exists:
            wanted = each.destination
            if wanted.range.exists:
                yield AdminPort(name, wanted.range.start, wanted.range.end, None, wanted.range)
            else:
                yield AdminPort(name, wanted.number, wanted.number, None, wanted)


class AdminPolicySpec(View):
    """What a policy says."""

    tier = string("tier")
    priority = integer("priority")
    subject = nested("subject", AdminSubject)
    ingress = views("ingress", AdminRule)
    egress = views("egress", AdminRule)


class AdminPolicy(Subject):
    """A ClusterNetworkPolicy, or one of the two kinds before it."""

    kinds = frozenset({CLUSTER, ADMIN, BASELINE})
    spec = nested("spec", AdminPolicySpec)

    @property
    def tier(self) -> str:
        """`Admin` or `Baseline`; the kinds before it were each of one."""
        if self.kind == CLUSTER:
            return self.spec.tier or ""
        return "Admin" if self.kind == ADMIN else "Baseline"
