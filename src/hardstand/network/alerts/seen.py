"""What the detectors look at: flows and lookups whose ends are known workloads, or addresses outside."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hardstand.model.flow import Ended, Flow, NameQuery, Place

OUTSIDE = "outside"
"""Whoever calls from outside is one source: visitors come and go, and each would be new."""

_HANDSHAKE = 80
"""Bytes that a refusal by TCP takes at most: IPv6's header of 40 (RFC 8200, section 3) and a reset of 20 with its
options (RFC 9293, section 3.1). An answer is a SYN-ACK and at least one more packet.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One flow between ends that were resolved. Times are seconds since 1970 in UTC, since there are millions."""

    time: float
    source: str
    """The workload as `namespace/name[Kind]`, or where nobody is known at it, the address."""
    destination: str
    """The workload, or of what is outside its host name, else its address."""
    protocol: str
    port: int | None
    outside: bool = False
    """The destination is outside of what is watched."""
    from_outside: bool = False
    address: str = ""
    """The destination's address, where it is told: pods of one workload are several hosts."""
    instance: str = ""
    """The pod that called, where it is told."""
    answered: bool | None = None
    """Whether somebody answered; None where the record does not tell."""
    bytes_sent: int | None = None
    bytes_received: int | None = None
    count: int = 1
    place: Place = field(default=Place("", 0), compare=False)
    source_port: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One lookup in DNS by a workload."""

    time: float
    client: str
    name: str
    """As in `NameQuery`: lower case, escaped as in master files."""
    record_type: str
    code: str = ""
    query_size: int | None = None
    answer_size: int | None = None
    place: Place = field(default=Place("", 0), compare=False)


def _nothing(_: Seen) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known to be meant, by the baseline and by the cluster."""

    declared: Callable[[Seen], bool] = _nothing
    """Tells whether the flow table allows it. It is asked once for each pair, protocol and port."""
    zones: frozenset[str] = frozenset()
    """Zones below which any name may be asked for, besides those in `names.py`."""
    cluster_domain: str = "cluster.local"


def answered(flow: Flow) -> bool | None:
    """Whether somebody answered, as far as a record of packets tells. (An access log is written by who answers.)

    A policy that allows a flow does not say that anybody listens; no bytes back over UDP are usual for logs and
    metrics.
    """
    if flow.ended is Ended.REFUSED:
        return False
    if flow.bytes_received is None:
        return None
    if flow.protocol == "TCP":
        return flow.bytes_received > _HANDSHAKE * flow.count
    return True if flow.bytes_received else None


def seen_of(flow: Flow, source: str, destination: str, *, outside: bool = False, from_outside: bool = False) -> Seen:
    """A flow whose ends were resolved; `destination` is a host name where the record tells one of what is outside."""
    return Seen(
        flow.time.timestamp(),
        source,
        destination,
        flow.protocol,
        flow.port,
        outside,
        from_outside,
        flow.destination.address,
        flow.source.pod or flow.source.address,
        answered(flow),
        flow.bytes_sent,
        flow.bytes_received,
        flow.count,
        flow.place,
        flow.source_port,
    )


def asked_of(query: NameQuery, client: str) -> Asked:
    """A lookup whose client was resolved."""
    return Asked(
        query.time.timestamp(),
        client,
        query.name,
        query.record_type,
        query.code,
        query.query_size,
        query.answer_size,
        query.place,
    )
