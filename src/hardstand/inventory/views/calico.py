"""Network policies of Calico, the tiers that they are in, and the sets of addresses that they name.

Source of all fields: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy,
https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy,
https://docs.tigera.io/calico/latest/reference/resources/tier,
https://docs.tigera.io/calico/latest/reference/resources/networkset.
"""

from collections.abc import Sequence

from hardstand.inventory.views.base import (
    Field,
    Subject,
    View,
    boolean,
    int_or_string,
    integer,
    nested,
    string,
    strings,
    views,
)
from hardstand.model.kind import Kind

GROUPS = ("crd.projectcalico.org", "projectcalico.org")
"""Calico keeps its objects in the first; its own API server offers them in the second."""


def kinds_named(*names: str) -> frozenset[Kind]:
    """The kinds of these names, of both groups."""
    return frozenset(Kind(group, name) for group in GROUPS for name in names)


CALICO = kinds_named("GlobalNetworkPolicy", "NetworkPolicy")


def number(key: str) -> Field[float | None]:
    """A number, which may have a fraction, or not set."""

    def read(view: View, key: str) -> float | None:
        value = view.data.get(key)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise view.malformed("a number", key)

    return Field(key, read)


def port_list(key: str) -> Field[Sequence[int | str]]:
    """Ports by number, by name, or as ranges such as `80:90`."""

    def read(view: View, key: str) -> Sequence[int | str]:
        value = view.data.get(key)
        if value is None:
            return ()
        if type(value) is not list:
            raise view.malformed("a list", key)
        found: list[int | str] = []
        for at, one in enumerate(value):
            if isinstance(one, bool) or not isinstance(one, int | str):
                raise view.malformed("a port, a range of ports or a name", key, at)
            found.append(one)
        return found

    return Field(key, read)


class Accounts(View):
    """Service accounts by name and by their labels; where both are given both must fit."""

    names = strings("names")
    selector = string("selector")


class CalledService(View):
    """A Service by its name."""

    name = string("name")
    namespace = string("namespace")


class Entity(View):
    """One side of a rule. All that is given must fit."""

    nets = strings("nets")
    not_nets = strings("notNets")
    selector = string("selector")
    not_selector = string("notSelector")
    namespace_selector = string("namespaceSelector")
    ports = port_list("ports")
    not_ports = port_list("notPorts")
    accounts = nested("serviceAccounts", Accounts)
    service = nested("services", CalledService)
    domains = strings("domains")


class Icmp(View):
    """A type of ICMP, and a code."""

    type = integer("type")
    code = integer("code")


class Http(View):
    """Requests of HTTP."""

    methods = strings("methods")
    paths = views("paths", View)


class CalicoRule(View):
    """One rule."""

    action = string("action")
    protocol = int_or_string("protocol")
    not_protocol = int_or_string("notProtocol")
    icmp = nested("icmp", Icmp)
    not_icmp = nested("notICMP", Icmp)
    ip_version = integer("ipVersion")
    source = nested("source", Entity)
    destination = nested("destination", Entity)
    http = nested("http", Http)


class CalicoSpec(View):
    """What a policy says."""

    tier = string("tier")
    order = number("order")
    selector = string("selector")
    namespace_selector = string("namespaceSelector")
    account_selector = string("serviceAccountSelector")
    types = strings("types")
    ingress = views("ingress", CalicoRule)
    egress = views("egress", CalicoRule)
    not_tracked = boolean("doNotTrack")
    before_dnat = boolean("preDNAT")


class CalicoPolicy(Subject):
    """A policy of a namespace, or of the whole cluster."""

    kinds = CALICO
    spec = nested("spec", CalicoSpec)

    @property
    def home(self) -> str | None:
        """The namespace that it is for; None where it is for the whole cluster."""
        return None if self.kind.name == "GlobalNetworkPolicy" else self.namespace or ""


class TierSpec(View):
    """When a tier is asked, and what it does in the end."""

    order = number("order")
    default_action = string("defaultAction")


class Tier(Subject):
    """A tier of policies."""

    kinds = kinds_named("Tier")
    spec = nested("spec", TierSpec)


class AddressSetSpec(View):
    """The addresses, and the host names, of a set."""

    nets = strings("nets")
    domains = strings("allowedEgressDomains")


class AddressSet(Subject):
    """A NetworkSet or a GlobalNetworkSet: addresses that selectors select by the labels of the set."""

    kinds = kinds_named("GlobalNetworkSet", "NetworkSet")
    spec = nested("spec", AddressSetSpec)

    @property
    def home(self) -> str | None:
        """The namespace that it is in; None for one of the whole cluster."""
        return None if self.kind.name == "GlobalNetworkSet" else self.namespace or ""


class HostEndpointSpec(View):
    """Which interface of which node it is."""

    node = string("node")
    interface = string("interfaceName")


class HostEndpoint(Subject):
    """A HostEndpoint: an interface of a node, which policies can be about."""

    kinds = kinds_named("HostEndpoint")
    spec = nested("spec", HostEndpointSpec)
