"""Reading logs in tests, and saying shortly what came of it."""

from pathlib import Path

from hardstand.model.flow import End, Flow, NameQuery
from hardstand.model.run import Unreadable
from hardstand.sources.flows.logs import FlowLogs

DATA = Path("tests/data/flows")


def read(*paths: str | Path) -> tuple[list[Flow], list[NameQuery], list[Unreadable]]:
    found = list(FlowLogs(tuple(map(str, paths))).open())
    flows = [one for one in found if isinstance(one, Flow)]
    queries = [one for one in found if isinstance(one, NameQuery)]
    return flows, queries, [one for one in found if isinstance(one, Unreadable)]


def flows_of(name: str) -> list[Flow]:
    """The flows of a log that tells nothing else."""
    flows, queries, faults = read(DATA / name)
    assert (queries, faults) == ([], [])
    return flows


def short(one: Flow) -> tuple[str, str, str, int | None, str, int]:
    """Who to whom, by what, how it ended, how often."""
    return end(one.source), end(one.destination), one.protocol, one.port, one.ended.value, one.count


def end(one: End) -> str:
    return f"{one.namespace}/{one.pod or one.workload}" if one.namespace else one.address or "?"


def size(one: Flow) -> tuple[int | None, int | None]:
    return one.bytes_sent, one.bytes_received
