"""A gate that runs as a program of its own beside a real cluster, for tests."""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually


class Gate:
    """The process, and what it has said."""

    def __init__(self, cluster: Cluster, folder: Path, *arguments: str, port: int | None = None) -> None:
        self.cluster = cluster
        self.folder = folder
        self.port = port or free_port()
        self.said: list[str] = []
        self.baseline = folder / "hardstand.yaml"
        self._arguments = arguments
        self.process = self._start()

    @property
    def record(self) -> Path:
        return self.folder / "record"

    def _start(self) -> "subprocess.Popen[str]":
        command = [
            sys.executable, "-m", "hardstand", "gate", "--kubeconfig", str(self.cluster.kubeconfig), "--apply",
            "--listen", f"127.0.0.1:{self.port}", "--name", "127.0.0.1", "--url", f"https://127.0.0.1:{self.port}",
            "--certificates", str(self.folder / "certificates"), "--record", str(self.record),
            "--baseline", str(self.baseline), *self._arguments,
        ]  # fmt: skip
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=self.folder)
        self._reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._reader.start()
        return process

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr:
            self.said.extend(process.stderr)

    def ready(self) -> None:
        """Wait until it answers and the API server asks it."""
        eventually(lambda: self.heard(r"serving on port"), "the gate to serve")
        eventually(self.asked, "the API server to ask the gate")

    def heard(self, pattern: str) -> bool:
        return any(re.search(pattern, line) for line in list(self.said))

    def asked(self) -> bool:
        """The API server asks the gate: it refuses what is nothing but a probe."""
        done = self.cluster.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(PROBE), check=False)
        return "hardstand" in (done.stderr + done.stdout).lower()

    def declare(self, **baseline: Any) -> None:
        self.baseline.write_text(yaml.safe_dump(baseline, sort_keys=False))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def restart(self) -> None:
        self.said.clear()
        self.process = self._start()
        eventually(lambda: self.heard(r"serving on port"), "the gate to serve again")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            status = self.process.wait(60)
            self._reader.join()
            assert status == 0, "".join(self.said)


PROBE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe", "namespace": "default"},
    "spec": {"containers": [{"name": "c", "image": "registry.example/x:1", "securityContext": {"privileged": True}}]},
}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def gate(cluster: Cluster, folder: Path, baseline: dict[str, Any], *arguments: str) -> Iterator[Gate]:
    """A gate that holds a baseline."""
    (folder / "hardstand.yaml").write_text(yaml.safe_dump(baseline, sort_keys=False))
    made = Gate(cluster, folder, *arguments)
    try:
        made.ready()
        yield made
    finally:
        made.stop()
