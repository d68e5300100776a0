"""`generate --from-flows`: rows of the flow table that what was seen supports, in place of policies."""

import argparse
import sys

from hardstand.baseline.load import built_in
from hardstand.cli.baselines import baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, note
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
    sys.stdout.write(written(found, proposal, baseline.network, built_in().network))
    for line in proposal.choice.summary():
        note(f"left out, {line}")
    if not one.is_whole:
        return COULD_NOT_LOOK
    return PASSED if proposal.rows else BLOCKED
