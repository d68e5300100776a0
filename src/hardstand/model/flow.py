"""What was seen on the network: who spoke to whom, and which names were asked for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ended(StrEnum):
    """What became of it, as the record says."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    """A policy or a firewall dropped it. What the program at its end answered (a 403) does not matter here."""
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was read: the file, and the line, from 1 on."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class End:
    """One end of a flow, with what the record itself says of it. What it says nothing of is empty."""

    address: str = ""
    """An IP address, in its shortest form."""
    namespace: str = ""
    pod: str = ""
    workload: str = ""
    """The workload's name, where the record names one."""
    workload_kind: str = ""
    """Such as `Deployment`; often not told."""
    service: str = ""
    """The Service that was called; it is in `namespace`."""
    name: str = ""
    """A host name that the record gives to the address, or that was asked for."""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic from the one who began it to the one who was called; answers are part of it."""

    time: datetime
    """When it began or, where only that is known, when it was recorded; with a time zone."""
    source: End
    destination: End
    protocol: str
    """`TCP`, `UDP`, `SCTP`, `ICMP`, or the number of another protocol of IP."""
    port: int | None
    """The port that was called; None for protocols without ports."""
    source_port: int | None = None
    ended: Ended = Ended.UNTOLD
    seconds: float | None = None
    """How long it took."""
    bytes_sent: int | None = None
    """By the one who began it."""
    bytes_received: int | None = None
    count: int = 1
    """How many connections, requests or records it stands for."""
    place: Place = field(default=Place("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A name that somebody asked a DNS server for."""

    time: datetime
    client: End
    name: str
    """Without the dot at its end, in lower case, escaped as in master files (RFC 1035, section 5.1)."""
    record_type: str
    """Such as `A`, `TXT`, `NULL`; `TYPE65` for one without a name (RFC 3597)."""
    code: str = ""
    """Such as `NOERROR`, `NXDOMAIN`; empty where it was not told."""
    query_size: int | None = None
    """Bytes of the query."""
    answer_size: int | None = None
    """Bytes of the answer."""
    server: End = End()
    place: Place = field(default=Place("", 0), compare=False)
