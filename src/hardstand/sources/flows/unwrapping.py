"""What carried a line on its way: container runtimes, `kubectl logs`, CloudWatch Logs, Cloud Logging, Elasticsearch.

Carriers tell when a line was written and by which pod, which some logs do not say themselves.

Sources: https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md (CRI),
https://docs.docker.com/engine/logging/drivers/json-file/,
https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ (`--timestamps`, `--prefix`),
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html,
https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hardstand.model.flow import End
from hardstand.sources.flows.fields import FlawError, mapping, moment, since_1970, text
from hardstand.sources.flows.seen import NOBODY, Line
from hardstand.sources.pieces import MAX_LINE, Piece
from hardstand.text.fast_json import loads

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
_CRI = re.compile(rf"({_STAMP}) (?:stdout|stderr) ([FP]\S*) (.*)", re.DOTALL)
_STAMPED = re.compile(rf"({_STAMP}) (?=\S)")
_PREFIXED = re.compile(r"\[pod/([a-z0-9.-]+)/[a-z0-9.-]+\] ")
_LISTS = ("logEvents", "events", "entries", "items")
_DEEPEST = 4


class Unwrapping:
    """Takes lines out of what carried them; holds the parts of a line that a runtime cut."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def lines(self, piece: Piece) -> Iterator[Line]:
        """The lines in a piece: mostly one. FlawError for bytes that are no text."""
        data = (piece.data.removeprefix(b"\xef\xbb\xbf") if piece.line == 1 else piece.data).lstrip().rstrip(b"\r\n")
        if data[:1] == b"{" or data[:2] == b"[{":
            value = _json(data)
            if value is not None:
                yield from self._values(value, Line(piece.line, ""), 0)
                return
        try:
            words = data.decode()
        except UnicodeDecodeError:
            # Access logs have bytes as somebody sent them.
            words = data.decode(errors="backslashreplace")
        yield from self._texts(words, Line(piece.line, ""), 0)

    def _texts(self, words: str, line: Line, depth: int) -> Iterator[Line]:
        if depth > _DEEPEST:
            raise FlawError("the line is wrapped too often")
        if words[:1] == "{" or words[:2] == "[{":
            value = _json(words.encode(errors="surrogatepass"))
            if value is None:
                yield line._replace(text=words)
                return
            yield from self._values(value, line, depth)
        elif (found := _CRI.fullmatch(words)) is not None:
            self._parts.append(found[3])
            if sum(map(len, self._parts)) > MAX_LINE:
                self._parts = []
                raise FlawError(f"the line is longer than {MAX_LINE >> 20} MiB")
            if found[2].startswith("P"):
                return
            whole, self._parts = "".join(self._parts), []
            yield from self._texts(whole, line._replace(time=moment(found[1])), depth + 1)
        elif (pod := _PREFIXED.match(words)) is not None:
            yield from self._texts(words[pod.end() :], line._replace(writer=End(pod=pod[1])), depth + 1)
        elif line.time is None and (stamp := _STAMPED.match(words)) is not None:
            yield from self._stamped(words, stamp, line, depth)
        else:
            yield line._replace(text=words)

    def _stamped(self, words: str, stamp: re.Match[str], line: Line, depth: int) -> Iterator[Line]:
        yield from self._texts(words[stamp.end() :], line._replace(time=moment(stamp[1])), depth + 1)

    def _values(self, value: Any, line: Line, depth: int) -> Iterator[Line]:
        for one in value if isinstance(value, list) else (value,):
            yield from self._objects(one, line, depth)

    def _objects(self, value: Any, line: Line, depth: int) -> Iterator[Line]:
        if not isinstance(value, dict):
            raise FlawError("the line holds a list of what are no records")
        if "log" in value and "stream" in value and "time" in value:
            line = line._replace(time=moment(value["time"]))
            yield from self._texts(text(value, "log").rstrip("\r\n"), line, depth + 1)
            return
        if value.get("messageType") == "CONTROL_MESSAGE":
            return  # CloudWatch Logs asks with it whether somebody is there.
        for key in _LISTS:
            found = value.get(key)
            if isinstance(found, list):
                for one in found:
                    yield from self._inner(one, line, depth)
                return
        yield from self._inner(value, line, depth)

    def _inner(self, value: Any, line: Line, depth: int) -> Iterator[Line]:
        if not isinstance(value, dict):
            raise FlawError("the line holds a list of what are no records")
        if isinstance(value.get("_source"), dict):
            yield from self._inner(value["_source"], line, depth)
        elif isinstance(value.get("message"), str) and value.keys() <= _OF_EVENTS:
            at = value.get("timestamp")
            line = line._replace(time=since_1970(at, 1000) if isinstance(at, int) else line.time)
            yield from self._texts(value["message"], line, depth + 1)
        elif isinstance(value.get("textPayload"), str):
            line = line._replace(time=_time(value, line), writer=_pod(value))
            yield from self._texts(value["textPayload"].rstrip("\n"), line, depth + 1)
        elif isinstance(value.get("jsonPayload"), dict) and "connection" not in value["jsonPayload"]:
            yield line._replace(value=value["jsonPayload"], time=_time(value, line), writer=_pod(value))
        else:
            yield line._replace(value=value)


def _json(data: bytes) -> Any:
    """What a JSON text says; None for what is none."""
    try:
        return loads(data, finite=float, no_number=float)
    except (ValueError, RecursionError):
        return None


_OF_EVENTS = frozenset({"id", "eventId", "timestamp", "message", "ingestionTime", "logStreamName", "extractedFields"})


def _time(entry: Mapping[str, Any], line: Line) -> datetime | None:
    return moment(entry["timestamp"]) if "timestamp" in entry else line.time


def _pod(entry: Mapping[str, Any]) -> End:
    labels = mapping(mapping(entry, "resource"), "labels")
    pod = text(labels, "pod_name")
    return End(namespace=text(labels, "namespace_name"), pod=pod) if pod else NOBODY
