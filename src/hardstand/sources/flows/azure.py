"""Azure: flow logs of network security groups, version 2, and of virtual networks; tuples in lists in records.

A tuple is of a connection, from who began it, as one interface saw it; its bytes are since the last one.

Sources: https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview#log-format,
https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview#log-format
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hardstand.model.flow import Ended, Flow
from hardstand.sources.flows.fields import (
    WITH_PORTS,
    FlawError,
    end_at,
    listed,
    mapping,
    port_of,
    protocol_of,
    since_1970,
    text,
    whole,
)
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Seen, Told

_GROUPS, _NETWORKS = "NetworkSecurityGroupFlowEvent", "FlowLogFlowEvent"
_PROTOCOLS = {"T": "TCP", "U": "UDP"}
_BEGINS = "B"


def _records(value: object) -> list[Any]:
    if not isinstance(value, dict):
        return []
    return listed(value, "records") if "records" in value else [value]


def _knows(line: Line) -> bool:
    found = _records(line.value)
    return bool(found) and isinstance(found[0], dict) and text(found[0], "category") in (_GROUPS, _NETWORKS)


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        if not isinstance(line.value, dict):
            raise FlawError("the record is no flow log of Azure; it may have been cut off")
        found: list[Told] = []
        for record in _records(line.value):
            category = text(record, "category") if isinstance(record, dict) else ""
            if category == _GROUPS:
                found += _of_groups(record, origin, line)
            elif category == _NETWORKS:
                found += _of_networks(record, origin, line)
            else:
                raise FlawError("the record is no flow log of Azure: its category is another")
        return found

    return read


def _of_groups(record: Mapping[str, Any], origin: Origin, line: Line) -> Iterator[Told]:
    for rule in _objects(mapping(record, "properties"), "flows"):
        for group in _objects(rule, "flows"):
            for words in _tuples(group, 8):
                if words[7] not in ("A", "D"):
                    raise FlawError("a tuple is neither allowed nor denied")
                ended = Ended.ALLOWED if words[7] == "A" else Ended.REFUSED
                state, counts = (words[8], words[9:]) if len(words) > 8 else ("", [])
                time = since_1970(whole(words[0]))
                protocol = _PROTOCOLS.get(words[5], words[5])
                flow = _flow([time, *words[1:5], protocol], ended, counts, origin, line)
                yield _seen(flow, text(group, "mac"), state)


def _of_networks(record: Mapping[str, Any], origin: Origin, line: Line) -> Iterator[Told]:
    for flows in _objects(mapping(record, "flowRecords"), "flows"):
        for group in _objects(flows, "flowGroups"):
            for words in _tuples(group, 9):
                ended = Ended.REFUSED if words[7] == "D" else Ended.ALLOWED
                time = since_1970(whole(words[0]), 1000)
                flow = _flow([time, *words[1:6]], ended, words[9:], origin, line)
                yield _seen(flow, text(record, "macAddress"), words[7])


def _objects(fields: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = fields.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise FlawError(f"the record has no list of objects `{key}`")
    return found


def _tuples(group: Mapping[str, Any], least: int) -> Iterator[list[str]]:
    for one in listed(group, "flowTuples"):
        words = one.split(",") if isinstance(one, str) else []
        if len(words) < least:
            raise FlawError("a tuple has too few parts")
        yield words


def _flow(told: list[Any], ended: Ended, counts: list[str], origin: Origin, line: Line) -> Flow:
    time, source, target, source_port, port, word = told
    protocol = protocol_of(word)
    ports = protocol in WITH_PORTS
    return Flow(
        time=time,
        source=end_at(source),
        destination=end_at(target),
        protocol=protocol,
        port=port_of(port) if ports else None,
        source_port=port_of(source_port) if ports else None,
        ended=ended,
        bytes_sent=whole(counts[1]) if len(counts) > 1 else None,
        bytes_received=whole(counts[3]) if len(counts) > 3 else None,
        place=origin.place(line),
    )


def _seen(flow: Flow, side: str, state: str) -> Seen:
    return Seen(flow, side, connection=True, begins=state == _BEGINS)


AZURE = Form("azure", _knows, _reader)
