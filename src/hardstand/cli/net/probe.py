"""Tell whether one connection is allowed, and which rules decide.

  hardstand net probe --from shop/web --to shop/db --port "TCP 5432" deploy/
  hardstand net probe --from shop/web-0 --to service:shop/db --port 5432 --cluster
  hardstand net probe --from 203.0.113.7 --to shop/web --port 443 estate.json.zst
  hardstand net probe --batch probes.jsonl estate.json.zst

X and Y are a pod, or a workload for any pod of it (NAMESPACE/NAME), or an address; Y may be service:NAMESPACE/NAME. Of
workloads that are yet to run pods are known by the names that they will have, such as web-0 of a StatefulSet.

--batch takes one JSON probe a line, and gives one answer a line:
  {"from": {"namespace": "shop", "pod": "web-0"}, "to": {"ip": "203.0.113.7"}, "protocol": "TCP", "port": 443}
  {"allowed": true, "because": "Egress: no policy denies it"}
`from` has `pod` with `namespace`, or `ip`; `to` may have `service` with `namespace`, too. `protocol` is TCP where it is
not said, `pod` may be a workload. `allowed` is null where nobody can tell; docs/net-reach.md has the rest.

Exit status: 0 it is allowed, 1 it is not, 2 it cannot be told. With --batch, 0 once all are answered, 2 where a line is
no probe or names what is not there: its answer has `error`. What could not be read goes with every answer, as `doubts`,
and ends in 2, too.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hardstand.analysis.reach.blocks import EVERYWHERE
from hardstand.analysis.reach.estate import POLICIES
from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.net.asking import Network, add_input, network_of
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.services import Service
from hardstand.inventory.views.workload import Workload
from hardstand.network.reaching.probes import Asked, Probe, asked_named, port_named
from hardstand.network.reaching.probing import Answer, Prober, answers, told
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""
_NEEDED = (*POLICIES, Namespace, Workload)
"""What is missing of these may change any answer."""

_SHOWN = 10
"""Doubts that go with an answer one by one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument("--from", dest="source", metavar="X", help="who calls")
    parser.add_argument("--to", dest="destination", metavar="Y", help="who is called")
    parser.add_argument("--port", metavar="PORT", help="one port: `80` (of TCP), `TCP 80`, `53/UDP`")
    parser.add_argument("--batch", metavar="FILE", help="answer the probes of this file, `-` for standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format on standard output")
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer, and give the exit status."""
    asked = (arguments.source, arguments.destination, arguments.port)
    if arguments.batch is not None:
        if any(asked):
            raise UsageError("--batch has probes of its own", "leave --from, --to and --port out")
        return _batch(arguments)
    if not all(asked):
        raise UsageError("a probe needs --from, --to and --port", "or --batch FILE with one probe a line")
    probe = _probe(arguments)
    network = _network(arguments)
    prober = _prober(network)
    try:
        answer = prober.answer(probe)
    except ValueError as error:
        raise UsageError(str(error), "`hardstand net reach PATH` names all that were read") from error
    sys.stdout.write((_json if arguments.format == "json" else _text)(probe, answer, prober.doubts))
    if answer.allowed is None or prober.doubts:
        return COULD_NOT_LOOK
    return PASSED if answer.allowed else BLOCKED


def _probe(arguments: argparse.Namespace) -> Probe:
    try:
        protocol, port = port_named(arguments.port)
    except ValueError as error:
        raise UsageError(f"--port: {error}", 'such as --port 80, --port "TCP 80" or --port 53/UDP') from error
    source, destination = (_asked(arguments, word) for word in (arguments.source, arguments.destination))
    if source.service:
        raise UsageError("a Service calls nobody", "name the pod or the workload that does with --from")
    return Probe(source, destination, protocol, port)


def _asked(arguments: argparse.Namespace, word: str) -> Asked:
    try:
        return asked_named(word, arguments.default_namespace)
    except ValueError as error:
        message, hint = error.args
        raise UsageError(message, hint) from error


def _network(arguments: argparse.Namespace) -> Network:
    # All addresses of both families are told apart: a probe may name any.
    return network_of(arguments, blocks=[EVERYWHERE])


def _prober(network: Network) -> Prober:
    found = network.found
    doubts = [f"{one.path}:{one.line}:{one.column} could not be read" for one in found.unreadable]
    doubts += [gap.reason for view in _NEEDED for gap in found.neighbours.gaps(view)]
    doubts += network.contested
    if len(doubts) > _SHOWN:
        doubts = [*doubts[:_SHOWN], f"{len(doubts) - _SHOWN} more could not be read"]
    return Prober(network.estate, found.neighbours.anywhere(Service), doubts)


def _text(probe: Probe, answer: Answer, doubts: Sequence[str]) -> str:
    words = {True: "yes", False: "no", None: "unknown"}
    may = {True: "may reach", False: "may not reach", None: "cannot be told to reach"}
    sure = "by what could be read, " if doubts and answer.allowed is not None else ""
    lines = [
        f"{words[answer.allowed]}: {sure}{probe.source} {may[answer.allowed]} {probe.destination} by {probe.port_text}",
        *(f"  {part}" for part in answer.because.split("; ")),
        *(f"  but {doubt}" for doubt in doubts),
    ]
    return "".join(f"{plain(line)}\n" for line in lines)


def _json(probe: Probe, answer: Answer, doubts: Sequence[str]) -> str:
    found = {
        "schema": "hardstand.dev/net-probe/v1",
        "from": str(probe.source),
        "to": str(probe.destination),
        "protocol": probe.protocol,
        "port": probe.port,
        **told(answer, doubts),
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _batch(arguments: argparse.Namespace) -> int:
    try:
        data = sys.stdin.buffer.read() if arguments.batch == "-" else Path(arguments.batch).read_bytes()
    except OSError as error:
        raise UsageError(f"{arguments.batch} cannot be read: {error.strerror or error}") from error
    network = _network(arguments)
    prober, wrong = _prober(network), 0
    for at, (answer, fault) in enumerate(answers(prober, data.splitlines()), 1):
        sys.stdout.write(answer + "\n")
        if fault:
            wrong += 1
            complain(f"{arguments.batch}:{at}: {fault}")
    return COULD_NOT_LOOK if wrong or prober.doubts else PASSED
