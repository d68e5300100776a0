"""Say what Hardstand can read here and what not, and print the least ClusterRole that each verb needs.

`hardstand doctor --verb scan --format role | kubectl apply -f -` makes the role. It follows from what the controls ask
for, and where a cluster answers it names only what that serves. Exit status 0 where everything that the verbs need can
be read, and all be written that `gate --apply` and, with --with-apply, `watch --apply` write, or no cluster is named; 2
where a named cluster cannot be asked or something may not be read or written.
"""

import argparse
import sys
from itertools import chain

from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.cluster import add_cluster, cluster_request
from hardstand.cli.doctor_json import as_json
from hardstand.cli.doctor_text import as_text
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED
from hardstand.cli.main import VERBS
from hardstand.cli.reading import add_choosing, add_namespaces
from hardstand.cli.select import chosen
from hardstand.engine.settings import Settings
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.examining import examined
from hardstand.wiring.roles import READING, as_yaml


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "--verb", action="append", default=[], choices=[one for one in READING if one in VERBS],
        help="what is needed for this verb (default: each that reads a cluster); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("text", "json", "role"), default="text", help="role: only the roles, for kubectl"
    )
    parser.add_argument(
        "--with-secrets", action="store_true",
        help="let the gate and the watch read Secrets, too: their roles leave them out, and what needs them is unknown",
    )  # fmt: skip
    parser.add_argument(
        "--with-apply", action="store_true",
        help="let the watch delete bindings that have expired, which `watch --apply` does: its role only reads else",
    )  # fmt: skip
    add_namespaces(parser, "only what is needed to read this namespace; repeatable")
    add_choosing(parser)
    add_baseline_arguments(parser)
    add_cluster(parser, always=True)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    baseline = baseline_of(arguments)
    settings = Settings(baseline=baseline)
    ids = chosen(
        arguments.select, arguments.exclude, arguments.pod_security, arguments.pod_security_version, settings.customs
    )
    verbs = arguments.verb or [one for one in READING if one in VERBS]
    found = examined(
        cluster_request(arguments), controls_held(ids, settings), settings, verbs,
        with_secrets=arguments.with_secrets, with_apply=arguments.with_apply,
    )  # fmt: skip
    if arguments.format == "role":
        sys.stdout.write(as_yaml(chain.from_iterable(found.roles.values())))
    elif arguments.format == "json":
        sys.stdout.write(as_json(found, baseline))
    else:
        sys.stdout.write(as_text(found, baseline))
    named = arguments.context is not None or arguments.kubeconfig is not None
    if found.cluster is None:
        return COULD_NOT_LOOK if named else PASSED
    return COULD_NOT_LOOK if found.cluster.refused or found.cluster.dead or found.cluster.unwritable else PASSED
