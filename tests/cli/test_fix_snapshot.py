"""`fix` of a snapshot: what the API server lets nobody change is not patched, and does not count as mended."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hardstand.sources.snapshot.spool import spool
from hardstand.sources.snapshot.writing import write
from tests.engine.live import page
from tests.sources.clusters import about, deployment, namespace

RISKY: dict[str, Any] = {
    "containers": [{"name": "app", "image": "registry.example/app:1.2.3", "securityContext": {"privileged": True}}]
}


def _object(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "uid": f"u-{name}"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _fixed(folder: Path, *objects: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    pages = [page(one) for one in (namespace("shop"), *objects)]
    write(str(folder / "estate.json.zst"), spool(pages, lambda: about(kinds=())).lines())
    words = ["fix", "estate.json.zst", "--select", "privileged-container", "--unsafe"]
    command = [sys.executable, "-m", "hardstand", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=110)


def test_what_has_to_be_made_anew_is_told_and_not_counted(tmp_path: Path) -> None:
    job = _object("batch/v1", "Job", "once", {"template": {"spec": RISKY}})
    web = deployment(securityContext={"privileged": True})
    done = _fixed(tmp_path, _object("v1", "Pod", "bad", RISKY), job, web)
    assert done.returncode == 0, done.stderr
    script = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert len(script) == 1
    assert script[0].startswith("kubectl --namespace=shop patch deployment.v1.apps/web --type=json")
    assert "patches printed for 1 object of the cluster: 1 of 3 findings ends, and none comes" in done.stderr
    assert (
        "not fixed: the API server lets nobody change `spec.containers` of Pod shop/bad, so that it has to be made "
        "anew: `kubectl --namespace=shop get pod/bad --output=yaml > bad.yaml`, change it there and leave out "
        "`status` and `spec.nodeName`, then `kubectl replace --force -f bad.yaml`\n" in done.stderr
    )
    assert "`spec.template` of Job shop/once" in done.stderr
    assert "get job.v1.batch/once " in done.stderr


def test_a_mirror_pod_is_changed_in_its_file(tmp_path: Path) -> None:
    pod = _object("v1", "Pod", "bad", RISKY)
    pod["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "abc"}
    done = _fixed(tmp_path, pod)
    assert (done.returncode, done.stdout) == (0, "")
    assert "only a picture of Pod shop/bad: change the file on its node" in done.stderr
    assert "nothing to change: no fix can be made for the 1 finding here" in done.stderr
