"""The manifests on a real API server: what it makes of them, what the gate may do with them, and who is locked out."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually
from tests.deploy.manifests import DIGEST, MANIFESTS, ROOT, chart, hardstand, listed

Own = Callable[[Options], Cluster]
ACCOUNT = "system:serviceaccount:hardstand:hardstand-gate"
NAME = "validatingwebhookconfiguration/hardstand-gate"
TAKE_AWAY = ("delete", "clusterrolebinding,validatingwebhookconfiguration", "hardstand-gate")
"""As docs/install.md and `hardstand gate plan` say it."""


def overlay(folder: Path, baseline: str) -> Path:
    """The kustomization that docs/install.md shows, beside a baseline."""
    shown = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "install.md").read_text(), re.DOTALL)
    assert shown is not None
    (folder / "hardstand").mkdir(parents=True)
    shutil.copytree(ROOT / "deploy", folder / "hardstand" / "deploy")
    (folder / "hardstand.yaml").write_text(baseline)
    (folder / "kustomization.yaml").write_text(shown[1])
    return folder


STRICT = """
modes:
- mode: warn
- {mode: block, control: privileged-container}
gate:
  failure_policy: {critical: fail, high: fail, medium: fail, low: fail}
"""


def pod(name: str, namespace: str) -> dict[str, Any]:
    """A pod that Pod Security takes at every level."""
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
    spec = {
        "containers": [{"name": "c", "image": "registry.example/x:1", "securityContext": security}],
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def made(cluster: Cluster, name: str, namespace: str) -> str:
    """What the API server says to a pod; nothing where it takes it."""
    return cluster.kubectl("create", "-f", "-", input=json.dumps(pod(name, namespace)), check=False).stderr


def test_nobody_is_locked_out_of_what_the_gate_needs(own_cluster: Own, tmp_path: Path) -> None:
    cluster = own_cluster(Options(nodes=2))
    cluster.kubectl("apply", "--server-side", "-f", str(MANIFESTS / "namespace.yaml"))  # The others lie in it.
    files = [word for file in listed(MANIFESTS, MANIFESTS / "watch") for word in ("-f", str(file))]
    cluster.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", *files)
    objects = [one for name, one in chart("watch.enabled=true").items() if not name.startswith("Namespace/")]
    items = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    cluster.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", input=items)

    built = cluster.kubectl("kustomize", str(overlay(tmp_path / "ours", STRICT))).stdout
    assert f"registry.example.com/hardstand@{DIGEST}" in built
    assert "registry.invalid" not in built
    done = cluster.kubectl("apply", "--server-side", "--validate=strict", "-f", "-", input=built)
    assert "Warning" not in done.stderr
    eventually(lambda: running(cluster) == {"gate": 2, "watch": 1}, "the pods of gate and watch")

    # Nothing serves behind the Service: the pods are kwok's.
    (tmp_path / "hardstand.yaml").write_text(STRICT)
    plan = json.loads(hardstand("gate", "plan", "--format", "json", cwd=tmp_path))
    cluster.apply(plan["configuration"])
    eventually(lambda: "failed calling webhook" in made(cluster, "refused", "default"), "the failure policy")
    for number, namespace in enumerate(("hardstand", "kube-system", "kube-public", "kube-node-lease")):
        cluster.apply(account(namespace))
        assert made(cluster, f"let-in-{number}", namespace) == ""
    assert "failed calling webhook" in made(cluster, "refused", "default")

    # Down to nothing and back again: the gate's own pods are made although nobody answers.
    cluster.kubectl("scale", "deployment/hardstand-gate", "-n", "hardstand", "--replicas=0")
    eventually(lambda: running(cluster).get("gate", 0) == 0, "the gate to be gone")
    assert "failed calling webhook" in made(cluster, "refused", "default")
    cluster.kubectl("scale", "deployment/hardstand-gate", "-n", "hardstand", "--replicas=2")
    eventually(lambda: running(cluster).get("gate") == 2, "the gate to be back")

    # One command takes it away.
    cluster.kubectl(*TAKE_AWAY)
    eventually(lambda: made(cluster, "let-in", "default") == "", "the webhooks to be gone")


def account(namespace: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}


def running(cluster: Cluster) -> dict[str, int]:
    """How many pods of each component run."""
    found: dict[str, int] = {}
    for one in cluster.get("pods", "-n", "hardstand", "-l", "app.kubernetes.io/name=hardstand")["items"]:
        if one["status"]["phase"] == "Running" and "deletionTimestamp" not in one["metadata"]:
            component = one["metadata"]["labels"]["app.kubernetes.io/component"]
            found[component] = found.get(component, 0) + 1
    return found


@contextmanager
def serving(cluster: Cluster, folder: Path, kubeconfig: Path) -> Iterator[list[str]]:
    """A gate that runs as the service account of the manifests, with its arguments but for where things are."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"https://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "hardstand", "gate", "serve", "--apply", f"--listen=127.0.0.1:{port}", f"--url={url}",
        "--name=127.0.0.1", f"--kubeconfig={kubeconfig}", f"--baseline={folder / 'hardstand.yaml'}",
        f"--record={folder / 'record'}",
    ]  # fmt: skip
    said: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        reader = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
        reader.start()
        try:
            yield said
        finally:
            process.terminate()
            process.wait(60)


