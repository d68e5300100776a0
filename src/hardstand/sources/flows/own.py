"""Our own form: a JSON object a line, as spec/flow.v1.schema.json says. For everything that has no reader here."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hardstand.model.flow import End, Ended, Flow, NameQuery
from hardstand.sources.flows.fields import FlawError, address, moment, port_of, protocol_of, seconds_of, whole
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Told

SCHEMA = "hardstand.dev/flow/v1"

_END = frozenset({"address", "namespace", "pod", "workload", "workload_kind", "service", "name", "labels"})
_FLOW = frozenset({"schema", "time", "source", "destination", "protocol", "port", "source_port", "ended"}) | {
    "seconds",
    "bytes_sent",
    "bytes_received",
    "count",
}
_QUERY = frozenset(["schema", "time", "client", "server", "query"])
_ASKED = frozenset(["name", "record_type", "code", "query_size", "answer_size"])


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        told = line.value
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise FlawError(f"the line is no object with the schema {SCHEMA}; it may have been cut off")
        if "query" in told:
            return (_query(told, origin, line),)
        return (_flow(told, origin, line),)

    return read


def _flow(told: Mapping[str, Any], origin: Origin, line: Line) -> Flow:
    _only(told, _FLOW)
    port, source_port, count = told.get("port"), told.get("source_port"), told.get("count", 1)
    try:
        ended = Ended(told.get("ended", "untold"))
    except ValueError as error:
        raise FlawError("`ended` is none of allowed, refused, untold") from error
    many = whole(count)
    if many is None:
        raise FlawError("`count` is no count")
    return Flow(
        time=moment(told.get("time")),
        source=_end(told.get("source")),
        destination=_end(told.get("destination")),
        protocol=protocol_of(told.get("protocol")),
        port=None if port is None else port_of(port),
        source_port=None if source_port is None else port_of(source_port),
        ended=ended,
        seconds=seconds_of(told.get("seconds")),
        bytes_sent=whole(told.get("bytes_sent")),
        bytes_received=whole(told.get("bytes_received")),
        count=many,
        place=origin.place(line),
    )


def _query(told: Mapping[str, Any], origin: Origin, line: Line) -> NameQuery:
    _only(told, _QUERY)
    asked = told["query"]
    if not isinstance(asked, dict):
        raise FlawError("`query` is no object")
    _only(asked, _ASKED)
    return NameQuery(
        time=moment(told.get("time")),
        client=_end(told.get("client")),
        name=_text(asked, "name", needed=True),
        record_type=_text(asked, "record_type", needed=True),
        code=_text(asked, "code"),
        query_size=whole(asked.get("query_size")),
        answer_size=whole(asked.get("answer_size")),
        server=_end(told.get("server", {})),
        place=origin.place(line),
    )


def _end(told: object) -> End:
    if not isinstance(told, dict):
        raise FlawError("an end of it is missing, or no object")
    _only(told, _END)
    labels = told.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(one, str) for one in labels.values()):
        raise FlawError("`labels` is no object of texts")
    where = _text(told, "address")
    return End(
        address=address(where) if where else "",
        namespace=_text(told, "namespace"),
        pod=_text(told, "pod"),
        workload=_text(told, "workload"),
        workload_kind=_text(told, "workload_kind"),
        service=_text(told, "service"),
        name=_text(told, "name"),
        labels=tuple(labels.items()),
    )


def _text(fields: Mapping[str, Any], key: str, needed: bool = False) -> str:
    found = fields.get(key, "")
    if not isinstance(found, str) or (needed and key not in fields):
        raise FlawError(f"`{key}` is no text")
    return found


def _only(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    """A field that is misspelt would be passed over."""
    if unknown := sorted(fields.keys() - known):
        raise FlawError(f"there is no field {unknown[0][:40]!r}")


def written(one: Flow | NameQuery) -> str:
    """The line of a flow or a query, without its end. What is not known is not written."""
    if isinstance(one, NameQuery):
        asked = {"name": one.name, "record_type": one.record_type, **_known(code=one.code or None)}
        asked |= _known(query_size=one.query_size, answer_size=one.answer_size)
        ends = {"client": _end_written(one.client), "server": _end_written(one.server)}
        return _line({"schema": SCHEMA, "time": one.time.isoformat(), **ends, "query": asked})
    return _line(
        {
            "schema": SCHEMA,
            "time": one.time.isoformat(),
            "source": _end_written(one.source),
            "destination": _end_written(one.destination),
            "protocol": one.protocol,
            **_known(port=one.port, source_port=one.source_port),
            "ended": one.ended.value,
            **_known(seconds=one.seconds, bytes_sent=one.bytes_sent, bytes_received=one.bytes_received),
            "count": one.count,
        }
    )


def _end_written(end: End) -> dict[str, Any]:
    names = ("address", "namespace", "pod", "workload", "workload_kind", "service", "name")
    told: dict[str, Any] = {name: getattr(end, name) for name in names if getattr(end, name)}
    return {**told, "labels": dict(end.labels)} if end.labels else told


def _known(**fields: object) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


OWN = Form("flow", lambda line: isinstance(line.value, dict) and line.value.get("schema") == SCHEMA, _reader)
