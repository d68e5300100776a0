"""Whom the rules of Calico's policies mean.

Sources: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule, #selectors and
#serviceaccountmatch; how namespaces narrow a selector down is as in projectcalico/calico,
libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go, which the documentation follows.

Selectors mean pods and sets of addresses by their labels. Pods have some of their own besides: their namespace's with
`pcns.` before the key, their service account's with `pcsa.`, and the names of both.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import and_

from hardstand.analysis.calico_selector import (
    ACCOUNT,
    NAME,
    NAMESPACE,
    OF_ACCOUNT,
    OF_NAMESPACE,
    ORCHESTRATOR,
    Everything,
    Global,
    Leaf,
    Selector,
    evaluate,
    keys,
    parse,
)
from hardstand.analysis.reach.blocks import V4, V6, block
from hardstand.analysis.reach.known import only
from hardstand.analysis.reach.labelled import Labelled
from hardstand.analysis.reach.likely import Likely, perhaps
from hardstand.analysis.reach.names import named
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.services import Services
from hardstand.analysis.reach.spans import Spans, spans
from hardstand.analysis.reach.unread import unread
from hardstand.inventory.views.base import View
from hardstand.inventory.views.calico import AddressSet, Entity, HostEndpoint
from hardstand.inventory.views.config import ServiceAccount
from hardstand.model.violation import MalformedFieldError

_ENTITY = {
    "nets",
    "notNets",
    "selector",
    "notSelector",
    "namespaceSelector",
    "ports",
    "notPorts",
    "serviceAccounts",
    "services",
    "domains",
}


class CalicoEnds:
    """The ends of a picture as Calico knows them."""

    def __init__(
        self,
        peers: Peers,
        sets: Sequence[AddressSet] = (),
        accounts: Sequence[ServiceAccount] = (),
        hosts: Sequence[HostEndpoint] = (),
        services: Services | None = None,
    ) -> None:
        self.peers = peers
        self.services = services or Services((), peers)
        self._sets = sets
        self._hosts = hosts
        self._accounts = accounts

    @cached_property
    def _labels_of_accounts(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        found: dict[tuple[str, str], Mapping[str, str]] = {}
        for one in self._accounts:
            try:
                found[one.namespace or "", one.name] = one.metadata.labels
            except MalformedFieldError:
                continue  # Its labels are then as unknown as if it were not there.
        return found

    @cached_property
    def _unknown_accounts(self) -> int:
        """The pods whose service account's labels cannot be told."""
        return sum(
            peer.bit
            for peer in self.peers.among(self.peers.pods)
            if (peer.namespace, peer.service_account) not in self._labels_of_accounts
        )

    @cached_property
    def _things(self) -> Sequence[Likely]:
        """What has labels and is no pod, as ends: sets of addresses, and interfaces of nodes.

        Among what is selected their bits stand behind those of all ends.
        """
        sets = [self._set(one) for one in self._sets]
        return [*sets, *(Likely(self.peers.named(f"node {one.spec.node}")) for one in self._hosts)]

    def _set(self, one: AddressSet) -> Likely:
        try:
            found = self.addresses(one.spec.nets, one.spec, "nets")
            return found | named(one.spec.domains, self.peers) if one.spec.domains else found
        except MalformedFieldError as error:
            kinds = (Sort.POD, Sort.BLOCK, Sort.HOST, Sort.NAME)
            bits = sum(self.peers.of_sort(sort) for sort in kinds)
            return perhaps(bits, unread(str(one.object.ref), str(error)), unsupported=True)

    @cached_property
    def _labelled(self) -> Labelled:
        return Labelled(self._labels())

    def _labels(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        for peer in self.peers.among(self.peers.pods):
            account = self._labels_of_accounts.get((peer.namespace, peer.service_account), {})
            yield (
                peer.bit,
                {
                    **(peer.labels or {}),
                    **self._of_namespace(peer.namespace),
                    **{OF_ACCOUNT + key: value for key, value in account.items()},
                    OF_ACCOUNT + NAME: peer.service_account,
                    ACCOUNT: peer.service_account,
                    ORCHESTRATOR: "k8s",
                },
            )
        first = len(self.peers)
        for at, one in enumerate((*self._sets, *self._hosts)):
            home = one.home if isinstance(one, AddressSet) else None
            try:
                labels = one.metadata.labels
            except MalformedFieldError:
                labels = {}
            yield 1 << (first + at), {**labels, **(self._of_namespace(home) if home is not None else {})}

    def _of_namespace(self, name: str) -> Mapping[str, str]:
        labels = self.peers.namespaces.get(name, {})
        return {
            **{OF_NAMESPACE + key: value for key, value in labels.items()},
            OF_NAMESPACE + NAME: name,
            NAMESPACE: name,
        }

    def pods(self, text: str | None, where: View, field: str, prefix: str = "") -> Likely:
        """The pods that a selector means; one that is not set means all. MalformedFieldError for what is none."""
        return self._meant(text, where, field, prefix).among(self.peers.pods) if text else Likely(self.peers.pods)

    def _meant(self, text: str, where: View, field: str, prefix: str = "") -> Likely:
        """What a selector means of all that has labels: pods by their bits, and behind these what is no pod."""
        selector = _parsed(text, where, field)
        bits = self._bits(selector, prefix)
        asked = {prefix + key for key in keys(selector)} - {OF_ACCOUNT + NAME}
        if any(key.startswith(OF_ACCOUNT) for key in asked):
            unknown = self._unknown_accounts
            return Likely(bits & ~unknown) | perhaps(unknown, "its service account has the labels that are asked for")
        return Likely(bits)

    def _ends(self, meant: Likely) -> Likely:
        """The ends that things with labels are: pods, and whatever has the addresses of sets."""
        found = meant.among(self.peers.pods)
        for at, thing in enumerate(self._things):
            bit = 1 << (len(self.peers) + at)
            if meant.surely & bit:
                found |= thing
            elif meant.maybe & bit:
                found |= thing & Likely(0, thing.all, meant.why)
        return found

    def _bits(self, selector: Selector, prefix: str) -> int:
        labelled = self._labelled
        inside = labelled.with_key(NAMESPACE)

        def leaf(one: Leaf) -> int:
            if isinstance(one, Global):
                return labelled.all & ~inside
            if isinstance(one, Everything):
                return inside if prefix == OF_NAMESPACE else labelled.all
            key = prefix + one.key
            if one.values is not None:
                found = 0
                for value in one.values:
                    found |= labelled.with_pair(key, value)
                return found
            return labelled.with_key(key) if one.test is None else labelled.fitting(key, one.test)

        return evaluate(selector, leaf, labelled.all)

    def entity(self, side: Entity, home: str | None) -> Likely:
        """The ends that one side of a rule means. MalformedFieldError for what cannot be read."""
        only(side, _ENTITY)
        found = self._by_labels(side, home)
        if side.nets:
            found &= self.addresses(side.nets, side, "nets")
        if side.not_nets:
            found &= self.addresses(side.not_nets, side, "notNets").outside_of(self.peers.all)
        if side.domains:
            found &= named(side.domains, self.peers)
        if side.not_selector:
            unwanted = self._ends(self._meant(side.not_selector, side, "notSelector"))
            found &= unwanted.outside_of(self.peers.all)
        return found

    def _by_labels(self, side: Entity, home: str | None) -> Likely:
        """By selectors, all of which must mean the same thing: a pod, or a set that has the address."""
        parts = list(self._parts(side))
        if side.namespace_selector:
            there = self._meant(side.namespace_selector, side, "namespaceSelector", OF_NAMESPACE)
            if not parts and isinstance(parse(side.namespace_selector), Everything):
                return self._ends(there) | Likely(self.peers.of_sort(Sort.ENTRANCE))
            parts.append(there)
        elif home is not None and (parts or side.not_selector):
            parts.append(Likely(self._labelled.with_pair(NAMESPACE, home)))
        if not parts:
            return Likely(self.peers.all)
        found = self._ends(reduce(and_, parts))
        if home is not None and len(parts) == 1 and not side.namespace_selector:
            why = "notSelector alone is about the outside of the namespace too, of which code and text of Calico differ"
            return found | perhaps(self.peers.all & ~found.all, why)
        return found

    def _parts(self, side: Entity) -> Iterator[Likely]:
        if side.selector:
            yield self._meant(side.selector, side, "selector")
        if side.accounts.names:
            bits = 0
            for name in side.accounts.names:
                bits |= self._labelled.with_pair(ACCOUNT, name)
            yield Likely(bits)
        if side.accounts.selector:
            yield self._meant(side.accounts.selector, side.accounts, "selector", OF_ACCOUNT)

    def addresses(self, nets: Sequence[str], where: View, field: str) -> Likely:
        """What has one of these addresses: the outside, and pods and nodes as well. MalformedFieldError."""
        meant = _spans(nets, where, field)
        inside = self.peers.pods | self.peers.of_sort(Sort.HOST) | self.peers.of_sort(Sort.NAME)
        surely, maybe = self.peers.with_address(meant, inside)
        why = f"the address is in {', '.join(nets[:3])}{' …' if len(nets) > 3 else ''}, which the picture does not tell"
        return Likely(self.peers.blocks(meant) | surely) | perhaps(maybe, why)

    def of_version(self, version: int) -> Likely:
        """The ends that connections of a version of IP can be with."""
        blocks = Likely(self.peers.blocks((V4 if version == 4 else V6,)))
        others = self.peers.all & ~self.peers.of_sort(Sort.BLOCK)
        return blocks | perhaps(others, f"the connection is of IPv{version}")


def spans_of_entity(side: Entity) -> Iterator[Spans]:
    """The addresses that one side of a rule names. MalformedFieldError and ValueError for what is none."""
    for cidr in (*side.nets, *side.not_nets):
        yield (block(cidr),)


def _spans(nets: Sequence[str], where: View, field: str) -> Spans:
    try:
        return spans(map(block, nets))
    except ValueError as error:
        raise where.malformed("addresses such as 10.0.0.0/8", field) from error


def _parsed(text: str, where: View, field: str) -> Selector:
    try:
        return parse(text)
    except ValueError as error:
        raise where.malformed(f"a selector of Calico ({error})", field) from error
