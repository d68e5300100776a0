"""Envoy's access logs: its default text format, Istio's text format, and JSON as Istio and Envoy Gateway write it.

A line may tell two flows: to this Envoy, and from it to the one that it chose. At a sidecar one of the two stays inside
of the pod, and is left out; what is left is told by the sidecars of both ends, which `merging` makes one of.

Sources: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string,
https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format,
https://gateway.envoyproxy.io/docs/tasks/observability/proxy-accesslog/
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hardstand.model.flow import End, Ended, Flow
from hardstand.sources.flows.fields import FlawError, end_at, host_and_port, moment, seconds_of, text, whole
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Seen, Told

_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_STAMP = r"\[(?P<start_time>\d{4}-\d\d-\d\dT[^\]]+)\]"
_REQUEST = r'"(?P<request>(?:[^"\\]|\\.)*+)" (?P<response_code>\d+) (?P<response_flags>\S+)'
_SIZES = r"(?P<bytes_received>\d+|-) (?P<bytes_sent>\d+|-) (?P<duration>\d+|-) \S+"
_TAIL = rf'{_QUOTED} {_QUOTED} {_QUOTED} {_QUOTED} "(?P<upstream_host>[^"]*)"'
_PLAIN = re.compile(rf"{_STAMP} {_REQUEST} {_SIZES} {_TAIL}")
_ISTIO = re.compile(
    rf"{_STAMP} {_REQUEST} \S+ (?:\S+|{_QUOTED}) {_QUOTED} {_SIZES} {_TAIL} (?P<upstream_cluster>\S+) "
    r"(?P<upstream_local_address>\S+) (?P<downstream_local_address>\S+) (?P<downstream_remote_address>\S+) \S+ \S+.*"
)
_KEYS = frozenset({"start_time", "upstream_host", "response_flags"})
_OTHER = re.compile(
    r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\]\[\d+\]\[\w+\]|\d{4}-\d\d-\d\dT\S+\s+(?:info|warn|error|debug|fatal)\s"
)
"""Its own log, and that of Istio's agent beside it."""
_REFUSED = re.compile(r"rbac_access_denied")


def _knows(line: Line) -> bool:
    if isinstance(line.value, dict):
        return line.value.keys() >= _KEYS
    return line.value is None and (_PLAIN.fullmatch(line.text) or _ISTIO.fullmatch(line.text)) is not None


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        told: Mapping[str, Any]
        if isinstance(line.value, dict):
            told = line.value
            if "start_time" not in told or "upstream_host" not in told:
                raise FlawError("the line has no start_time and upstream_host")
        else:
            found = _PLAIN.fullmatch(line.text) or _ISTIO.fullmatch(line.text)
            if found is None:
                raise FlawError("the line is of no format of Envoy that is known; it may have been cut off")
            told = found.groupdict()
        return _flows(told, origin, line)

    return read


def _flows(told: Mapping[str, Any], origin: Origin, line: Line) -> Iterator[Told]:
    client, server = _at(told, "downstream_remote_address"), _at(told, "downstream_local_address")
    local, chosen = _at(told, "upstream_local_address"), _at(told, "upstream_host")
    inward, writer = text(told, "upstream_cluster").startswith("inbound|"), origin.by(line)
    if chosen and not inward and not _inside(chosen[0]):
        source, port = (_end(writer, local[0]), local[1]) if local else (writer, None)
        flow = _flow(told, source, port, end_at(chosen[0]), chosen[1], origin, line)
        # Envoy tells what it sent and received of the one who called it; passed on, that is about the same.
        yield Seen(replace(flow, ended=Ended.ALLOWED if _answered(told) else Ended.UNTOLD), "out", connection=False)
    own = local is not None and client is not None and client[0] == local[0]
    if client and server and (inward or not own) and not _inside(client[0]):
        flow = _flow(told, end_at(client[0]), client[1], _end(writer, server[0]), server[1], origin, line)
        yield Seen(replace(flow, ended=_ended(told)), "in", connection=False)


def _flow(
    told: Mapping[str, Any], source: End, source_port: int | None, target: End, port: int, origin: Origin, line: Line
) -> Flow:
    milliseconds = seconds_of(told.get("duration"))
    return Flow(
        time=moment(told.get("start_time")),
        source=source,
        destination=target,
        protocol="UDP" if _http3(told) else "TCP",
        port=port,
        source_port=source_port,
        seconds=None if milliseconds is None else milliseconds / 1000,
        bytes_sent=whole(told.get("bytes_received")),
        bytes_received=whole(told.get("bytes_sent")),
        place=origin.place(line),
    )


def _http3(told: Mapping[str, Any]) -> bool:
    return text(told, "protocol") == "HTTP/3" or text(told, "request").endswith(" HTTP/3")


def _answered(told: Mapping[str, Any]) -> bool:
    """Whether the one chosen was reached: UF is that the connection failed, UH that there was none to be had.

    Source: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage (RESPONSE_FLAGS).
    """
    return not {"UF", "UH", "UT", "NR"} & set(text(told, "response_flags").split(","))


def _ended(told: Mapping[str, Any]) -> Ended:
    """Whether this Envoy's policy (Istio's AuthorizationPolicy) refused it."""
    return Ended.REFUSED if _REFUSED.search(text(told, "response_code_details")) else Ended.ALLOWED


def _at(told: Mapping[str, Any], key: str) -> tuple[str, int] | None:
    """The address there; None where there is none, or a socket of the machine, or an internal listener."""
    word = text(told, key)
    if word in ("", "-") or word.startswith(("/", "@", "envoy://")):
        return None
    return host_and_port(word)


def _inside(where: str) -> bool:
    return ipaddress.ip_address(where).is_loopback


def _end(writer: End, where: str) -> End:
    return replace(writer, address=where)


ENVOY = Form("envoy", _knows, _reader, lambda line: line.value is None and _OTHER.match(line.text) is not None)
