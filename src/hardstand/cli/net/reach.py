"""Tell who may reach whom over the network, as the policies say.

  hardstand net reach deploy/
  hardstand net reach --to shop/db --port "TCP 5432" deploy/
  hardstand net reach --from shop/web --to shop/db --explain estate.json.zst
  hardstand net reach --cluster --format svg > network.svg

X and Y are NAMESPACE/NAME[KIND], NAMESPACE/NAME, NAME, NAMESPACE/ (all of it), an address, a CIDR, `internet`, or a
name in braces as it is printed, such as {ingress-controller}. Policies are evaluated exactly, and what cannot be told
is told as such. --explain names the rule that decides, in each direction, with its place. In the picture (svg) the
zones of the baseline's flow table are framed, and what the table does not mean is coloured.

Exit status: 0 it is told; with --from and --to, 0 something is reached, 1 nothing is; 2 it could not look, something
could not be read, or it cannot be told.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator

from hardstand.analysis.reach.connections import Connections, parse
from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.net.asking import Network, add_input, network_of
from hardstand.cli.net.explaining import explanations, reasons
from hardstand.cli.net.idle import warn_of_idle
from hardstand.network.forms.csv import as_csv
from hardstand.network.forms.graphviz import as_graphviz
from hardstand.network.forms.json import as_json
from hardstand.network.forms.markdown import as_markdown
from hardstand.network.forms.mermaid import as_mermaid
from hardstand.network.forms.npguard import CONVENTIONS, as_np_guard, as_np_guard_text
from hardstand.network.forms.text import as_text
from hardstand.network.reaching.naming import Chosen, chosen, told_apart
from hardstand.network.reaching.selecting import Selection

INTERMIXED = True
"""Paths may come after options."""
FORMATS = ("text", "json", "np-guard", "np-guard-text", "csv", "markdown", "mermaid", "graphviz", "svg")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument("--from", dest="source", metavar="X", help="only what this may reach")
    parser.add_argument("--to", dest="destination", metavar="Y", help="only what may reach this")
    parser.add_argument("--port", metavar="PORT", help="only these: `80`, `53/UDP`, `TCP 80,8080-8090,UDP 53`")
    parser.add_argument("--explain", action="store_true", help="name the rules that decide, with text and json")
    parser.add_argument("--format", choices=FORMATS, default="text", help="format on standard output")
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    if arguments.explain and arguments.format not in ("text", "json"):
        raise UsageError(f"--explain does not go with {arguments.format}", "say --format text or --format json")
    within = connections_named(arguments.port)
    apart = told_apart([arguments.source, arguments.destination])
    if arguments.format == "svg":
        # Drawing, and the flow table, are loaded by who draws.
        from hardstand.cli.net.pictures import draw, network_with_table

        network, table = network_with_table(arguments, apart)
        selection = _selection(arguments, network, within)
        draw(selection, table)
        return _status(selection, network)
    conventions = CONVENTIONS if arguments.format.startswith("np-guard") else None
    network = network_of(arguments, conventions=conventions, blocks=apart)
    warn_of_idle(network, ports=arguments.explain)
    selection = _selection(arguments, network, within)
    for piece in _told(arguments, selection, network):
        sys.stdout.write(piece)
    return _status(selection, network)


def _selection(arguments: argparse.Namespace, network: Network, within: Connections | None) -> Selection:
    source, destination = (end_named(word, network) for word in (arguments.source, arguments.destination))
    return Selection(network.estate, source, destination, within)


def connections_named(word: str | None) -> Connections | None:
    """The connections that a person names. UsageError, with how to name them."""
    if word is None:
        return None
    try:
        return parse(word)
    except ValueError as error:
        raise UsageError(
            f"--port: {error}", 'such as --port 80, --port 53/UDP or --port "TCP 80,8080-8090,UDP 53"'
        ) from error


def end_named(word: str | None, network: Network) -> Chosen | None:
    """The ends that a person names. UsageError, with who may be meant, where nothing is called so."""
    if word is None:
        return None
    try:
        return chosen(word, network.estate)
    except ValueError as error:
        message, hint = error.args
        raise UsageError(message, hint) from error


def _told(arguments: argparse.Namespace, selection: Selection, network: Network) -> Iterable[str]:
    form = arguments.format
    if form == "json":
        because = reasons(selection, network) if arguments.explain else None
        return as_json(selection, network.found.cluster, network.found.unreadable, because)
    if form == "text":
        return _text(arguments, selection, network)
    return _FORMS[form](selection)


_FORMS: dict[str, Callable[[Selection], Iterator[str]]] = {
    "np-guard": as_np_guard,
    "np-guard-text": as_np_guard_text,
    "csv": as_csv,
    "markdown": as_markdown,
    "mermaid": as_mermaid,
    "graphviz": as_graphviz,
}


def _text(arguments: argparse.Namespace, selection: Selection, network: Network) -> Iterator[str]:
    """The edges; their rules where they are asked for, and where there is no edge of a pair the reason."""
    pair = selection.source is not None and selection.destination is not None
    if arguments.explain or (pair and not any(selection)):
        yield from explanations(selection, network)
        return
    yield from as_text(selection)


def _status(selection: Selection, network: Network) -> int:
    if network.found.unreadable:
        return COULD_NOT_LOOK
    if selection.source is None or selection.destination is None:
        return PASSED if network.readable else COULD_NOT_LOOK
    if any(edge.connections for edge in selection):
        return PASSED
    return COULD_NOT_LOOK if any(selection) or network.estate.doubts else BLOCKED
