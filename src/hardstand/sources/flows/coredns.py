"""CoreDNS: lines of its plugin `log` in the common and combined formats, which have no time of their own.

The time is that of what carried the line: `kubectl logs --timestamps`, a container runtime's file, a collector.

Source: https://coredns.io/plugins/log/ (Log Format)
"""

import re
from collections.abc import Iterable

from hardstand.model.flow import End, NameQuery
from hardstand.sources.flows.fields import FlawError, end_at, host_and_port, unrooted, whole
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Told

_LINE = re.compile(
    r"\[INFO\] (?P<client>\[[^\]]+\]:\d+|[^\s:]+:\d+|\S+) - \d+ "
    r'"(?P<type>\S+) (?P<class>\S+) (?P<name>(?:\\.|[^\\\s])+) (?P<proto>\S+) (?P<size>\d+) \S+ \S+" '
    r"(?P<code>\S+) \S+ (?P<answer>\d+) [\d.]+s(?: .*)?"
)
_OTHER = re.compile(
    r"\[(?:INFO|WARNING|ERROR|FATAL|PANIC|DEBUG)\] (?!\S+ - \d+ \")|\S+:\d+$|CoreDNS-|linux/|maxprocs: |\s*$"
)
"""What it says of itself, by plugin, and when it starts."""


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        found = _LINE.fullmatch(line.text)
        if found is None:
            raise FlawError("the line is none of CoreDNS' plugin `log` in its common format; it may have been cut off")
        if line.time is None:
            raise FlawError(
                "the line has no time: take the log with `kubectl logs --timestamps`, or the runtime's file"
            )
        return (
            NameQuery(
                time=line.time,
                client=_client(found["client"]),
                name=unrooted(found["name"]),
                record_type=found["type"],
                code="" if found["code"] == "-" else found["code"],
                query_size=whole(found["size"]),
                answer_size=whole(found["answer"]),
                server=origin.by(line),
                place=origin.place(line),
            ),
        )

    return read


def _client(word: str) -> End:
    try:
        return end_at(host_and_port(word)[0])
    except FlawError:
        return end_at(word.strip("[]"))


COREDNS = Form(
    "coredns",
    lambda line: line.value is None and _LINE.fullmatch(line.text) is not None,
    _reader,
    lambda line: line.value is None and _OTHER.match(line.text) is not None,
)
