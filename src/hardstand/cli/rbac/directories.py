"""The identity provider's export: which files it is, and what is said where it cannot be used."""

import argparse
import posixpath

from hardstand.baseline.baseline import Baseline
from hardstand.cli.errors import UsageError, warn
from hardstand.model.directory import Directory
from hardstand.sources.idp.fields import ExportError
from hardstand.sources.idp.reading import directory


def add_export(parser: argparse.ArgumentParser) -> None:
    """Describe --export."""
    parser.add_argument(
        "--export", action="append", default=[], metavar="FILE",
        help="an export of the identity provider (SCIM, Okta, Entra, Keycloak, Google; JSON or CSV); repeatable "
        "(default: the one that the baseline names)",
    )  # fmt: skip


def directory_of(arguments: argparse.Namespace, baseline: Baseline) -> Directory | None:
    """What the exports say; None where none is named. UsageError for one that cannot be used."""
    files = list(arguments.export)
    if not files and baseline.signing_in.export:
        files = [posixpath.join(posixpath.dirname(baseline.path or ""), baseline.signing_in.export)]
    if not files:
        return None
    try:
        found = directory(files)
    except ExportError as error:
        raise UsageError(str(error), error.hint) from error
    for gap in found.gaps:
        warn(gap)
    return found