def test_the_rights_are_enough_and_no_more(own_cluster: Own, tmp_path: Path) -> None:
    cluster = own_cluster(Options(nodes=0))
    cluster.kubectl("apply", "--server-side", "-k", str(MANIFESTS))
    (tmp_path / "hardstand.yaml").write_text(STRICT)
    kubeconfig = as_account(cluster, tmp_path / "kubeconfig")

    with serving(cluster, tmp_path, kubeconfig) as said:
        eventually(lambda: "Hardstand refuses Pod default/probe" in refused(cluster), "a refusal")
        assert any("writing Secret hardstand/hardstand-gate-certificates" in line for line in said)
        # It puts back what is taken away, so that taking it away begins with the right to.
        cluster.kubectl("delete", NAME)
        eventually(lambda: cluster.kubectl("get", NAME, check=False).returncode == 0, "the webhooks to be back")
        cluster.kubectl(*TAKE_AWAY)
        eventually(
            lambda: any("forbidden" in one and "hardstand-gate" in one for one in said), "that it may not put it back"
        )
        assert cluster.kubectl("get", NAME, check=False).returncode != 0
        assert refused(cluster) == ""

    cluster.kubectl("apply", "--server-side", "-k", str(MANIFESTS))
    for allowed in (
        ("list", "pods", "-A"),
        ("watch", "deployments.apps", "-A"),
        ("patch", NAME),
        ("create", NAME),
        ("update", "secret/hardstand-gate-certificates", "-n", "hardstand"),
    ):
        assert may(cluster, *allowed), allowed
    for denied in (
        ("create", "validatingwebhookconfigurations"),
        ("patch", "validatingwebhookconfiguration/other"),
        ("delete", NAME),
        ("list", "secrets", "-A"),
        ("list", "secrets", "-n", "hardstand"),
        ("update", "secret/other", "-n", "hardstand"),
        ("delete", "secret/hardstand-gate-certificates", "-n", "hardstand"),
        ("create", "secrets", "-n", "default"),
        ("create", "pods", "-n", "hardstand"),
        ("patch", "deployments", "-n", "hardstand"),
        ("impersonate", "users"),
        ("create", "clusterrolebindings"),
        ("get", "nodes/proxy"),
    ):
        assert not may(cluster, *denied), denied


def refused(cluster: Cluster) -> str:
    """What is said of a privileged pod."""
    one = pod("probe", "default")
    one["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    return cluster.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(one), check=False).stderr


def may(cluster: Cluster, verb: str, *what: str) -> bool:
    return cluster.kubectl("auth", "can-i", verb, *what, as_user=ACCOUNT, check=False).stdout.strip() == "yes"


def as_account(cluster: Cluster, path: Path) -> Path:
    """A kubeconfig by which one is the gate's service account."""
    told = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json").stdout)
    token = cluster.kubectl("create", "token", "hardstand-gate", "-n", "hardstand").stdout.strip()
    told["users"] = [{"name": told["contexts"][0]["context"]["user"], "user": {"token": token}}]
    path.write_text(json.dumps(told))
    path.chmod(0o600)
    return path
