"""The engine of kube-network-policies, as pinned in oracle/go.mod, built where Go is there and asked of many estates.

It is an implementation by other people, in another language and of another make: it judges the first packet of each
connection when it comes. Its packets have addresses; so pods that have none are given some, of the version of IP that
no block of the estate is of, since by the convention in brute_force.py no ipBlock holds a pod. Those on their node's
network are given some of the other version, as blocks are about nodes.

The first build takes two to four minutes on two cores; `python -m tests.analysis.reach.kube_network_policies` does no
more than that.
"""

import fcntl
import hashlib
import json
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
    CACHE.mkdir(parents=True, exist_ok=True)
    # Whoever comes while it is being built waits, so that several test processes build it once.
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            _build(go, program)
    return program


def _build(go: str, program: Path) -> None:
    fetched = subprocess.run([go, "mod", "download"], cwd=HERE, capture_output=True, text=True, timeout=600)
    if fetched.returncode:
        raise NotAvailableError(f"its Go modules cannot be had: {fetched.stderr.strip()}")
    fresh = program.with_suffix(".new")
    subprocess.run([go, "build", "-buildvcs=false", "-trimpath", "-o", fresh, "."], cwd=HERE, check=True, timeout=900)
    fresh.rename(program)


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
    addresses = addresses_of(one, family)
    return {
        "objects": [_placed(value, addresses) for value in one.objects],
        "addresses": [*addresses.values(), *one.outside],
        "ports": [{"protocol": protocol, "port": port} for protocol, port in one.ports],
    }


def addresses_of(one: Estate, family: int = 4) -> dict[str, str]:
    """The address of each pod in the packets of the judge: its own, if it has one."""
    pods = [value for value in one.objects if value["kind"] == "Pod"]
    return {_key(value): _address(number + 1, value, family) for number, value in enumerate(pods)}


def _key(value: Manifest) -> str:
    return f"{value['metadata']['namespace']}/{value['metadata']['name']}"


def _address(number: int, value: Manifest, family: int) -> str:
    if "status" in value:
        return str(value["status"]["podIPs"][0]["ip"])
    if value["spec"].get("hostNetwork"):
        return f"198.18.0.{number}" if family == 4 else f"2001:db9::{number:x}"
    return f"fd00::{number:x}" if family == 4 else f"192.0.2.{number}"


def _placed(value: Manifest, addresses: dict[str, str]) -> Manifest:
    """A pod with its address; anything else as it is."""
    if value["kind"] != "Pod":
        return value
    return {**value, "status": {"phase": "Running", "podIPs": [{"ip": addresses[_key(value)]}]}}


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


if __name__ == "__main__":
    built()
