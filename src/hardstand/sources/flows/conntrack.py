"""The kernel's connections: `conntrack -L` and `-E`, with or without `-o extended`, `id`, `timestamp`; nf_conntrack.

A line has the packets as the one who began sent them, and as the answers to them are to come. What was called is where
the answers come from: the pod, and not the address of the Service that was translated into it.

Sources: conntrack(8) of conntrack-tools 1.4.7,
https://docs.kernel.org/networking/nf_conntrack-sysctl.html (`nf_conntrack_acct`, `nf_conntrack_timestamp`)
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hardstand.model.flow import Ended, Flow
from hardstand.sources.flows.fields import (
    MONTHS,
    WITH_PORTS,
    FlawError,
    end_at,
    port_of,
    protocol_of,
    since_1970,
    whole,
)
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Seen, Told

_LINE = re.compile(
    r"(?:\[(?P<stamp>\d+(?:\.\d+)?)\]\s*)?"
    r"(?:\[(?P<event>NEW|UPDATE|DESTROY)\]\s+)?"
    r"(?:ipv[46]\s+\d+\s+)?"
    r"\w[\w-]*\s+(?P<protocol>\d+)\s+"
    r"(?P<rest>.*\bsrc=.*)"
)
_TUPLE = re.compile(
    r"src=(?P<src>\S+) dst=(?P<dst>\S+)"
    r"(?: sport=(?P<sport>\d+) dport=(?P<dport>\d+))?"
    r"(?: type=\d+ code=\d+ id=\d+)?(?: srckey=\S+ dstkey=\S+)?"
    r"(?: packets=\d+ bytes=(?P<bytes>\d+))?"
)
_BEGUN = re.compile(r"\[start=(?P<start>[^\]]+)\]")
_LASTED = re.compile(r"\bdelta-time=(?P<seconds>\d+)")
_COUNTED = re.compile(r"conntrack v\S+ \(conntrack-tools\): ")
_STARTED = re.compile(r"\w{3} (\w{3}) +(\d+) (\d+):(\d+):(\d+) (\d{4})")
"""As ctime(3) writes a time: without a zone."""


def _reader(origin: Origin) -> Reader:
    read_at = origin.changed or datetime.now(UTC)

    def read(line: Line) -> Iterable[Told]:
        found = _LINE.fullmatch(line.text.strip())
        tuples = list(_TUPLE.finditer(found["rest"])) if found else []
        if found is None or len(tuples) < 2:
            raise FlawError("the line is none of conntrack's; it may have been cut off")
        return (_seen(found, tuples[0], tuples[1], line, origin, read_at),)

    return read


def _seen(
    found: re.Match[str], there: re.Match[str], back: re.Match[str], line: Line, origin: Origin, read_at: datetime
) -> Seen:
    protocol, rest = protocol_of(found["protocol"]), found["rest"]
    with_ports = protocol in WITH_PORTS
    lasted = _LASTED.search(rest) if "delta-time" in rest else None
    seconds = float(lasted["seconds"]) if lasted else None
    flow = Flow(
        time=_time(found, line, read_at, seconds),
        source=end_at(there["src"]),
        destination=end_at(back["src"]),
        protocol=protocol,
        port=port_of(back["sport"]) if with_ports else None,
        source_port=port_of(there["sport"]) if with_ports else None,
        # An answer went through both ways; that there was none may be a firewall's doing or not.
        ended=Ended.UNTOLD if "[UNREPLIED]" in rest else Ended.ALLOWED,
        seconds=seconds,
        bytes_sent=whole(there["bytes"]),
        bytes_received=whole(back["bytes"]),
        place=origin.place(line),
    )
    return Seen(flow, origin.file, connection=True, begins=found["event"] == "NEW", totals=True)


def _time(found: re.Match[str], line: Line, read_at: datetime, seconds: float | None) -> datetime:
    """When it began where that is told, else when it was told; a list without times is of when it was written."""
    if "[start=" in found["rest"] and (begun := _BEGUN.search(found["rest"])) is not None:
        return _started(begun["start"])
    at = since_1970(found["stamp"]) if found["stamp"] else line.time or read_at
    return at - timedelta(seconds=seconds) if seconds and found["event"] in (None, "DESTROY") else at


def _started(word: str) -> datetime:
    found = _STARTED.fullmatch(word)
    if found is None or found[1] not in MONTHS:
        raise FlawError("the start is no time")
    day, hour, minute, second, year = (int(one) for one in found.groups()[1:])
    try:
        return datetime(year, MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise FlawError("the start is no time") from error


CONNTRACK = Form(
    "conntrack",
    lambda line: (
        line.value is None
        and (found := _LINE.fullmatch(line.text.strip())) is not None
        and len(_TUPLE.findall(found["rest"])) > 1
    ),
    _reader,
    lambda line: _COUNTED.match(line.text) is not None,
)
