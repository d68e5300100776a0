"""A gate that runs as a program beside a cluster, and what it has kept."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

PROBED = "probed"
"""A namespace in which every baseline of these tests refuses privileged containers, which tells that it is held."""


def privileged(name: str, namespace: str) -> dict[str, object]:
    container = {"name": "app", "image": "registry.example/app:1", "securityContext": {"privileged": True}}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


@contextmanager
def held(cluster: Cluster, folder: Path, baseline: Path) -> Iterator[Path]:
    """A gate that holds a baseline until the block ends; gives the folder in which it records."""
    folder.mkdir()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [
        sys.executable, "-m", "hardstand", "gate", "--kubeconfig", str(cluster.kubeconfig), "--apply",
        "--listen", f"127.0.0.1:{port}", "--name", "127.0.0.1", "--url", f"https://127.0.0.1:{port}",
        "--certificates", str(folder / "certificates"), "--record", str(folder / "record"),
        "--baseline", str(baseline),
    ]  # fmt: skip
    said: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        reader = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
        reader.start()
        try:
            eventually(lambda: refuses(cluster, said), "the gate to be asked")
            yield folder / "record"
        finally:
            process.terminate()
            assert process.wait(60) == 0, "".join(said)
            reader.join()
            cluster.kubectl("delete", "validatingwebhookconfiguration", "hardstand-gate", "--ignore-not-found")


def refuses(cluster: Cluster, said: list[str]) -> bool:
    assert not any("error:" in line for line in said), "".join(said)
    probe = json.dumps(privileged("probe", PROBED))
    done = cluster.kubectl("create", "--dry-run=server", "-f", "-", input=probe, check=False)
    return "Hardstand refuses" in done.stderr
