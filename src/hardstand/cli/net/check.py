"""Hold what network policies allow against the baseline's flow table.

  hardstand net check deploy/
  hardstand net check --cluster --format json

Every pair of workloads of which one lies in a namespace with a zone, and every pair of those with addresses and names
outside, is compared: what is allowed and not intended, and what is intended and not allowed, with the policy that
decides and the row that means it. Exit status: 0 they are the same; 1 they differ; 2 it could not look, or what could
not be told may hide a difference.
"""

import argparse
import json
import sys

from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, note
from hardstand.cli.net.table import add_table_arguments, read, unread_of
from hardstand.cli.rbac.asking import add_format
from hardstand.network.intended.comparing import Comparison
from hardstand.network.intended.states import State
from hardstand.network.intended.telling import as_json, text, told_of
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    add_format(parser)
    add_table_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare, tell, and give the exit status."""
    one = read(arguments)
    comparison = Comparison(one.estate, one.table)
    every = told_of(comparison)
    doubts = [*one.doubts, *unread_of(one)]
    if arguments.format == "json":
        sys.stdout.write(json.dumps(as_json(one.table, every, doubts), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{plain(line)}\n" for line in text(comparison, every).splitlines()))
    if any(each.difference.state is State.NOT_INTENDED for each in every):
        note("`hardstand net generate` writes the policies that allow exactly the table")
    if one.found.unreadable or doubts or any(not each.difference.state.is_certain for each in every):
        return COULD_NOT_LOOK
    return BLOCKED if every else PASSED
