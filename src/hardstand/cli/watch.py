"""Watch a running cluster: read it once, then tell what opens and what closes as it changes.

What is open at the beginning is counted; --all tells each. It goes on until it is interrupted, through restarts of
the API server, and compares everything with fresh lists every so often. Exit status: 0 when it is interrupted, 2 when
it could not begin.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.cluster import add_cluster, cluster_request
from hardstand.cli.errors import PASSED, UsageError
from hardstand.cli.outputs import coloured
from hardstand.cli.reading import add_choosing, progress
from hardstand.cli.select import chosen
from hardstand.engine.settings import Settings
from hardstand.model.verdict import Action, Verdict
from hardstand.report.watch import WatchEvent, json_line
from hardstand.report.watch_text import text_lines
from hardstand.wiring import ClusterError
from hardstand.wiring.expiring import CONTROL as EXPIRED
from hardstand.wiring.following import Cause, ClusterWatch, Tick


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "-n", "--namespace", dest="namespaces", action="append", default=[], metavar="NS",
        help="only this namespace, and what lies in none; repeatable",
    )  # fmt: skip
    add_cluster(parser, always=True)
    out = parser.add_argument_group("telling")
    out.add_argument("--format", choices=("text", "json"), default="text", help="json is one object a line")
    out.add_argument("--all", action="store_true", help="tell everything that is open at the beginning, too")
    out.add_argument("--record", metavar="FILE", help="append every event to FILE as a line of JSON")
    out.add_argument(
        "--apply", action="store_true",
        help="remove bindings that have expired, as `expired-binding` finds; each is recorded first, so say --record",
    )  # fmt: skip
    out.add_argument(
        "--pulse", metavar="FILE", type=Path,
        help="touch FILE every second from when all has been read, so that a probe can tell that it goes on",
    )  # fmt: skip
    out.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour on a terminal")
    out.add_argument(
        "--reconcile", type=_seconds, default=600.0, metavar="SECONDS",
        help="compare everything with fresh lists this often (default 600)",
    )  # fmt: skip
    add_choosing(parser)
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Watch until it is interrupted."""
    settings = Settings(pod_security=arguments.pod_security_version, baseline=baseline_of(arguments), complete=True)
    which = chosen(
        arguments.select, arguments.exclude, arguments.pod_security, arguments.pod_security_version, settings.customs
    )
    if arguments.apply:
        _may_apply(arguments.record, which)
    try:
        watch = ClusterWatch(
            cluster_request(arguments),
            settings,
            which,
            reconcile=arguments.reconcile,
            progress=progress("read {done} objects"),
            placed=arguments.all,
            alive=_pulse(arguments.pulse),
            apply=arguments.apply,
        )
    except ClusterError as error:
        raise UsageError(str(error), error.hint) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: watch.stop())
    record = _record(arguments.record)
    colour = arguments.format == "text" and coloured(arguments.color)
    was_broken = False
    for tick in watch:
        events = list(_events(watch, tick, was_broken=was_broken, everything=arguments.all))
        lines = map(json_line, events) if arguments.format == "json" else text_lines(events, colour=colour)
        if record is not None:
            for event in events:
                os.write(record, json_line(event).encode("utf-8", "backslashreplace"))
        for line in lines:
            sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
        if record is not None:
            os.fsync(record)
        was_broken = bool(tick.broken)
    return PASSED


def _events(watch: ClusterWatch, tick: Tick, *, was_broken: bool, everything: bool) -> Iterator[WatchEvent]:
    at = tick.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    cluster, delta = watch.cluster, tick.delta
    if tick.cause is not Cause.BEGUN or everything:
        for one in delta.closed:
            yield WatchEvent(at, "closed", cluster, one)
        for before, after in delta.changed:
            yield WatchEvent(at, "changed", cluster, after, before)
        for one in delta.opened:
            yield WatchEvent(at, "opened", cluster, one)
    if tick.cause in (Cause.BEGUN, Cause.RECONCILED, Cause.NEW_DAY):
        yield WatchEvent(at, tick.cause.value, cluster, counts=_counts(watch))
    for removal in tick.removals:
        word = "removing" if tick.cause is Cause.REMOVING else "not-removed" if removal.failed else "removed"
        if word != "removing" or not removal.failed:
            yield WatchEvent(at, word, cluster, removal=removal)
    broken = [(str(kind), reason) for kind, reason in tick.broken]
    if broken and not was_broken:
        yield WatchEvent(at, "broken", cluster, broken=broken)
    elif was_broken and not broken:
        yield WatchEvent(at, "resumed", cluster, counts=_counts(watch))


def _may_apply(record: str | None, which: Sequence[str] | None) -> None:
    if record is None:
        raise UsageError("--apply records what it removes first, and no file is named", "say --record FILE, too")
    if which is not None and EXPIRED not in which:
        raise UsageError(f"--apply removes what {EXPIRED} finds, which is not among the controls", "choose it, too")


def _counts(watch: ClusterWatch) -> dict[str, int]:
    found = watch.watching.open
    counts = {word: sum(one.action is action for one in found) for action, word in _COUNTED.items()}
    return {
        **counts,
        "unknown": sum(one.verdict is Verdict.UNKNOWN for one in found),
        "objects": len(watch.watching.live),
    }


_COUNTED = {Action.BLOCK: "block", Action.WARN: "warn", Action.WAIVED: "waived"}


def _pulse(path: Path | None) -> Callable[[], None]:
    """Touches the file; one of an earlier life is taken away first, since it would tell of that."""
    if path is None:
        return lambda: None
    try:
        path.unlink(missing_ok=True)
        path.touch()
        path.unlink()
    except OSError as error:
        raise UsageError(f"--pulse {path}: {error.strerror}", "name a file in a folder that can be written") from error
    return path.touch


def _record(path: str | None) -> int | None:
    if path is None:
        return None
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"--record {path}: {error.strerror}") from error


def _seconds(word: str) -> float:
    if not word.isdecimal() or not 5 <= int(word) <= 86_400:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of seconds between 5 and 86400")
    return float(word)
