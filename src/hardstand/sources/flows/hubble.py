"""Hubble: what `hubble observe -o json` prints, and what Cilium's agent exports to files; one event a line.

A connection has an event for its first packets and then one for each few seconds, on either node; `merging` makes one
flow of them. Names are spelt as protocol buffers are in JSON, or as in their definition.

Sources: https://github.com/cilium/cilium/blob/main/api/v1/flow/flow.proto and api/v1/observer/observer.proto,
https://docs.cilium.io/en/stable/observability/hubble/configuration/export/
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from hardstand.model.flow import End, Ended, Flow, NameQuery
from hardstand.sources.flows.beginning import begun
from hardstand.sources.flows.fields import (
    FlawError,
    address,
    listed,
    mapping,
    moment,
    port_of,
    text,
    unrooted,
    whole,
)
from hardstand.sources.flows.merging import turned_around
from hardstand.sources.flows.seen import Asked, Form, Line, LostError, Origin, Reader, Seen, Told

_ENVELOPES = ("flow", "lost_events", "node_status", "agent_event", "debug_event")
_VERDICTS = {
    "FORWARDED": Ended.ALLOWED,
    "REDIRECTED": Ended.ALLOWED,
    "AUDIT": Ended.ALLOWED,
    "DROPPED": Ended.REFUSED,
    "ERROR": Ended.UNTOLD,
    "TRACED": Ended.UNTOLD,
    "VERDICT_UNKNOWN": Ended.UNTOLD,
    "": Ended.UNTOLD,
}
"""AUDIT lets through what a policy in audit mode would have refused."""
_BAD_NODES = ("NODE_UNAVAILABLE", "NODE_GONE", "NODE_ERROR")
_NOT_LABELS = ("io.cilium.k8s.", "io.kubernetes.pod.")
_CODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET")
"""Source: https://www.iana.org/assignments/dns-parameters/#dns-parameters-6"""


def _knows(line: Line) -> bool:
    told = line.value
    if not isinstance(told, dict):
        return False
    if any(isinstance(told.get(one), dict) for one in _ENVELOPES) and "node_name" in told:
        return True
    flow = told.get("flow", told)
    return isinstance(flow, dict) and "verdict" in flow and ("IP" in flow or "Type" in flow or "event_type" in flow)


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        told = line.value
        if not isinstance(told, dict):
            raise FlawError("the line is no event of Hubble; it may have been cut off")
        _lost(told)
        flow = told.get("flow", told if "verdict" in told else None)
        if isinstance(flow, dict):
            return _event(flow, text(told, "node_name"), origin, line)
        if any(one in told for one in _ENVELOPES[2:]):
            return ()
        raise FlawError("the line is no event of Hubble: it has no flow")

    return read


def _lost(told: Mapping[str, Any]) -> None:
    lost, status = mapping(told, "lost_events"), mapping(told, "node_status")
    if "lost_events" in told:
        raise LostError(f"Hubble lost {whole(lost.get('num_events_lost')) or 'some'} events here: flows are missing")
    if text(status, "state_change") in _BAD_NODES:
        nodes = ", ".join(str(one) for one in listed(status, "node_names")[:3]) or "a node"
        raise LostError(f"Hubble does not hear of {nodes} here: flows are missing")


def _event(told: Mapping[str, Any], node: str, origin: Origin, line: Line) -> Iterable[Told]:
    verdict = text(told, "verdict")
    if verdict == "TRANSLATED" or text(told, "Type") == "SOCK":
        return ()  # The socket is told of what it will speak to; the packets then have events of their own.
    if verdict not in _VERDICTS:
        raise FlawError(f"the verdict {verdict[:30]!r} is none of Hubble's")
    flow = _flow(told, _VERDICTS[verdict], origin, line)
    if flow is None:
        return ()
    reply = told.get("is_reply", told.get("isReply"))
    sure, begins = isinstance(reply, bool), False
    if reply is True:
        flow = turned_around(flow)
    elif reply is None:
        way = begun(flow.source_port, flow.port, _flags(told), flow.ended is Ended.REFUSED)
        flow, sure, begins = (turned_around(flow) if way.by_other else flow), way.sure, way.begins
    elif flow.protocol == "TCP":
        begins = begun(flow.source_port, flow.port, _flags(told)).begins
    dns = mapping(mapping(told, "l7"), "dns")
    side = f"{text(told, 'node_name') or node} {text(told, 'traffic_direction')}"
    seen = Seen(flow, side, connection=flow.source_port is not None, sure=sure, begins=begins)
    if not dns:
        return (seen,)
    return (*_questions(told, dns, flow), seen)


