"""Amazon VPC flow logs, versions 2 to 5 and later: one line for each direction of a connection and interval.

Which fields there are is told by the first line of files in S3; without one they are those of version 2. A line that
names the fields may be put before others.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html and flow-logs-records-examples.html
"""

from collections.abc import Iterable, Mapping, Sequence

from hardstand.model.flow import Ended, Flow
from hardstand.sources.flows.beginning import begun
from hardstand.sources.flows.fields import WITH_PORTS, FlawError, end_at, port_of, protocol_of, since_1970, whole
from hardstand.sources.flows.merging import turned_around
from hardstand.sources.flows.seen import Form, Line, LostError, Origin, Seen, Told

_VERSION_2 = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("packets", "bytes", "start", "end", "action", "log-status"),
)
_NEEDED = ("protocol", "start")
_ENDED = {"ACCEPT": Ended.ALLOWED, "REJECT": Ended.REFUSED, "-": Ended.UNTOLD}


def _header(line: str) -> list[str] | None:
    if "srcaddr" not in line:
        return None
    words = [one.replace("_", "-") for one in line.split()]
    return words if "srcaddr" in words or "pkt-srcaddr" in words else None


def _knows(line: Line) -> bool:
    if line.value is not None:
        return False
    words = line.text.split()
    plain = len(words) == len(_VERSION_2) and words[0] == "2" and words[-1] in ("OK", "NODATA", "SKIPDATA")
    return plain or _header(line.text) is not None


class _Records:
    """The records of one file, with the names of their fields."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._fields: Sequence[str] = _VERSION_2

    def __call__(self, line: Line) -> Iterable[Told]:
        if (named := _header(line.text)) is not None:
            self._fields = named
            return ()
        words = line.text.split()
        if len(words) != len(self._fields) or (self._fields is _VERSION_2 and words[0] != "2"):
            raise FlawError(
                f"the line has {len(words)} fields and not the {len(self._fields)} of the format: "
                "put a line with the names of the fields before it, or it was cut off"
            )
        return self._read(dict(zip(self._fields, words, strict=True)), line)

    def _read(self, told: Mapping[str, str], line: Line) -> Iterable[Told]:
        status = told.get("log-status", "OK")
        if status == "NODATA":
            return ()
        if status == "SKIPDATA":
            raise LostError("the flow log left records of this interval out (SKIPDATA): flows are missing")
        source, target = _address(told, "srcaddr"), _address(told, "dstaddr")
        if "-" in (source, target):
            raise FlawError("the record has no addresses: the format needs srcaddr, dstaddr, protocol and start")
        if any(told.get(one, "-") == "-" for one in _NEEDED):
            raise FlawError("the record has no protocol, or no start: the format needs both")
        action = told.get("action", "-")
        if action not in _ENDED:
            raise FlawError(f"the action {action[:20]!r} is neither ACCEPT nor REJECT")
        flow = self._flow(told, source, target, _ENDED[action], line)
        way = begun(flow.source_port, flow.port, whole(told.get("tcp-flags")), flow.ended is Ended.REFUSED)
        flow = turned_around(flow) if way.by_other else flow
        side = told.get("interface-id", "") + told.get("account-id", "")
        return (Seen(flow, side, connection=True, sure=way.sure, begins=way.begins and not way.by_other),)

    def _flow(self, told: Mapping[str, str], source: str, target: str, ended: Ended, line: Line) -> Flow:
        protocol = protocol_of(told["protocol"])
        ports = protocol in WITH_PORTS
        start, end = whole(told["start"]), whole(told.get("end"))
        return Flow(
            time=since_1970(start),
            source=end_at(source),
            destination=end_at(target),
            protocol=protocol,
            port=port_of(told["dstport"]) if ports and told.get("dstport", "-") != "-" else None,
            source_port=port_of(told["srcport"]) if ports and told.get("srcport", "-") != "-" else None,
            ended=ended,
            seconds=float(max(end - start, 0)) if start is not None and end is not None else None,
            bytes_sent=whole(told.get("bytes")),
            place=self._origin.place(line),
        )


def _address(told: Mapping[str, str], key: str) -> str:
    """That of the packet, which may be a pod's, before that of the interface."""
    found = told.get(f"pkt-{key}", "-")
    return found if found != "-" else told.get(key, "-")


AWS = Form("aws", _knows, _Records)
