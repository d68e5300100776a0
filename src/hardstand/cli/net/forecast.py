"""Tell what would break if network policies were applied: flows that were seen, and would be refused.

  hardstand net forecast flows.json --with history/ --policies policies/
  hardstand net forecast logs/ dns.log --with estate.json.zst --default-deny -n shop
  hardstand net forecast logs/ --cluster --policies policies/ --instead

The policies are laid over the picture and every pair that was seen, lookups of names among it, is evaluated again. With
--instead the policies that are there in the same namespaces are taken to be gone. Nothing is changed anywhere.

Exit status: 0 nothing that was seen would break; 1 something would; 2 it could not look, or something cannot be told.
"""

import argparse
import sys
from collections.abc import Collection, Sequence

from hardstand.analysis.reach.estate import REACH_READS
from hardstand.analysis.reach.peers import Sort
from hardstand.cli.baselines import baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, nearest, note, warn
from hardstand.cli.net.observing import Apart, Logged, add_log_arguments, logged, picture_of
from hardstand.cli.rbac.asking import add_format, survey_of
from hardstand.inventory.views.config import Namespace
from hardstand.network.forecasting.changing import SYSTEM, Change, denying, names_in, policies_in, spans_in
from hardstand.network.forecasting.forecast import Fate, Forecast, forecast
from hardstand.network.forecasting.telling import as_json, as_text
from hardstand.report.safe import plain
from hardstand.wiring.surveying import Surveyed

_SHOWN = 8
"""Namespaces that a hint names."""
INTERMIXED = True
"""Logs may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    change = parser.add_argument_group("what would be applied")
    change.add_argument(
        "--policies", action="append", default=[], metavar="PATH", help="files or folders of policies; repeatable"
    )
    change.add_argument("--default-deny", action="store_true", help="a policy that denies everything, both ways")
    change.add_argument(
        "-n", "--namespace", action="append", default=[], dest="denied", metavar="NS",
        help="the namespaces of --default-deny (default: all with pods but Kubernetes' own); repeatable",
    )  # fmt: skip
    change.add_argument("--instead", action="store_true", help="in place of the policies in the same namespaces")
    add_log_arguments(parser)
    add_format(parser)
    parser.add_argument("--all", action="store_true", help="in text, leave nothing out")


def run(arguments: argparse.Namespace) -> int:
    """Read, forecast, tell, and give the exit status."""
    _check(arguments)
    baseline = baseline_of(arguments)
    new = _policies(arguments) if arguments.policies else None
    blocks = list(spans_in(new.neighbours)) if new is not None else []
    names = list(names_in(new.neighbours)) if new is not None else []
    one = logged(arguments, arguments.logs, baseline, blocks=blocks, names=names)
    change = _change(arguments, one, new)
    found = _forecast(one, change)
    unreadable = [*one.found.unreadable, *one.faults, *(new.unreadable if new is not None else ())]
    pieces = (
        as_json(found, one.found.cluster, unreadable, one.doubts)
        if arguments.format == "json"
        else (f"{plain(line)}\n" for line in as_text(found, everything=arguments.all))
    )
    for piece in pieces:
        sys.stdout.write(piece)
    if unreadable or not one.is_whole or not found.pairs or found.of(Fate.PERHAPS) or found.nobodies:
        return COULD_NOT_LOOK
    return BLOCKED if found.of(Fate.BREAKS) else PASSED


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.policies and not arguments.default_deny:
        raise UsageError("what would be applied is not said", "say --policies PATH, or --default-deny")
    if arguments.denied and not arguments.default_deny:
        raise UsageError("-n is about --default-deny", "say --default-deny too")


def _policies(arguments: argparse.Namespace) -> Surveyed:
    """What is read of the policies. UsageError where there is none."""
    words = {"paths": arguments.policies, "at": None, "cluster": False}
    about = dict.fromkeys(("context", "kubeconfig", "cluster_name", "fingerprint_key"))
    found = survey_of(argparse.Namespace(**{**vars(arguments), **about, **words}), REACH_READS)
    if not policies_in(found.neighbours) and not found.unreadable:
        raise UsageError(f"there is no network policy in {', '.join(arguments.policies)}", "is it the right path?")
    return found


def _change(arguments: argparse.Namespace, one: Logged, new: Surveyed | None) -> Change:
    objects = list(policies_in(new.neighbours)) if new is not None else []
    if arguments.default_deny:
        objects = [*denying(_denied(arguments.denied, one)), *objects]
    change = Change(objects, instead=arguments.instead)
    for gone in change.replaced(one.found.neighbours):
        note(f"{gone.ref} is taken to be gone")
    return change


def _denied(named: Sequence[str], one: Logged) -> Sequence[str]:
    peers = one.picture.peers
    there = {peer.namespace for peer in peers.among(peers.of_sort(Sort.POD))}
    if named:
        # To deny nobody breaks nothing, which would read as good news.
        known = there | {space.name for space in one.found.neighbours.anywhere(Namespace)}
        wrong = [_not_there(each, known) for each in sorted(set(named) - known)]
        if wrong:
            raise UsageError(*wrong[-1], before=wrong[:-1])
        for empty in sorted(set(named) - there):
            warn(f"nothing that was read runs in namespace {empty}", "is it the right name?")
        return list(dict.fromkeys(named))
    left = sorted(there & SYSTEM)
    if left:
        note(f"{', '.join(left)}: Kubernetes' own, and not denied; name it with -n to have it told")
    return sorted(there - SYSTEM)


def _not_there(namespace: str, known: Collection[str]) -> tuple[str, str]:
    """What is wrong, with a hint."""
    listed = f"there are {', '.join(sorted(known)[:_SHOWN])}" if known else "give more of the picture"
    return f"there is no namespace {namespace} in what was read", nearest(namespace, known) or listed


def _forecast(one: Logged, change: Change) -> Forecast:
    """The pictures tell apart what either has, so that every block that was seen is whole in both."""
    neighbours = one.found.neighbours
    apart = Apart((*one.apart.blocks, *spans_in(neighbours)), (*one.apart.names, *names_in(neighbours)))
    after = picture_of(change.applied(neighbours), one.baseline, one.found.cluster, apart)
    for doubt in (*after.estate.doubts, *after.estate.unread):
        if doubt not in one.picture.estate.doubts:
            warn(doubt, "what hangs on it is not certain")
    return forecast(one.picture, after, one.traffic)
