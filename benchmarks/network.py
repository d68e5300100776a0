"""Measure how long it takes to tell who may reach whom, and what others take for the same.

    python benchmarks/network.py [--sizes small large written] [--no-peers] [--write]

Loading begins with decoded manifests and ends with what joins read of them. Policies are then made to rules over the
classes of ends that they tell apart, and *all pairs* is the whole answer: of each end, which others it may reach and by
which connections, all of them made and counted. Edges are the same by workloads, as `hardstand net reach` lists them.
Each size has a process of its own; times are processor time, of the best of three rounds where one takes less than a
second. Memory is the most that the process had until all pairs were told. Others are measured as whole processes beside
Hardstand's, on the same file, by processor time too.
"""

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import machine
import network_peers
from hardstand.analysis.reach.estate import REACH_READS, Estate, estate_of
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from network_estate import LARGE, SMALL, WRITTEN, Manifest, manifests
from scan import README

START, END = "<!-- network:start -->", "<!-- network:end -->"
SIZES = {"small": SMALL, "large": LARGE, "written": WRITTEN}
QUICK_S = 1.0


def loaded(values: Iterable[Manifest]) -> Neighbours:
    """The decoded objects as one picture, of which joins read what they need."""
    keeping = Keeping.of(REACH_READS)
    found = (
        one
        for at, value in enumerate(values)
        for one in objects_in(value, file="estate.yaml", document=at, rendered_from=None, namespace="default")
    )
    kept = [less for one in found if isinstance(one, KubeObject) and (less := keeping.prune(one)) is not None]
    return Neighbours(kept, keeping, complete=True)


def all_pairs(estate: Estate) -> int:
    """Make the whole answer, and count the pairs of different pods of which one may reach the other in any way."""
    weights = _weights(estate)
    count = 0
    for peer in estate.peers:
        for bits in estate.surely.row(peer.number).values():
            reached = sum((bits & these).bit_count() << power for power, these in enumerate(weights))
            itself = bool(bits & peer.bit)
            count += len(peer.pods) * (reached - itself)
    return count


def _weights(estate: Estate) -> list[int]:
    """The ends by the binary digits of how many pods each stands for, so that pods are counted by counting bits."""
    most = max(len(peer.pods) for peer in estate.peers)
    return [sum(peer.bit for peer in estate.peers if len(peer.pods) >> power & 1) for power in range(most.bit_length())]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round from decoded manifests to the whole answer took, in processor seconds."""

    loading: float
    policies: float
    answering: float

    @property
    def evaluating(self) -> float:
        """Everything but loading."""
        return self.policies + self.answering


def round_of(values: list[Manifest]) -> tuple[Round, Estate, int]:
    """Load, make rules of policies, and answer, all from the beginning: what a view has read once it keeps."""
    times = [time.process_time()]
    neighbours = loaded(values)
    times.append(time.process_time())
    estate = estate_of(neighbours)
    # What cannot be told takes a second answer: there is nothing of it here.
    assert not estate.doubts, estate.doubts
    assert estate.is_certain
    times.append(time.process_time())
    pairs = all_pairs(estate)
    times.append(time.process_time())
    taken = Round(*(after - before for before, after in itertools.pairwise(times)))
    return taken, estate, pairs


def measured(name: str) -> dict[str, Any]:
    """What one size takes. It is meant to be asked in a process that does nothing else, for its memory."""
    values = list(manifests(SIZES[name]))
    best, estate, pairs = round_of(values)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for _ in range(2 if best.evaluating < QUICK_S else 0):
        best = min(best, round_of(values)[0], key=lambda one: one.evaluating)
    start = time.process_time()
    edges = sum(1 for _ in estate.edges)
    listing = time.process_time() - start
    counted = {"ends": len(estate.peers), "pairs": pairs, "edges": edges, "listing": listing, "peak": peak}
    return {**counted, **asdict(best), "evaluating": best.evaluating}


def line(name: str) -> str:
    """One line of the table, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    return (
        f"| {SIZES[name]} | {found['ends']:,} | {found['loading']:.2f} s | {found['policies']:.2f} s "
        f"| {found['answering']:.2f} s | **{found['evaluating']:.2f} s** | {found['pairs']:,} "
        f"| {found['edges']:,} | {found['listing']:.2f} s | {found['peak'] / 1e6:.0f} MB |"
    )


def text(sizes: Iterable[str], *, peers: bool) -> str:
    """The section of the README."""
    heads = (
        "Cluster | Ends | Loading | Policies | All pairs | Both | Pairs of pods that may talk | Edges | Listing them"
    )
    lines = [machine.line(), "", f"| {heads} | Peak memory |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    lines.extend(map(line, sizes))
    if peers:
        with tempfile.TemporaryDirectory() as folder:
            lines.extend(["", *network_peers.table(Path(folder))])
    return "\n".join(lines)


def main() -> int:
    """Measure as the arguments say, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=tuple(SIZES), default=list(SIZES))
    parser.add_argument("--no-peers", action="store_true", help="measure Hardstand alone")
    parser.add_argument("--write", action="store_true", help="renew the table in README.md")
    parser.add_argument("--one", choices=tuple(SIZES), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one)))
        return 0
    found = text(given.sizes, peers=not given.no_peers)
    print(found)
    if given.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(START)
        README.write_text(f"{before}{START}\n{found}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
