"""Give a role for a time: print the binding, or with --apply write it to the cluster.

  hardstand rbac grant user:jane edit --for 4h --reason "incident 4711" -n shop | kubectl apply -f -
  hardstand rbac grant group:oncall ClusterRole/view --for 30m --reason "drill" --apply --record grants.jsonl

SUBJECT is user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME, ROLE a ClusterRole, or with -n also Role/NAME.
Without -n the role counts everywhere. Kubernetes knows no end of a binding: `hardstand watch --apply` deletes it when
its time is over, and until that is done every scan finds it as `expired-binding`. It may last as long as
the baseline's `identity.max_grant` says, or a day. Exit status: 0 done, 1 it is asked for longer, 2 it could not be
done.
"""

import argparse
import getpass
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hardstand.access.granting import LONGEST, GrantError, Wish, binding, role_named
from hardstand.analysis.rbac.expiry import EXPIRES
from hardstand.baseline.cadence import Length
from hardstand.baseline.shape import WordError
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.cluster import add_cluster, cluster_request
from hardstand.cli.errors import BLOCKED, PASSED, UsageError, complain, note
from hardstand.cli.rbac.asking import subject_named
from hardstand.engine.words import vocabulary
from hardstand.text.yaml_writing import document
from hardstand.wiring import ClusterError
from hardstand.wiring.granting import apply_grant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("subject", metavar="SUBJECT", help="who is given it")
    parser.add_argument("role", metavar="ROLE", help="what is given")
    parser.add_argument("--for", dest="length", required=True, metavar="LENGTH", help="for how long: 30m, 4h, 1d")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays on the binding")
    parser.add_argument("-n", "--namespace", default="", metavar="NS", help="where (default: everywhere)")
    parser.add_argument("--granted-by", metavar="NAME", help="who gives it (default: the user of this machine)")
    parser.add_argument("--apply", action="store_true", help="write it to the cluster; it is recorded first")
    parser.add_argument("--record", metavar="FILE", help="with --apply, where it is recorded, as lines of JSON")
    add_baseline_arguments(parser)
    add_cluster(parser, always=True)
    parser.set_defaults(namespaces=())


def run(arguments: argparse.Namespace) -> int:
    """Give it, and give the exit status."""
    try:
        kind, name = role_named(arguments.role, arguments.namespace)
    except GrantError as error:
        raise UsageError(str(error), error.hint) from error
    if arguments.apply and not arguments.record:
        raise UsageError("--apply records what it writes first, and no file is named", "say --record FILE, too")
    wish = Wish(
        who=subject_named(arguments.subject),
        role_kind=kind,
        role_name=name,
        namespace=arguments.namespace,
        length=_length(arguments.length),
        reason=arguments.reason,
        by=arguments.granted_by or getpass.getuser(),
    )
    try:
        made = binding(wish, datetime.now(UTC), _longest(arguments))
    except GrantError as error:
        complain(str(error), error.hint)
        return BLOCKED
    if not arguments.apply:
        sys.stdout.write(document(made))
        return PASSED
    try:
        cluster = apply_grant(cluster_request(arguments), made, Path(arguments.record))
    except ClusterError as error:
        raise UsageError(str(error), error.hint) from error
    except OSError as error:
        raise UsageError(f"--record {arguments.record}: {error.strerror}; nothing was written") from error
    until = made["metadata"]["annotations"][EXPIRES]
    note(f"{wish.who} has {kind} {name} in {wish.namespace or 'all namespaces'} of {cluster} until {until}")
    note("it is not taken away by itself: `hardstand watch --apply` does that")
    return PASSED


def _longest(arguments: argparse.Namespace) -> timedelta:
    """What the baseline's `identity.max_grant` allows, or else what is built in."""
    minutes = baseline_of(arguments).signing_in.max_grant
    return LONGEST if minutes is None else timedelta(minutes=minutes)


def _length(word: str) -> timedelta:
    try:
        return timedelta(minutes=Length.parse(word, vocabulary()))
    except WordError as error:
        raise UsageError(f"--for {word!r} is no length of time", "write a number and m, h, d or w: 4h") from error
