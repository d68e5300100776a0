"""Addresses outside of the cluster in words: what lies side by side is one, and all of them are the internet."""

from collections.abc import Iterable, Iterator

from hardstand.analysis.intended.addresses import PUBLIC, spans_of
from hardstand.analysis.reach.blocks import EVERYWHERE, V4, V6, block_text, cidrs
from hardstand.analysis.reach.spans import Span, Spans, difference, intersection
from hardstand.analysis.reach.spans import spans as joined
from hardstand.network.reaching.naming import INTERNET

_EXCEPTIONS = 4
"""Ranges that are left out of the internet and named; where there are more, what is left is named."""
_NAMED = 6


def outside_text(parts: Iterable[Span], *, six: bool) -> str:
    """`internet`, `internet except 10.0.0.0/8`, or the blocks. `six`: addresses of IPv6 are told apart at all."""
    spans = joined(parts)
    whole = EVERYWHERE if six else (V4,)
    if spans == whole:
        return INTERNET
    if spans in _KNOWN:
        return _KNOWN[spans]
    left = difference(whole, spans)
    if _size(spans) > _size(left):
        names = [text for span in left for text in _named(span)]
        if len(names) <= _EXCEPTIONS:
            return f"{INTERNET} except {', '.join(names)}"
    names = [text for span in spans for text in _named(span)]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _known() -> Iterator[tuple[Spans, str]]:
    """Sets of many ranges that have a name."""
    public = spans_of(PUBLIC)
    private = difference(EVERYWHERE, public)
    yield (V4,), f"{INTERNET} (IPv4)"
    yield (V6,), f"{INTERNET} (IPv6)"
    for family, name in ((EVERYWHERE, ""), ((V4,), " (IPv4)"), ((V6,), " (IPv6)")):
        yield intersection(public, family), f"public {INTERNET}{name}"
        yield intersection(private, family), f"private networks{name}"


_KNOWN = dict(_known())


def _named(span: Span) -> list[str]:
    """A block as two CIDRs at most, else as a range."""
    found = list(cidrs(span))
    return found if len(found) <= 2 else [block_text(span)]


def _size(spans: Spans) -> float:
    """How much of all addresses it is; both families count alike."""
    return sum((last - first + 1) / (2**32 if last <= V4[1] else 2**128) for first, last in spans)
