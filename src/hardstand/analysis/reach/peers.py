"""The ends of connections, as classes: pods that no policy can tell apart are one, and sets of classes are bits.

To ask which pods a selector means is then a few operations on whole numbers, and what is asked of all pairs costs what
the classes are many, however many pods are in each.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

from hardstand.analysis.reach.blocks import V4, V6, address, block, cut, range_text
from hardstand.analysis.reach.labelled import Labelled
from hardstand.analysis.reach.pods import ContainerPort, Owner, Pod
from hardstand.analysis.reach.spans import Span, Spans, holds, intersection
from hardstand.inventory.views.selectors import LabelSelector

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
"""

_OWN: Spans = (
    block("10.0.0.0/8"),
    block("100.64.0.0/10"),
    block("172.16.0.0/12"),
    block("192.168.0.0/16"),
    V6,
)
"""Where the addresses of pods and nodes may lie that the picture does not tell: RFC 1918, RFC 6598, and all of IPv6."""


class Sort(StrEnum):
    """What an end is."""

    POD = "pod"
    HOST = "host"
    """A node, and the pods on its network."""
    BLOCK = "block"
    """Addresses outside of the cluster."""
    NAME = "name"
    """A host name outside of the cluster that a policy names."""
    ENTRANCE = "entrance"
    """What takes requests in from outside, such as an ingress controller, and is no pod of the picture."""


@dataclass(frozen=True, eq=False)
class Peer:
    """One class of ends. Its bit is `1 << number`."""

    number: int
    sort: Sort
    namespace: str = ""
    labels: Mapping[str, str] | None = None
    ports: frozenset[ContainerPort] = frozenset()
    service_account: str = ""
    pods: Sequence[Pod] = ()
    """The pods of the class; of a host those on its network."""
    span: Span | None = None
    name: str = ""

    @property
    def bit(self) -> int:
        """The set that holds this alone."""
        return 1 << self.number

    @cached_property
    def owners(self) -> Sequence[Owner]:
        """The workloads that pods of this class are of."""
        return sorted({pod.owner for pod in self.pods})

    def __str__(self) -> str:
        if self.span is not None:
            return range_text(self.span)
        if self.sort is Sort.POD:
            return ", ".join(map(str, self.owners))
        return self.name


@dataclass(frozen=True, slots=True)
class Outside:
    """An end that is neither pod nor address."""

    sort: Sort
    name: str


@dataclass(frozen=True, slots=True)
class Node:
    """What is known of a node."""

    labels: Mapping[str, str]
    addresses: tuple[str, ...] = ()


