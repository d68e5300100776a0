"""`plan fixes --cluster` and `fix --cluster`: what runs is planned and mended as files are, by commands."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.handle import Cluster

SECRET = "Vq7-literal-Umbrella3"


def hardstand(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *words]
    home = {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=home)


def deployment(name: str) -> dict[str, Any]:
    container = {
        "name": "web",
        "image": "registry.example/web:1",
        "env": [{"name": "DB_PASSWORD", "value": SECRET}],
        "args": ["--password", SECRET],
        "securityContext": {"privileged": True},
    }
    labels = {"app": name}
    spec = {
        "replicas": 0,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def test_what_is_printed_mends_what_runs(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(deployment("web"), deployment("db"), namespace=namespace)
    where = ["--cluster", f"--kubeconfig={cluster.kubeconfig}", "-n", namespace]
    planned = hardstand("plan", "fixes", *where, "--unsafe", "--limit", "1", "--format", "json", cwd=tmp_path)
    assert planned.returncode == 0, planned.stderr
    (change,) = json.loads(planned.stdout)["changes"]
    assert change["removes"]["findings"] >= 2
    assert {"--cluster", f"--kubeconfig={cluster.kubeconfig}", f"--namespace={namespace}"} <= set(change["command"])
    assert "--apply" not in change["command"]
    printed = hardstand(*change["command"][1:], cwd=tmp_path)
    assert printed.returncode == 0, printed.stderr
    script = [line for line in printed.stdout.splitlines() if not line.startswith("#")]
    assert all(line.startswith(f"kubectl --namespace={namespace} patch deployment.v1.apps/") for line in script)
    before = ids(where, tmp_path)
    ran = subprocess.run(
        ["sh", "-e"],
        input="\n".join(script),
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig)},
    )
    assert ran.returncode == 0, ran.stderr
    ended = before - ids(where, tmp_path)
    assert {place["id"] for place in change["places"]} <= ended


def test_what_the_server_refuses_to_change_is_made_anew(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    container = {"name": "web", "image": "registry.example/web:1", "securityContext": {"privileged": True}}
    spec = {"containers": [container], "restartPolicy": "Never"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad"}, "spec": spec}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {"template": {"spec": spec}}}
    job["spec"]["suspend"] = True  # type: ignore[index]
    cluster.apply(pod, job, namespace=namespace)
    chosen = ["--cluster", f"--kubeconfig={cluster.kubeconfig}", "-n", namespace, "--select=privileged-container"]
    done = hardstand("fix", *chosen, "--unsafe", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to change: no fix can be made for the 2 findings here" in done.stderr
    told = re.findall(r"made anew: `(kubectl .*?) > (.*?)`, .*?, then `(kubectl .*?)`", done.stderr)
    assert {file for _, file, _ in told} == {"bad.yaml", "once.yaml"}
    for get, file, replace in told:
        read = cluster.kubectl(*shlex.split(get)[1:]).stdout
        made = yaml.safe_load(read)
        refused = cluster.kubectl(
            *shlex.split(get)[1:2], "patch", shlex.split(get)[3], "--type=json", f"--patch={PATCH[made['kind']]}",
            check=False,
        )  # fmt: skip
        assert refused.returncode != 0
        (tmp_path / file).write_text(yaml.safe_dump(mended(made)))
        cluster.kubectl(*shlex.split(replace.replace(file, str(tmp_path / file)))[1:])
    after = json.loads(hardstand("scan", *chosen, "--format", "json", cwd=tmp_path).stdout)
    assert [one["id"] for one in after["findings"]] == []


PATCH = {
    "Pod": '[{"op":"replace","path":"/spec/containers/0/securityContext/privileged","value":false}]',
    "Job": '[{"op":"replace","path":"/spec/template/spec/containers/0/securityContext/privileged","value":false}]',
}


def mended(data: dict[str, Any]) -> dict[str, Any]:
    """The object as a person changes it who does what is said."""
    pod = data["spec"] if data["kind"] == "Pod" else data["spec"]["template"]["spec"]
    pod["containers"][0]["securityContext"]["privileged"] = False
    pod.pop("nodeName", None)
    data.pop("status")
    if data["kind"] == "Job":
        del data["spec"]["selector"]
        labels = data["spec"]["template"]["metadata"]["labels"]
        data["spec"]["template"]["metadata"]["labels"] = {
            key: one for key, one in labels.items() if not key.endswith("controller-uid")
        }
    return data


def ids(where: list[str], cwd: Path) -> set[str]:
    done = hardstand("scan", *where, "--format", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return {one["id"] for one in json.loads(done.stdout)["findings"]}


def test_no_literal_secret_is_printed(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(deployment("web"), namespace=namespace)
    where = ["--cluster", f"--kubeconfig={cluster.kubeconfig}", "-n", namespace]
    for words in (["fix", *where, "--unsafe"], ["plan", "fixes", *where, "--unsafe", "--limit", "3"]):
        done = hardstand(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "web" in done.stdout
        assert SECRET not in done.stdout + done.stderr


def test_the_report_names_the_command(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(deployment("web"), namespace=namespace)
    where = ["--cluster", f"--kubeconfig={cluster.kubeconfig}", "-n", namespace]
    done = hardstand("scan", *where, "--select=privileged-container", cwd=tmp_path)
    line = "  fix: `hardstand fix --cluster --select privileged-container --unsafe` (unsafe, prints patches)"
    assert line in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (
            ["fix", "--cluster", "--apply"],
            "--apply writes files, and to a cluster nothing is written",
            "run the commands",
        ),
        (["fix", "--cluster", "a.yaml"], "--cluster and paths are two inputs", "hardstand diff"),
        (["fix"], "nothing to read is named", "--cluster"),
        (["plan", "fixes"], "nothing to read is named", "--cluster"),
        (["plan", "fixes", "--cluster", "a.yaml"], "--cluster and paths are two inputs", "hardstand diff"),
        (["plan", "fixes", "a.yaml", "--context", "x"], "--context is about a running cluster", "say --cluster too"),
        (["plan", "fixes", "--cluster"], "no cluster is configured", "--kubeconfig"),
    ],
)
def test_what_cannot_be_is_an_error_with_a_hint(tmp_path: Path, words: list[str], error: str, hint: str) -> None:
    done = hardstand(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert error in first
    assert hint in second
