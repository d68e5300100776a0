"""Others that tell who may reach whom, measured as whole processes beside Hardstand on the same made-up cluster.

- network-config-analyzer, in Python, gives all connections as Hardstand does;
- netpol-analyzer, in Go, does too, where it is on PATH: the module proxy does not serve its module everywhere;
- the engine of kube-network-policies, in Go, judges packets and lists nothing: it is asked of each pair, at one port.
"""

import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

import prepare
from measure import FailedError, peak_bytes, seconds
from network_estate import SMALL, Size, manifests

HALF = Size(pods=400, classes=120, policies=200, namespaces=8)
"""Beside the one that is asked for, to show how tools grow."""
PORT = 8000
DONE = frozenset({0})


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: where its program is, and its command line for the files of a cluster."""

    name: str
    program: Callable[[], Path]
    command: Callable[[Path, "Files"], list[str]]
    counted: Callable[[Path], int]
    """What its output tells of, so that one that tells nothing is not the quickest."""
    what: str


@dataclass(frozen=True, slots=True)
class Files:
    """The same cluster as each tool reads it."""

    folder: Path
    """One file of manifests."""
    question: Path
    """Manifests, addresses and a port for the judge of packets."""


def write(size: Size, folder: Path) -> Files:
    """Write a cluster."""
    objects = list(manifests(size))
    place = folder / f"estate-{size.pods}"
    place.mkdir()
    with (place / "estate.yaml").open("w", encoding="utf-8") as out:
        yaml.dump_all(objects, out, Dumper=yaml.CSafeDumper, sort_keys=False)
    addresses = [one["status"]["podIP"] for one in objects if one["kind"] == "Pod"]
    question = folder / f"question-{size.pods}.json"
    ports = [{"protocol": "TCP", "port": PORT}]
    question.write_text(json.dumps({"objects": objects, "addresses": addresses, "ports": ports}) + "\n")
    return Files(place, question)


def _hardstand(program: Path, files: Files) -> list[str]:
    return [str(program), "net", "reach", str(files.folder), "--format", "json"]


def _analyzer(program: Path, files: Files) -> list[str]:
    return [
        str(program),
        "--connectivity",
        "--resource_list",
        str(files.folder),
        "--output_format",
        "txt",
        "--return_0",
    ]


def _np_guard(program: Path, files: Files) -> list[str]:
    return [str(program), "list", "--quiet", "--dirpath", str(files.folder), "--output", "json"]


def _judge(program: Path, files: Files) -> list[str]:
    return ["/bin/sh", "-c", 'exec "$0" < "$1"', str(program), str(files.question)]


TOOLS = (
    Tool("Hardstand", prepare.hardstand, _hardstand, lambda out: len(json.loads(out.read_bytes())["edges"]), "edges"),
    Tool(
        "kube-network-policies",
        prepare.packet_judge,
        _judge,
        lambda out: out.read_bytes().count(b"1"),
        "pairs let through",
    ),
    Tool("netpol-analyzer", prepare.netpol_analyzer, _np_guard, lambda out: len(json.loads(out.read_bytes())), "edges"),
    Tool(
        "network-config-analyzer",
        prepare.network_config_analyzer,
        _analyzer,
        lambda out: out.read_bytes().count(b"conn:"),
        "rules",
    ),
)


def table(folder: Path) -> Iterator[str]:
    """The lines of the table: each size by each tool."""
    yield "| Tool | Pods | Policies | Processor time | ÷ Hardstand | Peak memory | It tells of |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for size in (HALF, SMALL):
        files = write(size, folder)
        base: float | None = None
        for tool in TOOLS:
            head = f"| {tool.name} | {size.pods:,} | {size.policies:,}"
            try:
                taken, peak, counted = _measured(tool, files, folder / "output")
            except FailedError as error:
                yield f"{head} | {error} | – | – | – |"
                continue
            base = taken if tool is TOOLS[0] else base
            memory = f"{peak / 1e6:.0f} MB" if peak else "–"
            ratio = f"{taken / base:.1f}" if base else "–"
            yield f"{head} | {taken:.2f} s | {ratio} | {memory} | {counted:,} {tool.what} |"


def _measured(tool: Tool, files: Files, output: Path) -> tuple[float, int, int]:
    """The processor seconds of all its processes, the most of its memory, and how much it tells of."""
    command = tool.command(tool.program(), files)
    before = _processor()
    seconds(command, output, DONE)
    taken = _processor() - before
    counted = tool.counted(output)
    if not counted:
        raise FailedError("it tells of nothing")
    # What takes minutes is not run again for its memory.
    peak = peak_bytes(command, output, DONE) if taken < 60 else 0
    return taken, peak, counted


def _processor() -> float:
    """The processor time of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
