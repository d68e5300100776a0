"""What verbs that read manifests have in common: which paths, read how, and held against which controls."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from hardstand.cli.baselines import baseline_of, warn_of_others
from hardstand.cli.errors import UsageError, warn
from hardstand.cli.select import chosen
from hardstand.controls.given import LATEST, Version
from hardstand.engine.settings import Settings
from hardstand.model.run import Run
from hardstand.report.unlisted import read_by, unlisted
from hardstand.sources.interface import ReadOptions
from hardstand.sources.snapshot.sniffing import is_history, looks_like_one
from hardstand.wiring import ScanRequest


def add_paths(parser: argparse.ArgumentParser, *, or_cluster: bool = False) -> None:
    """Describe the paths. `or_cluster`: there need be none where a cluster is read."""
    which = "*" if or_cluster else "+"
    parser.add_argument("paths", nargs=which, metavar="PATH", help="file, directory, chart or - for standard input")


def add_choosing(parser: argparse.ArgumentParser) -> None:
    """Describe the choice of controls."""
    which = parser.add_argument_group("choosing")
    for name, what in (("select", "hold only these"), ("exclude", "leave these out")):
        which.add_argument(
            f"--{name}", action="append", default=[], metavar="WHAT",
            help=f"{what}: controls, areas, frameworks, framework ids or severities, comma-separated; repeatable",
        )  # fmt: skip
    which.add_argument("--pod-security", choices=("baseline", "restricted"), help="exactly this Pod Security level")
    which.add_argument(
        "--pod-security-version", type=_version, default=LATEST, metavar="vX.Y",
        help=f"Kubernetes version whose Pod Security Standards hold (default {LATEST}, or an older cluster's own)",
    )  # fmt: skip


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Describe how paths are read."""
    reading = parser.add_argument_group("reading")
    add_namespaces(
        reading, "namespace of charts and of what names none; of a cluster or snapshot, only this one, repeatable"
    )
    reading.add_argument(
        "--complete", action="store_true", help="the input is all there is: what it does not hold does not exist"
    )
    reading.add_argument("--values", action="append", default=[], metavar="FILE", help="values for charts; repeatable")
    reading.add_argument("--set", action="append", default=[], metavar="K=V", help="a value for charts; repeatable")
    reading.add_argument("--at", metavar="TIME", help="of a history of snapshots, the one that tells of this time")
    reading.add_argument("--jobs", type=_jobs, metavar="N", help="processes to use (default: as many as are worth it)")


def add_namespaces(parser: argparse._ActionsContainer, words: str) -> None:
    """Describe -n."""
    parser.add_argument("-n", "--namespace", action=_Namespaces, default="default", metavar="NS", help=words)
    parser.set_defaults(namespaces=())


class _Namespaces(argparse.Action):
    """Keeps the last one for files, and all for a cluster."""

    def __call__(self, _: object, into: argparse.Namespace, values: object, __: str | None = None) -> None:
        into.namespace = values
        into.namespaces = (*into.namespaces, values)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """What the arguments that all verbs share say about judging. UsageError where the baseline cannot be used."""
    baseline = baseline_of(arguments)
    warn_of_others(baseline, arguments.paths)
    return Settings(
        pod_security=arguments.pod_security_version,
        namespace=arguments.namespace,
        complete=arguments.complete,
        baseline=baseline,
    )


def request_of(arguments: argparse.Namespace, settings: Settings, *, one_shot: bool) -> ScanRequest:
    """The request that the arguments stand for. UsageError for a choice that names nothing."""
    check_namespaces(arguments)
    return ScanRequest(
        paths=at_time(arguments.paths, arguments.at),
        reading=ReadOptions(
            values=tuple(arguments.values),
            set=tuple(arguments.set),
            namespace=arguments.namespace,
            ignore=_ignore(arguments, settings),
        ),
        settings=settings,
        controls=chosen(
            arguments.select,
            arguments.exclude,
            arguments.pod_security,
            arguments.pod_security_version,
            settings.customs,
        ),
        namespaces=arguments.namespaces,
        jobs=arguments.jobs,
        one_shot=one_shot,
    )


def check_namespaces(arguments: argparse.Namespace) -> None:
    """UsageError for several namespaces where only files are read: what names none is in one."""
    if len(set(arguments.namespaces)) < 2 or getattr(arguments, "cluster", False):
        return
    if not any(path == "-" or is_history(path.partition("@")[0]) or looks_like_one(path) for path in arguments.paths):
        raise UsageError(
            f"-n is given {len(arguments.namespaces)} times, and of files it names the one in which is what names none",
            "only a cluster or a snapshot is narrowed by it; of files, name the folders that are meant",
        )


def at_time(paths: Sequence[str], time: str | None) -> Sequence[str]:
    """The paths, those of histories with the time. UsageError for a time where there is no history."""
    if time is None:
        return paths
    if not any(map(is_history, paths)):
        raise UsageError("--at is about a history of snapshots, and none is named", "`hardstand snapshot --keep DIR`")
    return [f"{path}@{time}" if is_history(path) else path for path in paths]


def _ignore(arguments: argparse.Namespace, settings: Settings) -> tuple[str, ...] | None:
    """What is left out: by the baseline; by ignore files only where the baseline is no more protected than they are."""
    if settings.baseline.ignore is None and arguments.baseline_from is not None:
        return ()
    return settings.baseline.ignore


def warn_if_empty(run: Run, verb: str) -> None:
    """Say which paths held nothing to judge. `verb`: the one that runs, by whose rights a cluster is read."""
    for one in run.inputs:
        if not one.objects and not one.unreadable:
            hint = (
                f"may anything be listed? `hardstand doctor --verb {verb}` tells"
                if one.source == "cluster"
                else "is it the right path?"
            )
            warn(f"{one.path} holds no Kubernetes objects ({one.skipped} skipped)", hint)


def warn_of_gaps(run: Run, verb: str) -> None:
    """Say which kinds of a cluster may not be listed: what depends on them is unknown, and the status does not tell.

    `verb`: the one that runs; what a snapshot lacks, its own verb was not allowed to list.
    """
    kinds = list(dict.fromkeys(one.kind for one in unlisted(run)))
    if kinds:
        more = f" and {len(kinds) - _SHOWN} more" if len(kinds) > _SHOWN else ""
        warn(
            f"what depends on these kinds is unknown, for they may not be listed: {', '.join(kinds[:_SHOWN])}{more}",
            f"`hardstand doctor --verb {read_by(run, verb)}` prints the role that allows it",
        )


_SHOWN = 12
"""Kinds that are named in a warning."""


def progress(words: str = "read {done} of {total} files") -> Callable[[int, int], None] | None:
    """Something that shows progress, in these words, on a terminal once the work has taken two seconds."""
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
            text = words.format(done=done, total=total)
            print(f"\rhardstand: {text}\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201

    return show


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
