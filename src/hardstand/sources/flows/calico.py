"""Calico: flow logs as Calico Enterprise and Cloud write and store them, and as Whisker shows those of open source.

A record adds up the connections of an interval, told by the node of the source (`src`) or of the destination (`dst`),
mostly by both. Bytes in and out are as the one who reports has them.

Sources: https://docs.tigera.io/calico-enterprise/latest/observability/elastic/flow/datatypes,
https://github.com/projectcalico/calico/blob/master/whisker-backend/pkg/apis/v1/flows.go
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hardstand.model.flow import End, Ended, Flow
from hardstand.sources.flows.fields import WITH_PORTS as _WITH_PORTS
from hardstand.sources.flows.fields import (
    FlawError,
    address,
    listed,
    moment,
    port_of,
    protocol_of,
    since_1970,
    text,
    unrooted,
    whole,
)
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Seen, Told

_ACTIONS = {"allow": Ended.ALLOWED, "pass": Ended.ALLOWED, "deny": Ended.REFUSED}
_NO_POD = re.compile(r"pub|pvt|-|")
"""Names of addresses outside: public, private, and none."""


def _knows(line: Line) -> bool:
    told = line.value
    return (
        isinstance(told, dict)
        and "reporter" in told
        and "action" in told
        and "start_time" in told
        and ("dest_namespace" in told or "dest_name_aggr" in told)
    )


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        told = line.value
        if not isinstance(told, dict) or not _knows(line):
            raise FlawError("the line is no flow log of Calico; it may have been cut off")
        reporter = text(told, "reporter").lower()
        if reporter not in ("src", "dst"):
            raise FlawError("the reporter is neither src nor dst")
        action = text(told, "action").lower()
        if action not in _ACTIONS:
            raise FlawError(f"the action {action[:30]!r} is none of Calico's")
        return (Seen(_flow(told, _ACTIONS[action], reporter, origin, line), reporter, connection=False),)

    return read


def _flow(told: Mapping[str, Any], ended: Ended, reporter: str, origin: Origin, line: Line) -> Flow:
    begun, done = _time(told.get("start_time")), _time(told.get("end_time", told.get("start_time")))
    inward, outward = whole(told.get("bytes_in")), whole(told.get("bytes_out"))
    sent, received = (outward, inward) if reporter == "src" else (inward, outward)
    protocol = protocol_of(told.get("proto", told.get("protocol")))
    port, source_port = told.get("dest_port"), told.get("source_port")
    with_ports = protocol in _WITH_PORTS
    return Flow(
        time=begun,
        source=_end(told, "source"),
        destination=_end(told, "dest"),
        protocol=protocol,
        port=port_of(port) if with_ports and port not in (None, "", "-") else None,
        source_port=port_of(source_port) if with_ports and source_port not in (None, "", "-", 0) else None,
        ended=ended,
        seconds=max((done - begun).total_seconds(), 0.0),
        bytes_sent=sent,
        bytes_received=received,
        count=_count(told),
        place=origin.place(line),
    )


def _count(told: Mapping[str, Any]) -> int:
    """The connections that began; where none did, those that went on are still seen: 0 of them are new."""
    started = whole(told.get("num_flows_started"))
    return started if started is not None else whole(told.get("num_flows", 1)) or 0


def _time(word: object) -> datetime:
    return moment(word) if isinstance(word, str) and not word.isdigit() else since_1970(word)


def _end(told: Mapping[str, Any], side: str) -> End:
    name, group = text(told, f"{side}_name"), text(told, f"{side}_name_aggr")
    where = told.get(f"{side}_ip")
    kind = text(told, f"{side}_type").lower()
    pod = "" if _NO_POD.fullmatch(name) or name.endswith("*") or kind in ("net", "ns", "hep") else name
    group = group or (name if name.endswith("*") else "")
    domains = [one for one in listed(told, f"{side}_domains") if isinstance(one, str)]
    host = (name if name not in ("-", "") else group) if kind in ("ns", "hep") else ""
    return End(
        address=address(where) if isinstance(where, str) and where not in ("", "-") else "",
        namespace=_said(told, f"{side}_namespace"),
        pod=pod,
        workload="" if pod or kind in ("net", "ns", "hep") else _prefix(group),
        service=_said(told, f"{side}_service_name") if side == "dest" else "",
        name=unrooted(domains[0]) if domains else host,
        labels=_labels(told.get(f"{side}_labels")),
    )


def _prefix(group: str) -> str:
    """What the names of the pods of a group begin with: `web-7d4b9c-*` is of those that `web-7d4b9c` made."""
    return "" if _NO_POD.fullmatch(group) else group.removesuffix("*").removesuffix("-")


def _said(told: Mapping[str, Any], key: str) -> str:
    found = text(told, key)
    return "" if found == "-" else found


def _labels(told: object) -> tuple[tuple[str, str], ...]:
    """`{"labels": ["app=web"]}` in files, `app=web | tier=front` from Whisker."""
    if isinstance(told, dict):
        every = [one for one in listed(told, "labels") if isinstance(one, str)]
    elif isinstance(told, str):
        every = [one.strip() for one in re.split(r"[|,]", told)]
    else:
        every = []
    parts = [one.partition("=") for one in every]
    return tuple((key, value) for key, equals, value in parts if equals)


CALICO = Form("calico", _knows, _reader)
