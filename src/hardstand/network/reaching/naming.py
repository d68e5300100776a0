"""What people call ends: `shop/web`, `shop/`, `10.0.0.0/8`, `internet`, `{ingress-controller}`."""

import difflib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hardstand.analysis.reach.blocks import EVERYWHERE, V4, V6, address, block
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.spans import Spans, intersection

INTERNET = "internet"
"""Everything outside of the cluster."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ends that a word means."""

    word: str
    ends: AbstractSet[End] = frozenset()
    spans: Spans = ()
    """Addresses outside of the cluster."""

    def __contains__(self, end: End) -> bool:
        if end.span is not None:
            return bool(self.spans) and bool(intersection(self.spans, (end.span,)))
        return end in self.ends


def spans_of(word: str) -> Spans:
    """The addresses that a word means: an address, a CIDR, a range `a-b`, or `internet`; none where it is a name."""
    if word == INTERNET:
        return EVERYWHERE
    try:
        return (block(word),)
    except ValueError:
        pass
    first, dash, last = word.partition("-")
    try:
        span = (address(first), address(last)) if dash else (1, 0)
    except ValueError:
        return ()
    same_family = any(family[0] <= span[0] <= span[1] <= family[1] for family in (V4, V6))
    return (span,) if same_family else ()


def told_apart(words: Iterable[str | None]) -> list[Spans]:
    """The addresses that must be told apart for these words to be answered exactly."""
    return [spans for word in words if word and (spans := spans_of(word)) and spans != EVERYWHERE]


def chosen(word: str, estate: Estate) -> Chosen:
    """The ends that a word means. ValueError where nothing is called so; its second argument is a hint."""
    spans = spans_of(word)
    if spans:
        return Chosen(word, _with_address(spans, estate), spans)
    ends: AbstractSet[End] = frozenset(end for end in estate.edges.ends if end.span is None and _is_called(end, word))
    if not ends:
        ends = _of_pod(word, estate)
    if not ends:
        raise ValueError(f"nothing that was read is called `{word}`", _hint(word, estate))
    return Chosen(word, ends)


def _is_called(end: End, word: str) -> bool:
    """Tell whether a word names an end: wholly, without its kind, by its name alone, or by its namespace."""
    if word == end.name:
        return True
    if end.sort is not Sort.POD:
        return False
    called = end.name.partition("[")[0]
    if word.endswith("/"):
        return end.namespace == word[:-1]
    return word in (called, called.rpartition("/")[2], end.name.rpartition("/")[2])


def _with_address(spans: Spans, estate: Estate) -> AbstractSet[End]:
    """The workloads of the pods that have one of these addresses: that of a pod is not the outside."""
    if spans == EVERYWHERE:
        return frozenset()
    peers = [peer for peer in estate.peers if any(intersection(spans, ((at, at),)) for at in _addresses(peer))]
    return _ends(peers, estate)


def _addresses(peer: Peer) -> Iterable[int]:
    for pod in peer.pods:
        for text in pod.addresses:
            try:
                yield address(text)
            except ValueError:
                continue


def _of_pod(word: str, estate: Estate) -> AbstractSet[End]:
    """The workload that a pod of this name is of."""
    namespace, slash, name = word.rpartition("/")
    peers = [
        peer
        for peer in estate.peers
        if any(pod.name == name and (not slash or pod.namespace == namespace) for pod in peer.pods)
    ]
    return _ends(peers, estate)


def _ends(peers: Iterable[Peer], estate: Estate) -> AbstractSet[End]:
    owners = {str(owner) for peer in peers for owner in peer.owners}
    return frozenset(end for end in estate.edges.ends if end.name in owners)


def _hint(word: str, estate: Estate) -> str:
    known: dict[str, str] = {}
    for end in estate.edges.ends:
        if end.span is None:
            called = end.name.partition("[")[0]
            known |= {end.name: end.name, called: called, called.rpartition("/")[2]: called}
            if end.namespace:
                known[f"{end.namespace}/"] = f"{end.namespace}/"
    known[INTERNET] = INTERNET
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean `{known[close[0]]}`?" if close else "`hardstand net reach PATH` names all that were read"