def _flow(told: Mapping[str, Any], ended: Ended, origin: Origin, line: Line) -> Flow | None:
    protocol, source_port, port = _layer4(mapping(told, "l4"))
    if not protocol:
        return None  # A frame of ARP, or a record of a layer above whose connection has records of its own.
    ip = mapping(told, "IP") or mapping(told, "ip")
    return Flow(
        time=moment(told.get("time")),
        source=_end(told, "source", text(ip, "source")),
        destination=_end(told, "destination", text(ip, "destination")),
        protocol=protocol,
        port=port,
        source_port=source_port,
        ended=ended,
        place=origin.place(line),
    )


def _layer4(told: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    for protocol in ("TCP", "UDP", "SCTP"):
        ports = told.get(protocol)
        if isinstance(ports, dict):  # A port of 0 is left out, as protocol buffers do.
            return protocol, port_of(ports.get("source_port", 0)), port_of(ports.get("destination_port", 0))
    return ("ICMP" if "ICMPv4" in told or "ICMPv6" in told else ""), None, None


def _flags(told: Mapping[str, Any]) -> int | None:
    tcp = mapping(mapping(told, "l4"), "TCP")
    if "flags" not in tcp:
        return None
    flags = mapping(tcp, "flags")
    return (2 if flags.get("SYN") is True else 0) | (16 if flags.get("ACK") is True else 0)


def _end(told: Mapping[str, Any], key: str, where: str) -> End:
    end, service = mapping(told, key), mapping(told, f"{key}_service")
    made = next((one for one in listed(end, "workloads") if isinstance(one, dict)), {})
    names = [one for one in listed(told, f"{key}_names") if isinstance(one, str)]
    return _end_of(
        where,
        text(end, "namespace") or text(service, "namespace"),
        text(end, "pod_name"),
        text(made, "name"),
        text(made, "kind"),
        text(service, "name"),
        names[0] if names else "",
        tuple([one for one in listed(end, "labels") if isinstance(one, str)]),
    )


@lru_cache(maxsize=1 << 14)
def _end_of(
    where: str, namespace: str, pod: str, made: str, kind: str, service: str, name: str, labels: tuple[str, ...]
) -> End:
    """An end; few of them are in most events.

    `k8s:app=web` is the label of a pod; `reserved:world` and its like are Cilium's words for what is no pod.
    """
    pairs = [one.removeprefix("k8s:").partition("=") for one in labels]
    kept = tuple((key, value) for key, _, value in pairs if not key.startswith(_NOT_LABELS))
    return End(address(where) if where else "", namespace, pod, made, kind, service, unrooted(name), kept)


def _questions(told: Mapping[str, Any], dns: Mapping[str, Any], flow: Flow) -> Iterable[Told]:
    """The questions of a record of the DNS proxy. What a policy refused to ask, the proxy answers with REFUSED."""
    layer7 = mapping(told, "l7")
    answer, refused = text(layer7, "type") == "RESPONSE", flow.ended is Ended.REFUSED
    code = whole(dns.get("rcode")) or 0
    words = _CODES[code] if code < len(_CODES) else f"RCODE{code}"
    name = unrooted(text(dns, "query"))
    for record_type in [one for one in listed(dns, "qtypes") if isinstance(one, str)] or [""]:
        query = NameQuery(
            time=flow.time,
            client=flow.source,
            name=name,
            record_type=record_type,
            code=words if answer else "REFUSED" if refused else "",
            server=flow.destination,
            place=flow.place,
        )
        key = (flow.source.address, flow.source_port, flow.destination.address, name, record_type)
        yield query if refused and not answer else Asked(query, key, answer)


HUBBLE = Form("hubble", _knows, _reader)
