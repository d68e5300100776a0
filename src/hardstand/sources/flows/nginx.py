"""nginx: access logs of the predefined format `combined`, of ingress-nginx, and JSON with what a flow needs.

One line is one request to nginx and, where it is told, the requests that nginx made to others for it. `combined` says
neither who was called nor what nginx asked of whom: the first is whoever wrote the log, where that is known.

Sources: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format,
https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables,
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from hardstand.model.flow import End, Ended, Flow
from hardstand.sources.flows.fields import (
    MONTHS,
    FlawError,
    end_at,
    host_and_port,
    moment,
    port_of,
    seconds_of,
    text,
    whole,
)
from hardstand.sources.flows.seen import NOBODY, Form, Line, Origin, Reader, Told

SCHEMA = "access/v1"
"""The value of the field `nginx` in the JSON of docs/flows.md."""

_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_COMBINED = re.compile(
    rf"(\S+) - (?:.*?) \[(\d\d)/(\w{{3}})/(\d{{4}}):(\d\d:\d\d:\d\d) ([+-]\d{{4}})\] {_QUOTED} (\d{{3}}) (\d+|-)"
    rf" {_QUOTED} {_QUOTED}(.*)"
)
_EACH = r"([^\s,]+(?:(?:, | : )[^\s,]+)*+)"
_INGRESS = re.compile(rf" (\d+) ([\d.]+) \[[^\]]*\] \[[^\]]*\] {_EACH} {_EACH} {_EACH} {_EACH} \S+")
"""What ingress-nginx writes behind `combined`: sizes, times, and whom it asked with what size, time and status."""
_SEVERAL = re.compile(r", | : ")
"""Between servers that were asked one after another, and between groups of these."""
_MONTHS = {name: at for at, name in enumerate(MONTHS, start=1)}
_UPSTREAM = (
    "upstream_addr",
    "upstream_status",
    "upstream_bytes_sent",
    "upstream_bytes_received",
    "upstream_response_time",
)
_NO_ANSWER = ("-", "502", "504")
"""What nginx says itself where a server cannot be reached; that the server said so cannot be told apart."""
_OTHER = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] |/docker-entrypoint|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+")
"""Its error log, the script that starts it in a container, and the controller of ingress-nginx."""


def _knows(line: Line) -> bool:
    if isinstance(line.value, dict):
        return line.value.get("nginx") == SCHEMA
    return line.value is None and _COMBINED.fullmatch(line.text) is not None


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        if isinstance(line.value, dict):
            if line.value.get("nginx") != SCHEMA:
                raise FlawError(f"the line has no `nginx` that says {SCHEMA!r}")
            return _of_json(line.value, origin, line)
        found = _COMBINED.fullmatch(line.text)
        if found is None:
            raise FlawError("the line is none of the format `combined`, nor of ours; it may have been cut off")
        return _of_combined(found, origin, line)

    return read


def _of_combined(found: re.Match[str], origin: Origin, line: Line) -> Iterator[Flow]:
    client, day, month, year, clock, zone = found.groups()[:6]
    more = _INGRESS.fullmatch(found[12])
    time = _time(day, month, year, clock, zone)
    proxy = origin.by(line)
    if client != "unix:":
        yield Flow(
            time=time,
            source=end_at(client),
            destination=proxy,
            protocol="UDP" if found[7].endswith("HTTP/3.0") else "TCP",
            port=None,
            ended=Ended.ALLOWED,
            seconds=seconds_of(more[2]) if more else None,
            bytes_sent=whole(more[1]) if more else None,
            bytes_received=whole(found[9]),
            place=origin.place(line),
        )
    if more:
        asked = {"upstream_addr": more[3], "upstream_response_time": more[5], "upstream_status": more[6]}
        yield from _asked(proxy, asked, time, origin, line)


@lru_cache(maxsize=1 << 10)
def _zone(word: str) -> timedelta:
    size = timedelta(hours=int(word[1:3]), minutes=int(word[3:]))
    return -size if word[0] == "-" else size


def _time(day: str, month: str, year: str, clock: str, zone: str) -> datetime:
    """Source: `ngx_http_log` writes `$time_local` with the names of months in English, whatever the locale."""
    try:
        local = datetime.fromisoformat(f"{year}-{_MONTHS[month]:02}-{day}T{clock}").replace(tzinfo=UTC)
        return local - _zone(zone)
    except (KeyError, ValueError, OverflowError) as error:
        raise FlawError("the time is none") from error


def _of_json(told: Mapping[str, Any], origin: Origin, line: Line) -> Iterator[Flow]:
    time = moment(told.get("time"))
    proxy, client = _proxy(told, origin.by(line)), text(told, "remote_addr")
    if client not in ("", "unix:"):
        port = told.get("server_port")
        yield Flow(
            time=time,
            source=end_at(client),
            destination=proxy,
            protocol="UDP" if text(told, "server_protocol") == "HTTP/3.0" else "TCP",
            port=port_of(port) if port not in (None, "") else None,
            source_port=port_of(told["remote_port"]) if told.get("remote_port") else None,
            ended=Ended.ALLOWED,
            seconds=seconds_of(told.get("request_time")),
            bytes_sent=whole(told.get("request_length")),
            bytes_received=whole(told.get("bytes_sent")),
            place=origin.place(line),
        )
    yield from _asked(proxy, told, time, origin, line)


def _proxy(told: Mapping[str, Any], writer: End) -> End:
    where = text(told, "server_addr")
    if where in ("", "unix:"):
        return writer
    return end_at(where) if writer == NOBODY else replace(writer, address=end_at(where).address)


def _asked(proxy: End, told: Mapping[str, Any], time: datetime, origin: Origin, line: Line) -> Iterator[Flow]:
    """What nginx asked of others: one after another where one did not answer. Sockets of the machine are no flows."""
    lists = {key: _SEVERAL.split(text(told, key)) for key in _UPSTREAM}
    for at, where in enumerate(lists["upstream_addr"]):
        if where in ("", "-") or where.startswith("unix:") or ":" not in where:
            continue  # Without a port it is the name of a group of which no server could be asked.
        host, port = host_and_port(where)
        status, sent, received, seconds = (lists[key][at] if at < len(lists[key]) else "" for key in _UPSTREAM[1:])
        answered = status not in _NO_ANSWER if status else bool(whole(received))
        yield Flow(
            time=time,
            source=proxy,
            destination=End(host),
            protocol="TCP",
            port=port,
            ended=Ended.ALLOWED if answered else Ended.UNTOLD,
            seconds=seconds_of(seconds),
            bytes_sent=whole(sent),
            bytes_received=whole(received),
            place=origin.place(line),
        )


NGINX = Form("nginx", _knows, _reader, lambda line: line.value is None and _OTHER.match(line.text) is not None)
