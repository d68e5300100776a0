"""Hold the groups and users that bindings name against an export of the identity provider.

  hardstand rbac idp --export entra.json deploy/
  hardstand rbac idp --export users.csv --export members.csv --cluster

Each must exist at the provider; users must be able to sign in; all must be asked for a second factor (those of
`identity.mfa.groups` in the baseline, or all), and whoever breaks the glass, may do everything, or is named in
`identity.mfa.hardware_keys` must have keys in hardware. What the export does not say is unknown, and no pass:
docs/identity.md lists what is read of which provider. Exit status: 0 all hold, 1 one does not, 2 it cannot be told.
"""

import argparse
import sys

from hardstand.access.people.checking import checked
from hardstand.access.people.telling import as_json, text
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of
from hardstand.cli.rbac.directories import add_export, directory_of
from hardstand.cli.rbac.picturing import NAMESPACES, places_of, standing_of
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders and snapshots with bindings")
    add_export(parser)
    add_format(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask, and give the exit status."""
    baseline = baseline_of(arguments)
    directory = directory_of(arguments, baseline)
    if directory is None:
        raise UsageError("no export is named", "--export FILE, or `identity: {mfa: {export: FILE}}` in the baseline")
    permissions, found = permissions_of(arguments, NAMESPACES, baseline)
    personas = standing_of(baseline, places_of(baseline, found))
    every = checked(permissions, baseline.signing_in, personas, directory)
    told = as_json(every) if arguments.format == "json" else text(every)
    sys.stdout.write(told if arguments.format == "json" else "".join(f"{plain(one)}\n" for one in told.splitlines()))
    if found.unreadable or permissions.doubts:
        return COULD_NOT_LOOK
    if any(one.proof.holds is False for one in every):
        return BLOCKED
    return COULD_NOT_LOOK if any(one.proof.holds is None for one in every) else PASSED
