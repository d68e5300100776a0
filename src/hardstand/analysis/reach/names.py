"""Host names that rules name, and patterns of them.

Sources: https://docs.cilium.io/en/stable/security/policy/language/#dns-based (`*` stands for characters but no dot, and
alone for every name; `**.` in front for one or more labels),
https://docs.tigera.io/calico-enterprise/latest/reference/resources/networkpolicy#exact-and-wildcard-domain-names.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from hardstand.analysis.reach.likely import Likely, perhaps
from hardstand.analysis.reach.peers import Peers, Sort

_TOLD = 5
"""Names that a condition tells."""


def plain(name: str) -> str:
    """A name as it is compared: without the dot of the root, in small letters."""
    return name.rstrip(".").lower()


def named(asked: Sequence[str], peers: Peers) -> Likely:
    """The ends that names or patterns mean: names for sure, addresses if they are theirs."""
    found = Likely()
    for peer in peers.among(peers.of_sort(Sort.NAME)):
        if any(_covers(plain(one), plain(peer.name)) for one in asked):
            found |= Likely(peer.bit)
        elif met := [one for one in asked if _covers(plain(peer.name), plain(one).replace("*", "x"))]:
            found |= perhaps(peer.bit, f"its name is {' or '.join(met)}")
    more = f" or of {len(asked) - _TOLD} more" if len(asked) > _TOLD else ""
    return found | perhaps(peers.of_sort(Sort.BLOCK), f"the address is that of {' or '.join(asked[:_TOLD])}{more}")


def _covers(asked: str, name: str) -> bool:
    return asked in (name, "*", "**") or _pattern(asked).fullmatch(name) is not None


@lru_cache(maxsize=10_000)
def _pattern(text: str) -> re.Pattern[str]:
    deep = text.startswith("**.")
    parts = (re.escape(part) for part in text.removeprefix("**.").split("*"))
    return re.compile((r"([\w-]+\.)+" if deep else "") + r"[\w-]*".join(parts), re.ASCII)
