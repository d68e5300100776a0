"""Literal secrets that lie outside of Secrets, taken out of what a cluster gives before anything of it is written."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hardstand.analysis.masking import masked
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Gap, Page


@dataclass(slots=True)
class Veils:
    """How many stand-ins there are, and how many secrets none was found for."""

    masked: int = 0
    unmasked: int = 0


def veiled(found: Iterable[Page | Unreadable | Gap], key: bytes, count: Veils) -> Iterator[Page | Unreadable | Gap]:
    """The pages with stand-ins for such secrets, made with this key; `count` is added to."""
    for one in found:
        if not isinstance(one, Page):
            yield one
            continue
        data = json.loads(one.data)
        copy = masked(data, key)
        count.masked += copy.masked
        count.unmasked += copy.unmasked
        if copy.masked:
            text = json.dumps(copy.data, separators=(",", ":"), ensure_ascii=False)
            one = replace(one, data=text.encode("utf-8", "surrogatepass"))
        yield one
