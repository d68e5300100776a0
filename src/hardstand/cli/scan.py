"""Read manifests, Helm charts and kustomizations, hold every control against them and report what does not hold.

Paths are files, directories (read recursively, less what .hardstandignore names), packed charts, or - for standard
input. Without --fail-on everything warns, and the exit status is 0 unless something could not be read.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain, warn
from hardstand.cli.explain_tier import tier_told
from hardstand.cli.outputs import Output, outputs_of, write_all
from hardstand.cli.pages import pages
from hardstand.cli.select import chosen
from hardstand.controls.given import LATEST, Version
from hardstand.engine.settings import Settings
from hardstand.model.known import Known
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Severity
from hardstand.report import FORMATS, SHOW_EXCERPTS
from hardstand.report.past import PastRunError, known
from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ScanRequest, WorkerDiedError, scan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, directory, chart or - for standard input")
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
    out.add_argument("--verdicts", action="store_true", help="record every verdict, passes included, in json")
    out.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour on a terminal")
    which = parser.add_argument_group("choosing")
    for name, what in (("select", "hold only these"), ("exclude", "leave these out")):
        which.add_argument(
            f"--{name}", action="append", default=[], metavar="WHAT",
            help=f"{what}: controls, areas, frameworks, framework ids or severities, comma-separated; repeatable",
        )  # fmt: skip
    which.add_argument("--pod-security", choices=("baseline", "restricted"), help="exactly this Pod Security level")
    which.add_argument(
        "--pod-security-version", type=_version, default=LATEST, metavar="vX.Y",
        help=f"Kubernetes version whose Pod Security Standards hold (default latest, {LATEST})",
    )  # fmt: skip
    add_baseline_arguments(parser)
    deciding = parser.add_argument_group("deciding")
    deciding.add_argument(
        "--fail-on",
        type=_severity,
        metavar="SEVERITY",
        help="block on faults of low, medium, high or critical, or worse",
    )
    deciding.add_argument("--since", metavar="OLD.json", help="block only on what an earlier scan had not found")
    reading = parser.add_argument_group("reading")
    reading.add_argument("-n", "--namespace", default="default", help="namespace of charts and of what names none")
    reading.add_argument(
        "--complete", action="store_true", help="the input is all there is: what it does not hold does not exist"
    )
    reading.add_argument("--values", action="append", default=[], metavar="FILE", help="values for charts; repeatable")
    reading.add_argument("--set", action="append", default=[], metavar="K=V", help="a value for charts; repeatable")
    reading.add_argument("--jobs", type=_jobs, metavar="N", help="processes to use (default: as many as are worth it)")


def run(arguments: argparse.Namespace) -> int:
    """Scan, tell, and give the exit status."""
    outputs = outputs_of(arguments.format, arguments.output)
    baseline = baseline_of(arguments)
    request = ScanRequest(
        paths=arguments.paths,
        reading=ReadOptions(
            values=tuple(arguments.values),
            set=tuple(arguments.set),
            namespace=arguments.namespace,
            ignore=baseline.ignore,
        ),
        settings=Settings(
            pod_security=arguments.pod_security_version,
            namespace=arguments.namespace,
            baseline=baseline,
            fail_on=arguments.fail_on,
            known=_known(arguments.since),
            complete=arguments.complete,
            excerpts=any(one.format in SHOW_EXCERPTS for one in outputs),
            verdicts=arguments.verdicts,
            explain_tier=arguments.explain_tier,
        ),
        controls=chosen(arguments.select, arguments.exclude, arguments.pod_security, arguments.pod_security_version),
        jobs=arguments.jobs,
        one_shot=True,
    )
    try:
        found = scan(request, progress=_progress())
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; `--jobs 1` needs the least") from error
    if arguments.explain_tier is not None and arguments.format is None and not arguments.output:
        return _tiers(found, arguments.explain_tier)
    return _told(found, outputs, colour=_colour(arguments.color))


def _told(found: Run, outputs: list[Output], *, colour: bool) -> int:
    written = write_all(found, pages(), outputs, colour=colour)
    for one in found.inputs:
        if not one.objects and not one.unreadable:
            warn(f"{one.path} holds no Kubernetes objects ({one.skipped} skipped)", "is it the right path?")
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


def _version(word: str) -> Version:
    if word == "latest":
        return LATEST
    major, dot, minor = word.removeprefix("v").partition(".")
    if major != "1" or not dot or not minor.isdecimal() or int(minor) > LATEST.minor:
        raise argparse.ArgumentTypeError(f"{word!r} is not a version between v1.0 and {LATEST}, or latest")
    return Version(1, int(minor))


def _jobs(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 256:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of processes between 1 and 256")
    return int(word)


def _colour(wish: str) -> bool:
    if wish == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return wish == "always"


def _progress() -> Callable[[int, int], None] | None:
    """Something that shows progress on a terminal once the work has taken two seconds."""
    if not sys.stderr.isatty():
        return None
    begun = shown = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done == total and shown != begun:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201
        elif now - begun > 2 and now - shown > 0.2:
            shown = now
            print(f"\rhardstand: read {done} of {total} files\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201

    return show
