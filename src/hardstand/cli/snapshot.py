"""Keep what a cluster is, in one file or in a history, to be read like the cluster itself, later and elsewhere.

No value of a Secret is in it, only sizes and keyed fingerprints. `hardstand scan FILE`, `hardstand scan DIR` and
`hardstand scan DIR@2026-11-01T10:00Z` read it, and so does every other verb that reads manifests.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.cluster import add_cluster, cluster_request
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, complain, note, warn
from hardstand.cli.reading import progress
from hardstand.engine.settings import Settings
from hardstand.model.run import Unreadable
from hardstand.sources.history.database import HistoryError
from hardstand.sources.history.history import History
from hardstand.sources.history.keeping import Whole, keep, prune, verify
from hardstand.sources.snapshot.files import open_snapshot
from hardstand.sources.snapshot.header import Header
from hardstand.sources.snapshot.reading import SnapshotError
from hardstand.sources.snapshot.writing import write
from hardstand.sources.zstd import ZstdError
from hardstand.wiring import ClusterError
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.taking import key_from, taken

_TOLD = 10
"""As many of what could not be read are told one by one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="a snapshot that was taken before, for --keep")
    to = parser.add_argument_group("where to")
    to.add_argument("-o", "--output", metavar="FILE", help="write it to FILE (packed, unless .json or .jsonl), or -")
    to.add_argument(
        "--keep", metavar="DIR", help="add it to the history in DIR, where what did not change is kept once"
    )
    to.add_argument("--keep-for", type=_age, metavar="90d", help="and let go of what is older there (h, d, w)")
    looking = parser.add_argument_group("looking after a history").add_mutually_exclusive_group()
    looking.add_argument("--list", metavar="DIR", dest="listed", help="the snapshots in it")
    looking.add_argument("--verify", metavar="DIR", help="prove that every one of them is as it was taken")
    add_cluster(parser)
    parser.add_argument(
        "-n", "--namespace", action="append", default=[], dest="namespaces", metavar="NS",
        help="read only this namespace, and what lies in none; repeatable",
    )  # fmt: skip
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take, write, keep; give the exit status: 0 unless something could not be read or written."""
    with _told():
        if arguments.listed is not None:
            return _listed(arguments.listed)
        if arguments.verify is not None:
            return _verified(arguments.verify)
        _check(arguments)
        snapshot = _taken(arguments) if arguments.cluster else _opened(arguments.file)
        if arguments.output is not None:
            _write(arguments.output, snapshot)
            note(f"{_name(arguments.output)}: {_words(snapshot.header)}")
        if arguments.keep is not None:
            _keep(arguments, snapshot)
    return _warned(snapshot.header)


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with clusters, histories and files, as errors of the command line."""
    try:
        yield
    except (ClusterError, HistoryError) as error:
        raise UsageError(str(error), error.hint) from error
    except SnapshotError as error:
        raise UsageError(f"line {error.line}: {error.reason}") from error
    except ZstdError as error:
        raise UsageError(str(error)) from error


def _check(arguments: argparse.Namespace) -> None:
    if bool(arguments.cluster) is (arguments.file is not None):
        raise UsageError("name one thing to keep", "`--cluster` for the running one, or a snapshot's file")
    if arguments.output is None and arguments.keep is None:
        raise UsageError("it is not said where to keep it", "`-o estate.json.zst`, or `--keep DIR` for a history")
    if arguments.keep_for is not None and arguments.keep is None:
        raise UsageError("--keep-for is about a history, and none is named", "say --keep DIR too")
    about = ("context", "kubeconfig", "cluster_name", "fingerprint_key", "namespaces")
    given = next((one for one in about if getattr(arguments, one)), None)
    if given and not arguments.cluster:
        name = given.removesuffix("s").replace("_", "-")
        raise UsageError(f"--{name} is about a running cluster, and none is read", "say --cluster too")


def _taken(arguments: argparse.Namespace) -> Whole:
    controls = controls_held(None, Settings(baseline=baseline_of(arguments)))
    key = key_from(arguments.fingerprint_key, arguments.keep)
    return taken(cluster_request(arguments), controls, key, progress=progress("read {done} objects"))


def _opened(path: str) -> Whole:
    found = open_snapshot(path)
    if isinstance(found, Unreadable):
        raise UsageError(f"{found.path}:{found.line}:{found.column}: {found.reason}")
    return found


def _write(target: str, snapshot: Whole) -> None:
    if target == "-":
        write(target, snapshot.lines(), sys.stdout.buffer)
        return
    try:
        write(target, snapshot.lines())
    except OSError as error:
        hint = "name a file in a directory that is there, and that you may write"
        raise UsageError(f"--output {target}: {error.strerror or error}", hint) from error


def _keep(arguments: argparse.Namespace, snapshot: Whole) -> None:
    kept = keep(arguments.keep, snapshot)
    note(f"{arguments.keep}: {_words(snapshot.header)}, {kept.new} new or changed")
    if arguments.keep_for is not None:
        gone = prune(arguments.keep, datetime.now(UTC) - arguments.keep_for)
        if gone:
            note(f"{arguments.keep}: let go of {gone} older snapshot{'s' if gone != 1 else ''}")


def _words(header: Header) -> str:
    about = header.about
    kinds = sum(1 for one in about.kinds if one.objects)
    hidden = f", {about.masked} secrets outside of Secrets masked" if about.masked else ""
    return f"{header.objects} objects of {kinds} kinds of {about.cluster or 'a cluster'} at {about.taken_at}{hidden}"


def _warned(header: Header) -> int:
    """Say what the snapshot lacks, and what it holds that it should not."""
    for gap in header.gaps[:_TOLD]:
        warn(f"{gap.reason}; controls that need them are unknown")
    if len(header.gaps) > _TOLD:
        warn(f"{len(header.gaps) - _TOLD} more kinds are not in it", "a scan of it names each")
    if header.about.unmasked:
        warn(
            f"{header.about.unmasked} literal secrets outside of Secrets are in it as they are: no stand-in was found "
            "that is judged the same",
            "keep it as you keep a secret; a scan of it says where they are",
        )
    for fault in header.unreadable:
        complain(f"{fault.path}:{fault.line}:{fault.column}: {fault.reason}")
    return COULD_NOT_LOOK if header.unreadable else PASSED


def _listed(folder: str) -> int:
    for one in History(folder).moments():
        sys.stdout.write(f"{one.taken_at}  {one.objects:>7} objects  {one.cluster}\n")
    return PASSED


def _verified(folder: str) -> int:
    count, faults = verify(folder)
    for fault in faults:
        complain(f"{fault.path}: {fault.reason}")
    if not faults:
        note(f"{folder}: {count} snapshot{'s' if count != 1 else ''}, each as it was taken")
    return COULD_NOT_LOOK if faults else PASSED


def _name(path: str) -> str:
    return "<stdout>" if path == "-" else path


def _age(word: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([hdw])", word)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{word!r} is no age such as 12h, 90d or 4w")
    return int(found[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
