"""Read manifests, charts and kustomizations, or a running cluster, and report which controls do not hold.

Paths are files, directories (read recursively, less what .hardstandignore names), packed charts, or - for standard
input; --cluster reads what runs instead. Without --fail-on everything warns, and the exit status is 0 unless something
could not be read.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.cluster import add_cluster, check_inputs, of_cluster
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.explain_tier import tier_told
from hardstand.cli.outputs import Output, coloured, outputs_of, write_all
from hardstand.cli.pages import pages
from hardstand.cli.radii import radii_of, read_once
from hardstand.cli.reading import (
    add_choosing,
    add_paths,
    add_reading,
    progress,
    request_of,
    settings_of,
    warn_if_empty,
    warn_of_gaps,
)
from hardstand.model.known import Known
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Severity
from hardstand.report import FORMATS, SHOW_EXCERPTS
from hardstand.report.interface import Pages
from hardstand.report.past import PastRunError, known
from hardstand.wiring import WorkerDiedError, scan, with_host
from hardstand.wiring.blasting import with_radii

_FILE = "write it into a file, and name that"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    add_paths(parser, or_cluster=True)
    out = parser.add_argument_group("telling")
    out.add_argument("--format", choices=sorted(FORMATS), help="format on standard output (default text)")
    out.add_argument(
        "--output", action="append", default=[], metavar="FILE",
        help="also write a report to FILE, in the format its ending names (.json .sarif .xml .md .html .txt), else in "
        "--format; where that is the format of --format, it takes the place of standard output; repeatable",
    )  # fmt: skip
    out.add_argument(
        "--explain-tier", metavar="NAME",
        help="in place of the report, tell how the tier of this workload (NAME or NAMESPACE/NAME) came to be",
    )  # fmt: skip
    out.add_argument(
        "--blast", action="store_true",
        help="tell of each finding about a workload how far that one's fall reaches; what is read is read twice",
    )  # fmt: skip
    out.add_argument("--verdicts", action="store_true", help="record every verdict, passes included, in json")
    out.add_argument(
        "--all", action="store_true", help="tell every root cause in text, of which a long report folds some"
    )
    out.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour on a terminal")
    add_choosing(parser)
    add_baseline_arguments(parser)
    deciding = parser.add_argument_group("deciding")
    deciding.add_argument(
        "--fail-on",
        type=_severity,
        metavar="SEVERITY",
        help="block on faults of low, medium, high or critical, or worse",
    )
    deciding.add_argument("--since", metavar="OLD.json", help="block only on what an earlier scan had not found")
    add_reading(parser)
    parser.add_argument(
        "--audit", action="append", default=[], metavar="LOG",
        help="an API server's audit log, by which identities that nobody uses are found; repeatable",
    )  # fmt: skip
    add_cluster(parser)
    parser.add_argument(
        "--host", action="store_true",
        help="read the components of a cluster that run on this host: their command lines and the files these name",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Scan, tell, and give the exit status."""
    check_inputs(arguments)
    if arguments.blast and read_once(arguments):
        raise UsageError("--blast reads what is scanned twice, and what comes through a pipe can be read once", _FILE)
    outputs = outputs_of(arguments.format, arguments.output)
    settings = replace(
        settings_of(arguments),
        fail_on=arguments.fail_on,
        known=_known(arguments.since),
        excerpts=any(one.format in SHOW_EXCERPTS for one in outputs),
        verdicts=arguments.verdicts,
        explain_tier=arguments.explain_tier,
    )
    blind = False
    if arguments.audit:
        from hardstand.cli.scan_past import with_past  # For the scans that are given logs.

        settings, blind = with_past(settings, arguments.audit)
    request = of_cluster(arguments, request_of(arguments, settings, one_shot=True))
    if arguments.host:
        request = with_host(request)
    try:
        found = scan(request, progress=None if arguments.cluster else progress())
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; `--jobs 1` needs the least") from error
    if arguments.blast:
        found = with_radii(found, radii_of(arguments, settings))
    if arguments.explain_tier is not None and arguments.format is None and not arguments.output:
        return _tiers(found, arguments.explain_tier)
    status = _told(found, pages(settings.customs), outputs, colour=coloured(arguments.color), whole=arguments.all)
    return COULD_NOT_LOOK if blind else status


def _told(found: Run, told: Pages, outputs: list[Output], *, colour: bool, whole: bool) -> int:
    written = write_all(found, told, outputs, colour=colour, whole=whole)
    warn_if_empty(found, "scan")
    warn_of_gaps(found, "scan")
    if found.unreadable or not written:
        if found.unreadable:
            noun = "input" if len(found.unreadable) == 1 else "inputs"
            complain(f"{len(found.unreadable)} {noun} could not be read; the report names each")
        return COULD_NOT_LOOK
    return BLOCKED if found.count(Action.BLOCK) else PASSED


def _tiers(found: Run, name: str) -> int:
    """Tell the tiers that were asked for; that nothing has the name is said, and that something could not be read."""
    sys.stdout.write("\n".join(tier_told(one) for one in found.tiers))
    if not found.tiers:
        raise UsageError(f"no workload is called `{name}`", "give the name, or NAMESPACE/NAME, of what makes pods")
    if found.unreadable:
        complain(
            f"{len(found.unreadable)} of the inputs could not be read, and may say more", "scan without it names each"
        )
        return COULD_NOT_LOOK
    return PASSED


def _known(path: str | None) -> Known | None:
    if path is None:
        return None
    try:
        return known(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"--since {path}: {error.strerror}") from error
    except PastRunError as error:
        raise UsageError(f"--since {path}: {error}", "give a file that `scan --format json` wrote") from error


def _severity(word: str) -> Severity:
    try:
        return Severity.named(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
