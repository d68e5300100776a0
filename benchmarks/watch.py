"""Watch a real cluster while it changes, and print what the watch takes of a core and how long it takes to tell.

    python benchmarks/watch.py [--objects 15000] [--changes 100] [--seconds 60] [--writers 4] [--write]

The cluster is filled as benchmarks/cluster.py does. Then so many changes a second are written to it, at a constant
rate: of ten, seven are statuses of pods, as kubelets write them, one is a label of a Deployment, one an image, and one
turns `privileged` of a Deployment's container on or off. Each of the last must be told, and how long after the API
server was asked is measured. Exit status 1 when one was not told. `--write` puts the result into README.md.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import machine
from cluster import EACH, HARDSTAND, NO_AUDIT, fill

sys.path.insert(0, str(Path(__file__).parent.parent))

from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.kubeconfig import access
from hardstand.sources.cluster.resource import Resource
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options

DEPLOYMENTS = Resource(Kind("apps", "Deployment"), "v1", "deployments", namespaced=True)
PODS = Resource(Kind("", "Pod"), "v1", "pods", namespaced=True)
README = Path(__file__).with_name("README.md")
START, END = "<!-- bench-watch:start -->", "<!-- bench-watch:end -->"
TOGETHER = 1.0
"""Seconds within which two faults of one Deployment may be told together, and so neither be told."""
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class Told:
    """What the watch has told, and when."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.begun = threading.Event()
        self.at: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            now, event = time.monotonic(), json.loads(line)
            if event["event"] == "begun":
                self.begun.set()
            found = event.get("finding")
            if found and found["control"] == "privileged-container":
                ref = found["object"]
                self.at[f"{ref['namespace']}/{ref['name']}", event["event"]].append(now)

    def after(self, name: str, event: str, at: float) -> float | None:
        """Seconds from `at` until the event was told; None where it was not."""
        return next((told - at for told in list(self.at[name, event]) if told > at), None)


class Change:
    """Writes changes; told apart by a number, so that what is written is the same each time."""

    def __init__(self, kubeconfig: str, spaces: int) -> None:
        self.client = Client(access(kubeconfig))
        self.spaces = spaces
        self.privileged: dict[str, bool] = {}
        self.toggled: list[tuple[str, str, float]] = []

    def __call__(self, number: int, chance: random.Random) -> None:
        """Write the change with this number."""
        namespace, app = f"team-{chance.randrange(self.spaces)}", f"app-{chance.randrange(10)}"
        match number % 10:
            case 7:
                self._patch(DEPLOYMENTS.path(namespace, app), {"metadata": {"labels": {"tick": str(number)}}})
            case 8:
                self._contained(namespace, app, {"image": f"registry.example/{app}:1.4.{number}"})
            case 9:
                self._toggle(namespace, app)
            case _:
                pod = f"{app}-7d4b9c-{chance.randrange(10):05}"
                status = {"status": {"message": f"tick {number}"}}
                self._patch(f"{PODS.path(namespace, pod)}/status", status)

    def _toggle(self, namespace: str, app: str) -> None:
        name = f"{namespace}/{app}"
        now = not self.privileged.get(name, False)
        asked = time.monotonic()
        self._contained(namespace, app, {"securityContext": {"privileged": now, "allowPrivilegeEscalation": now}})
        self.privileged[name] = now
        self.toggled.append((name, "opened" if now else "closed", asked))

    def _contained(self, namespace: str, app: str, fields: dict[str, Any]) -> None:
        spec = {"template": {"spec": {"containers": [{"name": "app", **fields}]}}}
        self.client.send("PATCH", DEPLOYMENTS.path(namespace, app), {"spec": spec}, (), STRATEGIC)

    def _patch(self, path: str, body: dict[str, Any]) -> None:
        self.client.send("PATCH", path, body, (), MERGE)


def main() -> int:
    """Fill, watch, change, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=15_000)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    described = machine.line()
    options = Options(nodes=0, controllers=False, scheduler=False, audit_policy=NO_AUDIT)
    spaces = max(1, arguments.objects // EACH)
    with cluster_with(options) as cluster:
        with multiprocessing.Pool(arguments.writers) as pool:
            written = sum(pool.imap_unordered(partial(fill, str(cluster.kubeconfig)), range(spaces)))
        command = [HARDSTAND, "watch", "--kubeconfig", cluster.kubeconfig, "--format", "json"]
        with subprocess.Popen([str(one) for one in command], stdout=subprocess.PIPE, text=True) as process:
            begun = time.monotonic()
            told = Told(process)
            assert told.begun.wait(600), "the watch did not begin"
            first = time.monotonic() - begun
            change, missed, share = measured(process, told, cluster.kubeconfig, spaces, arguments)
            memory = _status(process.pid, "VmHWM") * 1024
            process.terminate()
    lags = [lag for one in alone(change) if (lag := told.after(*one)) is not None]
    text = (
        f"{described}\n\n"
        "| Objects | Read in | Changes a second | Of one core | Told after, median | at most | Peak memory |\n"
        "|--:|--:|--:|--:|--:|--:|--:|\n"
        f"| {written:,} | {first:.1f} s | {arguments.changes} | {share:.0%} | {statistics.median(lags):.2f} s "
        f"| {max(lags):.2f} s | {memory / 1e6:.0f} MB |\n\n"
        f"{len(alone(change))} faults made or mended, {missed} of them not told."
    )
    print(text)
    if arguments.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(START)
        README.write_text(f"{before}{START}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 1 if missed else 0


def measured(
    process: "subprocess.Popen[str]", told: Told, kubeconfig: Path, spaces: int, arguments: argparse.Namespace
) -> tuple[Change, int, float]:
    """Write the changes; what was written, how many were not told, and the part of a core that the watch took."""
    change, chance = Change(str(kubeconfig), spaces), random.Random(1)
    before, begun = _processor(process.pid), time.monotonic()
    for number in range(arguments.changes * arguments.seconds):
        time.sleep(max(0.0, begun + number / arguments.changes - time.monotonic()))
        change(number, chance)
    took = time.monotonic() - begun
    share = (_processor(process.pid) - before) / took
    if took > arguments.seconds * 1.05:
        print(
            f"the API server took {took / arguments.seconds:.2f} times as long as the changes were to", file=sys.stderr
        )
    until = time.monotonic() + 30
    while (missing := [one for one in alone(change) if told.after(*one) is None]) and time.monotonic() < until:
        time.sleep(0.1)
    return change, len(missing), share


def alone(change: Change) -> list[tuple[str, str, float]]:
    """The faults that no other one of the same Deployment comes before or after at once."""
    by_name: dict[str, list[float]] = defaultdict(list)
    for name, _, at in change.toggled:
        by_name[name].append(at)
    return [
        (name, event, at)
        for name, event, at in change.toggled
        if all(one == at or abs(one - at) >= TOGETHER for one in by_name[name])
    ]


def _processor(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _status(process: int, field: str) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0])


if __name__ == "__main__":
    sys.exit(main())
