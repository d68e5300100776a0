"""Watch a real cluster while it changes, and print what the watch takes of a core and how long it takes to tell.

    python benchmarks/watch.py [--objects 15000] [--changes 100] [--seconds 60] [--writers 4]

The cluster is filled as benchmarks/cluster.py does. Then so many changes a second are written to it, at a constant
rate: of ten, seven are statuses of pods, as kubelets write them, one is a label of a Deployment, one an image, and one
turns `privileged` of a Deployment's container on or off. Each of the last must be told, and how long after the API
server has answered is measured. Exit status 1 when one was not told.
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
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class Told:
    """What the watch has told, and when."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.begun = threading.Event()
        self.at: dict[tuple[str, str], float] = {}
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
                self.at[f"{ref['namespace']}/{ref['name']}", event["event"]] = now


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
        self._contained(namespace, app, {"securityContext": {"privileged": now, "allowPrivilegeEscalation": now}})
        self.privileged[name] = now
        self.toggled.append((name, "opened" if now else "closed", time.monotonic()))

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
    lags = [told.at[name, event] - at for name, event, at in last_of(change) if (name, event) in told.at]
    print(f"{described}\n")
    print("| Objects | Read in | Changes a second | Of one core | Told after, median | at most | Peak memory |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    print(
        f"| {written:,} | {first:.1f} s | {arguments.changes} | {share:.0%} | {statistics.median(lags):.2f} s "
        f"| {max(lags):.2f} s | {memory / 1e6:.0f} MB |"
    )
    print(f"\n{len(change.toggled)} faults made or mended, {missed} of them not told.")
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
    while (missing := [one for one in last_of(change) if one[:2] not in told.at]) and time.monotonic() < until:
        time.sleep(0.1)
    return change, len(missing), share


def last_of(change: Change) -> list[tuple[str, str, float]]:
    """Of each Deployment and event the last: one that follows another within a moment may be told together with it."""
    return list({(name, event): (name, event, at) for name, event, at in change.toggled}.values())


def _processor(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _status(process: int, field: str) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0])


if __name__ == "__main__":
    sys.exit(main())