class Peers:
    """All ends of a picture; `bits` of the methods are sets of them."""

    def __init__(
        self,
        pods: Iterable[Pod],
        namespaces: Mapping[str, Mapping[str, str]],
        blocks: Iterable[Spans] = (),
        *,
        nodes: Mapping[str, "Node"] | None = None,
        outside: Iterable[Outside] = (),
        ordinary_hosts: bool = False,
        asked: Iterable[Spans] | None = None,
        blocks_hold_pods: bool = False,
    ) -> None:
        """`namespaces` with their labels; `blocks`: what policies and others name of addresses.

        `ordinary_hosts`: pods on their node's network are taken for pods like others. `asked`: of the blocks those
        that are asked about pods, too, which are told apart by them; None is all. `blocks_hold_pods`: those of
        Kubernetes' own policies are about pods, too, by their addresses.
        """
        self.blocks_hold_pods = blocks_hold_pods
        self.namespaces = dict(namespaces)
        self.nodes = dict(nodes or {})
        self._numbered: list[Peer] = []
        grouped: dict[tuple[object, ...], list[Pod]] = defaultdict(list)
        hosts: dict[str, list[Pod]] = {name: [] for name in self.nodes}
        known = list(blocks)
        apart = [first for first, _ in cut(known if asked is None else asked, six=True)]
        for pod in pods:
            self.namespaces.setdefault(pod.namespace, {})
            if pod.host_network and not ordinary_hosts:
                hosts.setdefault(pod.node, []).append(pod)
            else:
                lies = frozenset(bisect_right(apart, one) for one in _places(pod.addresses))
                same = (pod.namespace, frozenset(pod.labels.items()), pod.ports, pod.service_account, lies)
                grouped[same].append(pod)
        for alike in grouped.values():
            one = alike[0]
            self._add(Sort.POD, one.namespace, one.labels, one.ports, one.service_account, alike)
        for name, on_it in sorted(hosts.items()):
            self._add(Sort.HOST, pods=on_it, name=f"node {name}" if name else "a node")
        self.six = any(intersection(one, (V6,)) for one in known)
        pieces = list(cut(known, six=self.six))
        self._first_block, self._starts = len(self._numbered), [first for first, _ in pieces]
        for piece in pieces:
            self._add(Sort.BLOCK, span=piece)
        for end in outside:
            self._add(end.sort, name=end.name)

    def _add(
        self,
        sort: Sort,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
        ports: frozenset[ContainerPort] = frozenset(),
        account: str = "",
        pods: Sequence[Pod] = (),
        span: Span | None = None,
        name: str = "",
    ) -> None:
        self._numbered.append(Peer(len(self._numbered), sort, namespace, labels, ports, account, pods, span, name))

    def __len__(self) -> int:
        return len(self._numbered)

    def __iter__(self) -> Iterator[Peer]:
        return iter(self._numbered)

    def __getitem__(self, number: int) -> Peer:
        return self._numbered[number]

    @cached_property
    def all(self) -> int:
        """Every end."""
        return (1 << len(self._numbered)) - 1

    def of_sort(self, sort: Sort) -> int:
        """All ends of a sort."""
        return self._by_sort.get(sort, 0)

    @property
    def pods(self) -> int:
        """All that policies can be about: pods but those on their node's network."""
        return self.of_sort(Sort.POD)

    def among(self, bits: int) -> Iterator[Peer]:
        """The ends of a set."""
        return (self._numbered[number] for number in numbers_in(bits))

    def in_namespace(self, namespace: str) -> int:
        """The pods of a namespace."""
        return self._by_namespace.get(namespace, 0)

    def in_namespaces(self, selector: LabelSelector) -> int:
        """The pods of all namespaces that a selector means."""
        return self._namespace_labels.selected(selector)

    def selected(self, selector: LabelSelector) -> int:
        """The pods of all namespaces that a selector means."""
        return self._pod_labels.selected(selector)

    def with_label(self, key: str, value: str) -> int:
        """The pods that have a label."""
        return self._pod_labels.with_pair(key, value)

    def nodes_selected(self, selector: LabelSelector) -> int:
        """The nodes that a selector means."""
        return self._node_labels.selected(selector)

    def blocks(self, spans: Spans) -> int:
        """The addresses outside of the cluster that lie in these spans; blocks are numbered in their order."""
        found = 0
        for first, last in spans:
            begin, end = bisect_left(self._starts, first), bisect_right(self._starts, last)
            found |= ((1 << (end - begin)) - 1) << (self._first_block + begin)
        return found

    def with_address(self, spans: Spans, among: int) -> tuple[int, int]:
        """Of some pods, hosts and names those whose addresses lie in these spans, and those of which that may be so.

        Of what has no address in the picture it is not known, but where the spans hold all addresses, or none that
        networks of their own are made of: clusters of IPv4 live in private ones. A name may have any address. Where
        nothing in the picture has an address of IPv6, all of IPv4 are all.
        """
        names = among & self.of_sort(Sort.NAME)
        if V4 in spans and (V6 in spans or not self._speaks_six):
            return among, 0
        begin = [bisect_left(self._at[0], first) for first, _ in spans]
        end = [bisect_right(self._at[0], last) for _, last in spans]
        surely = sum(self._at[1][to] - self._at[1][of] for of, to in zip(begin, end, strict=True)) & among
        maybe = names if spans else 0
        if intersection(spans, _OWN):
            maybe |= self._nowhere & among
        for peer, known in self._at_several:
            if peer.bit & among and any(found := [holds(spans, one) for one in known]):
                surely, maybe = (surely | peer.bit, maybe) if all(found) else (surely, maybe | peer.bit)
        return surely, maybe

    def may_hold_pods(self, spans: Spans) -> bool:
        """Tell whether some pod's address lies in these spans, or may."""
        if self._nowhere & self.pods and (V4 in spans or intersection(spans, _OWN)):
            return True
        known = self._of_pods
        return any(bisect_left(known, first) < bisect_right(known, last) for first, last in spans)

    @cached_property
    def _of_pods(self) -> Sequence[int]:
        """The addresses of all pods, sorted."""
        return sorted(one for peer, found in self._known if peer.sort is Sort.POD for one in found)

    @cached_property
    def _at(self) -> tuple[Sequence[int], Sequence[int]]:
        """The addresses of pods and hosts that have one, sorted; and, by places among them, whose lie before."""
        known = sorted((found[0], peer.bit) for peer, found in self._known if len(found) == 1)
        return [one for one, _ in known], [0, *accumulate(bit for _, bit in known)]

    @cached_property
    def _at_several(self) -> Sequence[tuple[Peer, Sequence[int]]]:
        return [(peer, found) for peer, found in self._known if len(found) > 1]

    @cached_property
    def _nowhere(self) -> int:
        """The pods and hosts whose addresses are not in the picture."""
        return sum(peer.bit for peer, found in self._known if not found)

    @cached_property
    def _speaks_six(self) -> bool:
        """Tell whether some pod or host has an address of IPv6."""
        return any(one >= V6[0] for _, found in self._known for one in found)

    @cached_property
    def _known(self) -> Sequence[tuple[Peer, Sequence[int]]]:
        there = self.of_sort(Sort.POD) | self.of_sort(Sort.HOST)
        return [(peer, list(self._addresses(peer))) for peer in self.among(there)]

    def _addresses(self, peer: Peer) -> Iterator[int]:
        texts = {
            text for pod in peer.pods for text in (pod.node_addresses if peer.sort is Sort.HOST else pod.addresses)
        }
        if peer.sort is Sort.HOST and peer.name.removeprefix("node ") in self.nodes:
            texts.update(self.nodes[peer.name.removeprefix("node ")].addresses)
        yield from _places(texts)

    def by_port(self, name: str, protocol: str, among: int) -> dict[int, int]:
        """The pods that have a port of this name and protocol, by its number."""
        found: dict[int, int] = {}
        for number, bits in self._ports.get((name, protocol), {}).items():
            if bits & among:
                found[number] = bits & among
        return found

    def at_address(self, text: str) -> Peer | None:
        """The block that an address lies in. ValueError for what is no address."""
        at = address(text)
        peer = self._numbered[self._first_block + bisect_right(self._starts, at) - 1]
        return peer if peer.span is not None and at <= peer.span[1] else None

    def named(self, name: str) -> int:
        """The ends outside of the cluster that are called so."""
        return sum(peer.bit for peer in self._numbered if peer.name == name)

    @cached_property
    def _by_sort(self) -> Mapping[Sort, int]:
        found: dict[Sort, int] = defaultdict(int)
        for peer in self._numbered:
            found[peer.sort] |= peer.bit
        return found

    @cached_property
    def _by_namespace(self) -> Mapping[str, int]:
        found: dict[str, int] = defaultdict(int)
        for peer in self._numbered:
            if peer.sort is Sort.POD:
                found[peer.namespace] |= peer.bit
        return found

    @cached_property
    def _pod_labels(self) -> Labelled:
        return Labelled((peer.bit, peer.labels or {}) for peer in self._numbered if peer.sort is Sort.POD)

    @cached_property
    def _namespace_labels(self) -> Labelled:
        return Labelled(
            (self.in_namespace(name), {**labels, NAMESPACE_NAME: name}) for name, labels in self.namespaces.items()
        )

    @cached_property
    def _node_labels(self) -> Labelled:
        hosts = {peer.name: peer.bit for peer in self._numbered if peer.sort is Sort.HOST}
        return Labelled((hosts[f"node {name}"], node.labels) for name, node in self.nodes.items())

    @cached_property
    def _ports(self) -> Mapping[tuple[str, str], Mapping[int, int]]:
        found: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for peer in self._numbered:
            for port in peer.ports:
                found[port.name, port.protocol][port.number] |= peer.bit
        return found


def _places(texts: Iterable[str]) -> Iterator[int]:
    """Where addresses are on the line; what is none is passed over."""
    for text in texts:
        try:
            yield address(text)
        except ValueError:
            continue


def numbers_in(bits: int) -> Iterator[int]:
    """The numbers of the ends in a set, the lowest first."""
    text = bin(bits)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)
