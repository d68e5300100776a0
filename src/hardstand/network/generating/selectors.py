"""Label selectors that select some pods of a namespace and no others of it: as few and as plain as there are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from hardstand.analysis.reach.peers import Peer, Peers
from hardstand.baseline.classes import Matching

Selector = Mapping[str, Any]

_FIRST = ("app.kubernetes.io/name", "app", "k8s-app", "name", "app.kubernetes.io/component", "component")
"""Labels that tell workloads apart by custom, the first first.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""
_PASSING = (
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/job-completion-index",
    "controller-uid",
    "job-name",
)
"""Labels that the next pods of the same workload have other values of.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""


class InseparableError(ValueError):
    """No selector can tell pods apart; the message names their workloads."""


class Selectors:
    """Finds selectors in one picture."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._known: dict[tuple[str, int], tuple[Selector, ...]] = {}

    def of(self, namespace: str, bits: int, meant: Sequence[Matching] = ()) -> tuple[Selector, ...]:
        """Selectors that together select these pods of a namespace. InseparableError where there are none.

        `meant`: how the baseline says it. Where labels say it there, the same labels are asked for.
        """
        for match in meant:
            said = literal(match)
            if said is not None and self._selected(namespace, said) == bits:
                return (said,)
        key = (namespace, bits)
        if key not in self._known:
            self._known[key] = tuple(self._found(namespace, bits))
        return self._known[key]

    def _found(self, namespace: str, bits: int) -> Iterator[Selector]:
        several = list(self._peers.among(bits))
        for keys in self._keys(several):
            for selector in _joint(keys, several):
                if self._selected(namespace, selector) == bits:
                    yield selector
                    return
        left = bits
        for peer in several:
            if peer.bit & left:
                alone = self._alone(namespace, peer, bits)
                left &= ~self._selected(namespace, alone)
                yield alone

    def _keys(self, several: Sequence[Peer]) -> list[tuple[str, ...]]:
        """Labels that all of them have, the most telling first; then pairs of such."""
        shared = set.intersection(*({*(peer.labels or {})} for peer in several)) - set(_PASSING)
        order = {key: at for at, key in enumerate(_FIRST)}
        keys = sorted(shared, key=lambda key: (order.get(key, len(order)), key))
        return [(key,) for key in keys] + list(combinations(keys[:6], 2))

    def _alone(self, namespace: str, peer: Peer, within: int) -> Selector:
        """A selector for one class, and for none outside of `within`."""
        home = self._peers.in_namespace(namespace)
        labels = {key: value for key, value in (peer.labels or {}).items() if key not in _PASSING}
        expressions: list[Mapping[str, Any]] = []
        for selector in ({"matchLabels": {key: value}} for key, value in labels.items()):
            if not self._selected(namespace, selector) & ~within:
                return selector
        for other in self._peers.among(home & ~within):
            theirs = other.labels or {}
            if any(theirs.get(key) != value for key, value in labels.items()):
                continue
            more = next((key for key in sorted(theirs) if key not in labels and key not in _PASSING), None)
            if more is None:
                raise InseparableError(f"no label tells {peer} from {other}, and the table treats them differently")
            without = {"key": more, "operator": "DoesNotExist"}
            expressions += [] if without in expressions else [without]
        return {
            **({"matchLabels": labels} if labels else {}),
            **({"matchExpressions": expressions} if expressions else {}),
        }

    def _selected(self, namespace: str, selector: Selector) -> int:
        found = self._peers.in_namespace(namespace)
        for key, value in selector.get("matchLabels", {}).items():
            found &= self._peers.with_label(key, value)
        for one in selector.get("matchExpressions", ()):
            if one["operator"] == "In":
                found &= sum_bits(self._peers.with_label(one["key"], value) for value in one["values"])
            else:
                found &= ~sum_bits(peer.bit for peer in self._peers.among(found) if one["key"] in (peer.labels or {}))
        return found


def sum_bits(several: Iterator[int]) -> int:
    """What is in any of some sets."""
    found = 0
    for one in several:
        found |= one
    return found


def literal(match: Matching) -> Selector | None:
    """The selector that says the same within a namespace as a pattern of the baseline; None where none does."""
    named = [one for one in match.name if one.text != "*"]
    if match.kind or named or match.image or match.environment or match.path:
        return None
    if not all(pattern.literal for pattern in match.labels.values()):
        return None
    return {"matchLabels": {key: pattern.text for key, pattern in match.labels.items()}} if match.labels else {}


def _joint(keys: tuple[str, ...], several: Sequence[Peer]) -> Iterator[Selector]:
    """The selector that asks for the values which some pods have of labels."""
    values = {key: sorted({(peer.labels or {})[key] for peer in several}) for key in keys}
    labels = {key: found[0] for key, found in values.items() if len(found) == 1}
    expressions = [{"key": key, "operator": "In", "values": found} for key, found in values.items() if len(found) > 1]
    yield {
        **({"matchLabels": labels} if labels else {}),
        **({"matchExpressions": expressions} if expressions else {}),
    }
