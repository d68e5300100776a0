"""The engine of kube-network-policies, as pinned in oracle/go.mod, built where Go is there and asked of many estates.

It is an implementation by other people, in another language and of another make: it judges the first packet of each
connection when it comes. Its packets have addresses; so pods are given some, of the version of IP that no block of the
estate is of, since by the convention in brute_force.py no block holds a pod.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.analysis.reach.brute_force import Packet
from tests.analysis.reach.random_estates import Estate, Manifest

HERE = Path(__file__).parent / "oracle"
CACHE = Path(__file__).parents[3] / ".cache" / "network-oracle"


class NotAvailableError(Exception):
    """The engine cannot be had on this machine, for the reason given."""


def built() -> Path:
    """The program, built once for each state of its source. NotAvailableError without Go or without its modules."""
    go = shutil.which("go")
    if go is None:
        raise NotAvailableError("there is no Go toolchain")
    sources = b"".join((HERE / name).read_bytes() for name in ("go.mod", "go.sum", "linked.s", "main.go"))
    program = CACHE / hashlib.sha256(sources).hexdigest()[:16]
    if not program.exists():
        fetched = subprocess.run([go, "mod", "download"], cwd=HERE, capture_output=True, text=True, timeout=600)
        if fetched.returncode:
            raise NotAvailableError(f"its Go modules cannot be had: {fetched.stderr.strip()}")
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(f".{os.getpid()}")
        subprocess.run([go, "build", "-buildvcs=false", "-o", fresh, "."], cwd=HERE, check=True, timeout=900)
        fresh.rename(program)
    return program


def verdicts(estates: Iterable[Estate], family: int = 4) -> Iterator[dict[Packet, bool]]:
    """For each estate what is said of each packet that a pod sends or gets, none to itself.

    `family` is the version of IP of which the estates' blocks are. A pod's own packets to itself do not leave it.
    """
    asked = list(estates)
    lines = [json.dumps(_question(one, family)) for one in asked]
    done = subprocess.run([built()], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=900)
    replies = done.stdout.split()
    assert len(replies) == len(asked), (len(replies), len(asked), done.stderr[-500:])
    for one, reply in zip(asked, replies, strict=True):
        yield _read(one, reply)


def _question(one: Estate, family: int) -> dict[str, object]:
    addresses = dict(zip(one.ends, _addresses(len(one.ends), 4 if family == 6 else 6), strict=True))
    return {
        "objects": [_placed(value, addresses) for value in one.objects],
        "addresses": [*addresses.values(), *one.outside],
        "ports": [{"protocol": protocol, "port": port} for protocol, port in one.ports],
    }


def _addresses(count: int, version: int) -> list[str]:
    return [f"fd00::{number + 1:x}" if version == 6 else f"192.0.2.{number + 1}" for number in range(count)]


def _placed(value: Manifest, addresses: dict[str, str]) -> Manifest:
    """A pod with its address; anything else as it is."""
    if value["kind"] != "Pod":
        return value
    address = addresses[f"{value['metadata']['namespace']}/{value['metadata']['name']}"]
    return {**value, "status": {"phase": "Running", "podIPs": [{"ip": address}]}}


def _read(one: Estate, reply: str) -> dict[Packet, bool]:
    ends, pods, said = [*one.ends, *one.outside], set(one.ends), iter(reply)
    found: dict[Packet, bool] = {}
    for source in ends:
        for destination in ends:
            for protocol, port in one.ports:
                verdict = next(said) == "1"
                if source != destination and (source in pods or destination in pods):
                    found[Packet(source, destination, protocol, port)] = verdict
    return found
