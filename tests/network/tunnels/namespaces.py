"""Two network namespaces of this machine with a wire between them; root alone can make them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENT, SERVER = "10.199.7.1", "10.199.7.2"
PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
"""Debian has the servers in `sbin`."""
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Pair:
    client: str
    server: str

    def start(self, side: str, argv: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
        """A program in one of both, its output in a file."""
        environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{PATH}"}
        with log.open("ab") as out:
            inside = ["ip", "netns", "exec", side, *argv]
            return subprocess.Popen(inside, stdout=out, stderr=out, cwd=ROOT, env=environment)

    def python(self, side: str, argv: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
        return self.start(side, [sys.executable, *argv], log)


@contextmanager
def pair(label: str) -> Iterator[Pair]:
    """Both, until the block ends; what was started in them has to be ended before."""
    made = Pair(f"hs-{os.getpid()}-{label}-c", f"hs-{os.getpid()}-{label}-s")
    try:
        for one in (made.client, made.server):
            _ip("netns", "add", one)
            _ip("-n", one, "link", "set", "lo", "up")
        _ip("-n", made.client, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", made.server)
        for one, address in ((made.client, CLIENT), (made.server, SERVER)):
            _ip("-n", one, "address", "add", f"{address}/30", "dev", "wire")
            _ip("-n", one, "link", "set", "wire", "up")
        yield made
    finally:
        for one in (made.client, made.server):
            subprocess.run(["ip", "netns", "delete", one], check=False, capture_output=True)


def _ip(*argv: str) -> None:
    done = subprocess.run(["ip", *argv], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(argv)}: {done.stderr.strip()}")
