"""`generate --from-flows`: rows of the flow table that what was seen supports, in place of policies."""

import argparse
import sys
from dataclasses import replace

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import built_in
from hardstand.baseline.networking import Networking, networking_of
from hardstand.cli.baselines import baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, note, warn
from hardstand.cli.net.observing import logged
from hardstand.network.observed.declared import watching
from hardstand.network.observed.observation import observation
from hardstand.network.proposing.choosing import chosen
from hardstand.network.proposing.rows import Proposing
from hardstand.network.proposing.writing import written


def propose(arguments: argparse.Namespace) -> int:
    """Write the table with the rows that are proposed, say what was left out, and give the exit status."""
    baseline = baseline_of(arguments)
    since = arguments.since.timestamp() if arguments.since is not None else None
    one = logged(arguments, arguments.from_flows, baseline, watching(since))
    alerts = one.watch.end(baseline.network.budget) if one.watch is not None else None
    found = observation(one.picture, one.traffic, alerts)
    proposal = Proposing(found, chosen(found)).proposal()
    text, is_whole = written(found, proposal, *_own(baseline))
    sys.stdout.write(text)
    if not is_whole:
        warn(
            f"{baseline.path} is not written in lines that a section fits into", "paste the section `network` yourself"
        )
    for line in proposal.choice.summary():
        note(f"left out, {line}")
    if not one.is_whole:
        return COULD_NOT_LOOK
    return PASSED if proposal.rows else BLOCKED


def _own(baseline: Baseline) -> tuple[Networking, Networking, bytes | None]:
    """What the baseline's own file says, what is built in, and the file: what it extends goes on to be read there."""
    given, layer = built_in().network, baseline.layers[-1]
    if layer.built_in:
        return baseline.network, given, None
    own = networking_of([layer.declared])
    said = layer.declared.network
    if said is None or said.dns is None:
        own = replace(own, dns=given.dns)
    return own, given, layer.text.data
