"""Whose address it was, at the time. Pods come and go and addresses are used again: what is not known is not guessed.

`tenancy` tells from objects who held which address when; this looks it up.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address

from hardstand.analysis.reach.pods import Owner
from hardstand.model.flow import End


class Sort(StrEnum):
    """What an address belongs to."""

    POD = "pod"
    NODE = "node"
    """And with it every pod on its network: from outside they cannot be told apart."""
    SERVICE = "service"
    API_SERVER = "api-server"


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who held an address."""

    sort: Sort
    name: str
    """Of the pod, the node or the Service."""
    namespace: str = ""
    owner: Owner | None = None
    """The workload of a pod, as a person edits it."""
    owners: tuple[Owner, ...] = ()
    """The workloads behind a Service at the time; of a node, those that ran on its network."""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody had an address from one moment to another."""

    address: str
    """In its shortest form."""
    holder: Resolved
    begins: datetime
    ends: datetime | None = None
    """The last moment at which it is known to have had it; None is still."""
    ports: frozenset[int] = frozenset()
    """Only these of the address are meant; none is all."""

    def covers(self, time: datetime) -> bool:
        """Whether it is known to have had it then."""
        return self.begins <= time and (self.ends is None or time <= self.ends)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which workload is behind a Service or on a node's network, and when."""

    of: tuple[Sort, str, str]
    """Its sort, namespace and name."""
    owner: Owner
    begins: datetime
    ends: datetime | None = None


_NODES = frozenset({"reserved:host", "reserved:remote-node"})
_API_SERVER = "reserved:kube-apiserver"
"""Source: https://docs.cilium.io/en/stable/gettingstarted/terminology/#special-identities"""


class Resolver:
    """Answers whose address it was."""

    def __init__(
        self,
        tenures: Iterable[Tenure],
        behind: Iterable[Behind] = (),
        blocks: Iterable[IPv4Network | IPv6Network] = (),
        makers: Mapping[Owner, Owner] | None = None,
    ) -> None:
        """`blocks` are ranges from which pods and Services get addresses; `makers` say which workload made which."""
        every = sorted(tenures, key=lambda one: one.begins)
        self._held: dict[str, list[Tenure]] = defaultdict(list)
        self._pods: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
        self._homes: dict[str, dict[str, None]] = defaultdict(dict)
        """The namespaces in which there was a pod of a name."""
        self._named: dict[tuple[Sort, str, str], Resolved] = {}
        for one in every:
            self._held[one.address].append(one)
            self._named[one.holder.sort, one.holder.namespace, one.holder.name] = one.holder
            if one.holder.sort is Sort.POD:
                self._pods[one.holder.namespace, one.holder.name].append(one)
                self._homes[one.holder.name][one.holder.namespace] = None
        self._behind: dict[tuple[Sort, str, str], list[Behind]] = defaultdict(list)
        for found in behind:
            self._behind[found.of].append(found)
        self._blocks = tuple(blocks)
        self._makers = dict(makers or {})
        self._owners = _by_name(one.holder.owner for one in every if one.holder.owner is not None)
        self._made = _by_name(self._makers)

    def at(self, address: str, time: datetime, port: int | None = None) -> Resolved | None:
        """Who had an address at a time; None where nobody is known to have had it.

        Of two that had it, the one that began later: an address is given to another only once it is free.
        """
        begun = self._held.get(address, [])
        begun = begun[: bisect_right(begun, time, key=lambda each: each.begins)]
        for one in reversed(begun):
            if port in one.ports and one.covers(time):
                return one.holder
        for one in reversed(begun):
            if one.ports:
                continue
            if one.covers(time):
                return self._with_owners(one.holder, time)
            if one.holder.sort is Sort.POD:
                return None  # Who had it before had lost it by then.
        return None

    def of(self, end: End, time: datetime, port: int | None = None) -> Resolved | None:
        """Who an end of a flow was, by what its record says of it before what its address says."""
        if end.pod:
            pods = self._pods.get((end.namespace or self._home(end.pod, time), end.pod), ())
            told = next((one for one in reversed(pods) if one.covers(time)), pods[-1] if pods else None)
            return told.holder if told is not None else self._owned(end)
        if end.workload:
            return self._owned(end)
        labels = {key for key, _ in end.labels}
        found = self.at(end.address, time, port) if end.address else None
        if _API_SERVER in labels:
            return found if found is not None else Resolved(Sort.API_SERVER, "kubernetes", "default")
        if labels & _NODES:
            return found
        if end.service and (found is None or found.sort is not Sort.POD):
            service = self._named.get((Sort.SERVICE, end.namespace, end.service))
            return self._with_owners(service, time) if service is not None else found
        return found

    def _home(self, pod: str, time: datetime) -> str:
        """The namespace of a pod whose record has only its name (`kubectl logs --prefix`); empty where several fit."""
        homes = self._homes.get(pod, {})
        there = [home for home in homes if any(one.covers(time) for one in self._pods[home, pod])]
        fitting = there or list(homes)
        return fitting[0] if len(fitting) == 1 else ""

    def inside(self, address: str) -> bool:
        """Whether an address is one of the cluster's, whoever has it.

        At some time somebody had it, it is in a range from which pods get theirs, or it never leaves its machine. One
        that is not resolved and inside is unknown, and not the internet.
        """
        if address in self._held:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if found.is_loopback:
            return True
        return any(found.version == one.version and found in one for one in self._blocks)

    def _owned(self, end: End) -> Resolved | None:
        """A workload that a record names: by its name and kind, or by what the names of its pods begin with."""
        if not end.workload:
            return None
        if end.workload_kind:
            owner = self._root(Owner(end.namespace, end.workload, end.workload_kind))
        else:
            key = (end.namespace, end.workload)
            known = self._owners.get(key, frozenset()) | {self._root(one) for one in self._made.get(key, ())}
            if len(known) != 1:
                return None
            (owner,) = known
        return Resolved(Sort.POD, end.pod, end.namespace, owner, labels=dict(end.labels))

    def _root(self, owner: Owner) -> Owner:
        seen = {owner}
        while (maker := self._makers.get(owner)) is not None and maker not in seen:
            seen.add(maker)
            owner = maker
        return owner

    def _with_owners(self, holder: Resolved, time: datetime) -> Resolved:
        behind = self._behind.get((holder.sort, holder.namespace, holder.name))
        if not behind:
            return holder
        owners = {one.owner for one in behind if one.begins <= time and (one.ends is None or time <= one.ends)}
        return replace(holder, owners=tuple(sorted(owners)))


def _by_name(owners: Iterable[Owner]) -> dict[tuple[str, str], frozenset[Owner]]:
    found: dict[tuple[str, str], set[Owner]] = defaultdict(set)
    for one in owners:
        found[one.namespace, one.name].add(one)
    return {key: frozenset(every) for key, every in found.items()}
