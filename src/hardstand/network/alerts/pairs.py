"""Who speaks to whom: pairs of ends with protocol and port, and whose a destination outside is."""

from ipaddress import ip_address
from typing import NamedTuple

from hardstand.network.alerts.seen import OUTSIDE, Seen
from hardstand.network.alerts.suffixes import registered


class Key(NamedTuple):
    """Who spoke to whom, and how. (A tuple, since one is made and looked up for every flow.)"""

    source: str
    destination: str
    protocol: str
    port: int | None
    outside: bool
    from_outside: bool

    def __str__(self) -> str:
        return f"{self.source} → {self.destination} {self.called}"

    @property
    def area(self) -> str:
        """What stands for one owner's destinations: the network of addresses that nobody is known at, or the domain."""
        alone = self.outside or is_address(self.destination)
        return area_of(self.destination) if alone else self.destination

    @property
    def called(self) -> str:
        """The protocol and the port."""
        return self.protocol if self.port is None else f"{self.protocol} {self.port}"


def key_of(one: Seen) -> Key:
    """The pair of a flow; whoever calls from outside is one."""
    source = OUTSIDE if one.from_outside else one.source
    return Key(source, one.destination, one.protocol, one.port, one.outside, one.from_outside)


def is_address(word: str) -> bool:
    """Tell whether a word is an address, and so nobody that is known."""
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def area_of(destination: str) -> str:
    """The /24 or /48 around an address, the registered domain of a name."""
    if not is_address(destination):
        labels = destination.lower().rstrip(".").split(".")
        return ".".join(labels[-registered(labels) :])
    address = ip_address(destination)
    parts = address.exploded.split("." if address.version == 4 else ":")[:3]
    return ".".join(parts) + ".0/24" if address.version == 4 else ":".join(parts) + "::/48"
