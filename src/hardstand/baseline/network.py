"""The flow table: zones of workloads, destinations outside, and the flows that are meant to be."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from hardstand.baseline.classes import Matching
from hardstand.baseline.globs import Glob
from hardstand.baseline.ports import Cidr, HostName, Port
from hardstand.baseline.shape import At, Flaw, Says, brief

INTERNET = "internet"
"""As a destination all public addresses; as an origin whoever is outside of the cluster, since load balancers and nodes
put addresses of their own in the place of the caller's."""

DNS_PORTS = (Port.parse("UDP 53"), Port.parse("TCP 53"))
"""Source: RFC 7766, section 5: answers that are cut short are asked for again over TCP."""

_NAMES = "a zone, something under `network.outside`, `internet`, or NAMESPACE/NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A trust zone of the network. A workload lies in one at most."""

    match: Annotated[Matching, Says("Which workloads are in it.")]
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A zone that names nothing in particular."""
        if self.match == Matching():
            yield Flaw(("match",), "`match` names nothing", 'to match every workload, say `name: "*"`')


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Something outside of the cluster, by its addresses and names."""

    cidrs: Annotated[tuple[Cidr, ...], Says("Ranges of addresses (CIDR).")] = ()
    excepts: Annotated[tuple[Cidr, ...], Says("Ranges within these that are no part of it.")] = ()
    names: Annotated[tuple[HostName, ...], Says("Host names; `*.example.com` for any one below.")] = ()
    ports: Annotated[tuple[Port, ...], Says("The ports of flows to it that name none themselves.")] = ()
    reason: Annotated[str | None, Says("What it is for.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """Nothing outside, ports by names that only pods give, or an exception from nothing."""
        if not self.cidrs and not self.names:
            yield Flaw((), "it is nowhere: neither `cidrs` nor `names`", "name its addresses or its host names")
        for number, port in enumerate(self.ports):
            if port.name:
                yield Flaw(("ports", number), f"`{port}` is a name that pods give to ports", "write its number")
        within = [ipaddress.ip_network(one) for one in self.cidrs]
        for number, one in enumerate(self.excepts):
            net = ipaddress.ip_network(one)
            if not any(net.version == each.version and net.subnet_of(each) for each in within):  # type: ignore[arg-type]
                yield Flaw(("excepts", number), f"`{one}` is not within `cidrs`", "name a part of one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Matching):
    """One end of a flow: a word for a zone or something outside, or workloads by matching; all keys given must fit."""

    SHORT: ClassVar[str] = "zone"

    zone: Annotated[
        str | None, Says("A zone, something under `network.outside`, `internet`, or NAMESPACE/NAME with patterns.")
    ] = None

    def flaws(self) -> Iterator[Flaw]:
        """An end that is nothing, or is said twice."""
        others = self.matching_of_keys() != Matching()
        if self.zone is None and not others:
            yield Flaw((), "it names nothing", f"name {_NAMES}")
        if self.zone is not None and "/" in self.zone:
            parts = self.zone.split("/")
            if _is_range(self.zone):
                yield Flaw((), f"`{brief(self.zone)}` has no name", "declare it under `network.outside`, with a reason")
            elif len(parts) != 2 or not all(parts):
                yield Flaw((), f"`{brief(self.zone)}` is not NAMESPACE/NAME", "write `shop/cart`, or `shop/*` for all")
            elif others:
                yield Flaw((), "workloads are named twice", "keep NAMESPACE/NAME or the keys")

    def matching_of_keys(self) -> Matching:
        """What its keys say, without the word."""
        return Matching(**{one.name: getattr(self, one.name) for one in fields(Matching)})

    @property
    def matching(self) -> Matching:
        """Which workloads, besides the zone."""
        if self.zone is None or "/" not in self.zone:
            return self.matching_of_keys()
        namespace, name = self.zone.split("/", 1)
        return Matching(namespace=(Glob(namespace),), name=(Glob(name),))

    @property
    def word(self) -> str:
        """The zone or what is outside that it names; empty for workloads by matching alone."""
        return self.zone if self.zone is not None and "/" not in self.zone else ""

    def __str__(self) -> str:
        keys = [f"{one.name}: {_shown(getattr(self, one.name))}" for one in fields(Matching) if getattr(self, one.name)]
        if not keys:
            return self.zone or ""
        return f"{{{', '.join([f'zone: {self.zone}'] * (self.zone is not None) + keys)}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A row of the flow table: who may speak to whom, on which ports, and why."""

    from_: Annotated[tuple[Endpoint, ...], Says("Who begins: zones, workloads, something outside, `internet`.")]
    to: Annotated[tuple[Endpoint, ...], Says("Who is called: zones, workloads, something outside, `internet`.")]
    ports: Annotated[
        tuple[Port, ...], Says("`TCP 443`, `UDP 8000-8100`, `TCP http`, `TCP`; without, those of what is outside.")
    ] = ()
    reason: Annotated[str, Says("Why it is meant to be.")]
    owner: Annotated[str | None, Says("Who answers for it.")] = None
    until: Annotated[date | None, Says("The last day (UTC) on which it is meant to be.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A flow from nowhere or to nowhere."""
        for key, ends in (("from", self.from_), ("to", self.to)):
            if not ends:
                yield Flaw((key,), f"the flow is {key} nowhere", f"name {_NAMES}")

    def ended(self, today: date) -> bool:
        """Tell whether it is no more meant to be."""
        return self.until is not None and today > self.until

    def __str__(self) -> str:
        ends = (" and ".join(map(str, each)) for each in (self.from_, self.to))
        return " to ".join(ends) + (f" on {', '.join(map(str, self.ports))}" if self.ports else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dns:
    """Whom every workload in a zone's namespaces may ask for names."""

    to: Annotated[tuple[Endpoint, ...], Says("The resolvers: workloads, or something under `network.outside`.")] = ()
    ports: Annotated[tuple[Port, ...], Says("Their ports; without, UDP 53 and TCP 53.")] = DNS_PORTS
    at: At = field(default_factory=At, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """How much `hardstand net observe` may say."""

    budget: Annotated[int | None, Says("At most so many alerts a day and workload.")] = None

    def flaws(self) -> Iterator[Flaw]:
        """A budget that is none."""
        if self.budget is not None and self.budget < 1:
            yield Flaw(("budget",), "`budget` must be at least 1", "write a number of alerts a day and workload")


class Cni(StrEnum):
    """What makes the cluster's network. `none` enforces no policies."""

    ANTREA = "antrea"
    AWS_VPC_CNI = "aws-vpc-cni"
    AZURE_CNI = "azure-cni"
    CALICO = "calico"
    CANAL = "canal"
    CILIUM = "cilium"
    FLANNEL = "flannel"
    GKE_DATAPLANE_V2 = "gke-dataplane-v2"
    KINDNET = "kindnet"
    KUBE_OVN = "kube-ovn"
    KUBE_ROUTER = "kube-router"
    OPENSHIFT_SDN = "openshift-sdn"
    OVN_KUBERNETES = "ovn-kubernetes"
    WEAVE = "weave"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What may talk: the flow table, and what else is told of the network."""

    zones: Annotated[Mapping[str, Zone], Says("Trust zones, by name.")] = field(default_factory=dict)
    outside: Annotated[Mapping[str, Outside], Says("What is outside of the cluster, by name.")] = field(
        default_factory=dict
    )
    flows: Annotated[tuple[FlowRow, ...], Says("Flows that are meant to be. Everything else is not.")] = ()
    dns: Annotated[Dns | None, Says("Whom every workload may ask for names; without, kube-dns in kube-system.")] = None
    alerts: Annotated[Alerts | None, Says("How much is told of what was seen.")] = None
    cni: Annotated[Cni | None, Says("What makes the cluster's network, where it cannot be told.")] = None

    def flaws(self) -> Iterator[Flaw]:
        """Names that could not be told from other words, and one for two things."""
        for key, named in (("zones", self.zones), ("outside", self.outside)):
            for name in named:
                if name == INTERNET or "/" in name or not name.strip():
                    yield Flaw((key, name), f"`{brief(name)}` cannot be the name", "choose another one", on_key=True)
                elif key == "outside" and name in self.zones:
                    message = f"`{brief(name)}` is a zone already"
                    yield Flaw((key, name), message, "give one of them another name", on_key=True)


def _is_range(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {one}" for key, one in value.items()) + "}"
    listed = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
