"""Write the network policies that allow exactly the baseline's flow table, and prove it.

  hardstand net generate deploy/ > policies.yaml
  hardstand net generate --cluster -o policies/
  hardstand net generate --from-flows logs/ --from-flows dns.log estate.json.zst > proposed.yaml

For each namespace in which a zone has a workload: a policy that denies everything in both directions, one to ask for
names, and one for each end of a row, with the row as a comment. NetworkPolicies that are there already in these
namespaces are taken to be replaced, but for those in other files of DIR; with --keep they stay, and what they allow
counts. What was written is read back and held against the table. Exit status: 0 what the policies allow is exactly the
table; 1 it differs, which is told on stderr; 2 it could not look, or nobody can tell.

With --from-flows, rows are written and no policies: the baseline's file as it is, its section `network` with the rows
that flow logs support behind its own, for a person to accept. What was refused, never answered, or is told of by an
alert is left out, which is said. Exit status then: 0 rows are proposed; 1 there is nothing to propose; 2 it could not
look.
"""

import argparse
import re
import sys
from collections.abc import Mapping

from hardstand.analysis.reach.idle import selects_nothing
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, note, warn
from hardstand.cli.net.asking import PLUGIN_HINT
from hardstand.cli.net.policy_files import going, write_files
from hardstand.cli.net.table import Read, add_table_arguments, read, today, unread_of
from hardstand.cli.net.times import add_times
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.model.violation import MalformedFieldError
from hardstand.network.generating.policies import Generated, Generator
from hardstand.network.generating.proving import proven, replaced
from hardstand.network.generating.selectors import InseparableError
from hardstand.network.generating.writing import by_namespace
from hardstand.network.intended.comparing import Comparison
from hardstand.network.intended.telling import rows_counted, text, told_of

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""Source: RFC 1123, section 2.1, as Kubernetes asks it of namespaces."""

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("-o", "--output", metavar="DIR", help="write a file for each namespace there")
    parser.add_argument("--keep", action="store_true", help="policies that are there already stay")
    flows = parser.add_argument_group("rows in place of policies")
    flows.add_argument(
        "--from-flows", action="append", default=[], metavar="LOG", help="propose the rows that flow logs support"
    )
    add_times(flows)
    add_table_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the policies, or the rows that are proposed, and give the exit status."""
    if arguments.from_flows:
        if arguments.output or arguments.keep:
            raise UsageError("--from-flows writes rows, and no policies", "leave -o and --keep out; rows go to stdout")
        # What reads logs is loaded by who reads them.
        from hardstand.cli.net.proposing import propose

        return propose(arguments)
    if arguments.audit or arguments.since or arguments.until:
        raise UsageError("--audit, --since and --until are about flow logs", "name them with --from-flows")
    return write(read(arguments), arguments.output, keep=arguments.keep)


def write(one: Read, folder: str | None, *, keep: bool) -> int:
    """Write the policies of a table that was read, rows that are proposed among it, and give the exit status.

    Without a folder they go to standard output. UsageError where no labels tell pods apart that must be.
    """
    if one.table.faults:
        return COULD_NOT_LOOK
    made = _generated(one)
    for unsaid in made.unsaid:
        warn(f"not among the policies: {unsaid}")
    texts = by_namespace(made.policies)
    _write(texts, folder)
    there = [] if keep else replaced(one.found.neighbours, one.table.namespaces)
    gone = going(there, folder, texts, lambda each: _selects_nothing(one, each))
    comparison = proven(
        one.baseline,
        one.found.neighbours,
        "".join(texts.values()),
        without=gone,
        today=today(),
        cluster=one.found.cluster,
        proposed=one.proposed,
    )
    # What of policies cannot be read is in the proof, where they are not replaced; what of rows is nobody's and cannot
    # be written is among what is not said.
    doubts = [*(set(one.doubts) - {*one.estate.unread, *one.table.unmet}), *unread_of(one, gone)]
    status = _told(comparison, made, certain=not doubts)
    for remark in comparison.estate.remarks:
        warn(remark, PLUGIN_HINT)
    if one.found.unreadable or doubts:
        return COULD_NOT_LOOK
    return max(status, BLOCKED) if any(_selects_nothing(one, each) for each in gone) else status


def _generated(one: Read) -> Generated:
    try:
        return Generator(one.table, one.baseline.network).generated()
    except InseparableError as error:
        raise UsageError(str(error), "give them a label of their own, or the same rows") from error


def _write(texts: Mapping[str, str], folder: str | None) -> None:
    if folder is None:
        sys.stdout.write("".join(texts.values()))
        return
    for namespace in texts:
        if not _NAMESPACE.fullmatch(namespace):  # What was read decides the name of a file here.
            raise UsageError(f"`{namespace}` can be no namespace, so no file is called so", "mend it in what was read")
    write_files(texts, folder)


def _selects_nothing(one: Read, policy: NetworkPolicy) -> bool:
    try:
        return selects_nothing(policy, one.estate.peers)
    except MalformedFieldError:
        return False  # It may select anything, and is told of as what cannot be read.


def _told(comparison: Comparison, made: Generated, *, certain: bool) -> int:
    """Say where what the policies allow is not the table."""
    every = told_of(comparison)
    table = comparison.table
    if not every and not made.unsaid:
        where = ", ".join(table.namespaces)
        if not certain:
            note(f"not proven: of what was read they allow the {rows_counted(table)}, in {where}, alone")
            return COULD_NOT_LOOK
        note(f"proven: what they allow is exactly the {rows_counted(table)}, in {where}")
        return PASSED
    for line in text(comparison, every).splitlines() if every else ():
        note(line)
    return BLOCKED if all(one.difference.state.is_certain for one in every) else COULD_NOT_LOOK
