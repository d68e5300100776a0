"""`hardstand gate` as a process of its own beside a real cluster, as users run it."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from hardstand.ledger.journal import events
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

CONFIGURATION = "validatingwebhookconfiguration/hardstand-gate"
HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


def declare(folder: Path, baseline: Mapping[str, Any] | str) -> Path:
    """Put a baseline into the folder in one step, as an editor saves it; a text goes there as it is."""
    text = baseline if isinstance(baseline, str) else yaml.safe_dump(dict(baseline), sort_keys=False)
    (folder / "new.yaml").write_text(text)
    return (folder / "new.yaml").rename(folder / "hardstand.yaml")


class Gate:
    """One process after another on one port, and what they have said."""

    def __init__(
        self, folder: Path, kubeconfig: Path, *arguments: str, url: str | None = None, certificates: bool = True
    ) -> None:
        """`certificates`: it keeps its own in a folder. Otherwise `arguments` say where, or nothing: in a Secret."""
        self.folder = folder
        self.port = free_port()
        self.record = folder / f"record-{self.port}"
        self.said: list[str] = []
        self.command = [
            sys.executable, "-m", "hardstand", "gate", "--kubeconfig", str(kubeconfig), "--apply",
            "--listen", f"{HERE}:{self.port}", "--url", url or f"https://{HERE}:{self.port}",
            "--record", str(self.record), "--baseline", "hardstand.yaml",
            *(["--certificates", str(folder / "certificates")] if certificates else []), *arguments,
        ]  # fmt: skip
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[str]":
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=environment)
        self._reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._reader.start()
        return process

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr as stderr:
            for line in stderr:
                self.said.append(line)

    def heard(self, pattern: str) -> bool:
        return any(re.search(pattern, line) for line in list(self.said))

    def hear(self, pattern: str) -> None:
        """Wait until it says so. AssertionError with all that it said, when it ends before."""

        def there() -> bool:
            if self.heard(pattern):
                return True
            if self.process.poll() is not None:
                self._reader.join(5)
                if not self.heard(pattern):
                    raise EOFError(f"the gate has ended with {self.process.returncode}: {''.join(self.said)}")
            return self.heard(pattern)

        eventually(there, f"the gate to say {pattern!r}")

    def serves(self) -> None:
        self.hear(r"serving on port")

    def metrics(self) -> dict[str, float]:
        lines = self._get("/metrics").splitlines()
        return {name: float(value) for name, _, value in (one.rpartition(" ") for one in lines if one[:1] != "#")}

    def reviews(self) -> float:
        """How many reviews it has answered."""
        return sum(value for name, value in self.metrics().items() if "_reviews_total{" in name)

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"https://{HERE}:{self.port}{path}", context=trusting(), timeout=20) as answer:
            return str(answer.read().decode())

    def certificate(self) -> str:
        """The certificate that a new connection is shown, as PEM."""
        return ssl.get_server_certificate((HERE, self.port))

    def events(self) -> list[dict[str, Any]]:
        """What it has recorded."""
        return [dict(one) for one in events(self.record) if isinstance(one, Mapping)]

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self._ended()

    def restart(self) -> None:
        self.said.clear()
        self.process = self._start()
        self.serves()

    def terminate(self) -> None:
        """Ask it to go; it goes on for a while."""
        self.process.send_signal(signal.SIGTERM)

    def gone(self) -> int:
        """Wait until it has gone; its exit status."""
        return self._ended()

    def _ended(self) -> int:
        status = self.process.wait(60)
        self._reader.join(10)
        return status


@contextmanager
def gates(cluster: Cluster, *several: Gate) -> Iterator[None]:
    """Wait until these serve and the API server asks them; at the end, they and all that they have written go."""
    try:
        for one in several:
            one.serves()
        eventually(lambda: asked(cluster, several), "the API server to ask the gate")
        yield
    finally:
        for one in several:
            if one.process.poll() is None:
                one.kill()
        # Not before: one that runs writes it again.
        cluster.kubectl("delete", CONFIGURATION, "--ignore-not-found")


def asked(cluster: Cluster, several: Sequence[Gate]) -> bool:
    """Have something created for a try; whether any of the gates has been asked about it."""
    before = sum(one.reviews() for one in several)
    labels, spec = {"probe": "probe"}, {"containers": [{"name": "probe", "image": "registry.example/probe:1"}]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    probe = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",  # Every gate is asked about those, whichever controls it holds.
        "metadata": {"generateName": "probe-", "namespace": "default"},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    cluster.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(probe), check=False)
    return sum(one.reviews() for one in several) > before


def run(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command line, to its end."""
    command = [sys.executable, "-m", "hardstand", *arguments]
    path = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=path, timeout=100, check=False)


def trusting() -> ssl.SSLContext:
    """For those who look at a certificate and do not depend on it."""
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made
