"""`hardstand rbac` of a running cluster, with the rights that doctor prints, and of a snapshot of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.handle import Cluster


def hardstand(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hardstand", *words],
        cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], "HOME": str(cwd)},
    )  # fmt: skip


@pytest.fixture
def reader(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Path]:
    """A kubeconfig of somebody with the rights that doctor prints for `rbac`, and no others."""
    role = hardstand("doctor", "--verb=rbac", "--format=role", f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path)
    name = f"rbac-reader-{namespace}"
    (told,) = yaml.safe_load_all(role.stdout)
    told["metadata"]["name"] = name
    cluster.kubectl("apply", "-f", "-", input=json.dumps(told))
    cluster.kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", f"--user={name}")
    yield cluster.kubeconfig_for(name)
    cluster.kubectl("delete", "clusterrole,clusterrolebinding", name)


def test_a_cluster_and_its_snapshot_answer_alike(
    cluster: Cluster, namespace: str, reader: Path, tmp_path: Path
) -> None:
    account = f"serviceaccount:{namespace}/builder"
    cluster.kubectl("create", "serviceaccount", "builder", "-n", namespace)
    cluster.kubectl("create", "role", "b", "--verb=bind", "--resource=roles", "-n", namespace)
    cluster.kubectl(
        "create", "rolebinding", "b", "--clusterrole=admin", f"--serviceaccount={namespace}:builder", "-n", namespace
    )
    cluster.kubectl("create", "clusterrole", f"imp-{namespace}", "--verb=impersonate", "--resource=groups")
    cluster.kubectl(
        "create", "clusterrolebinding", f"imp-{namespace}", f"--clusterrole=imp-{namespace}",
        f"--serviceaccount={namespace}:builder",
    )  # fmt: skip
    try:
        taken = hardstand(
            "snapshot", "--cluster", f"--kubeconfig={cluster.kubeconfig}", "-o", "e.json.zst", cwd=tmp_path
        )
        assert taken.returncode == 0, taken.stderr
        for words in (
            ("can", account, "create", "pods", "-n", namespace),
            ("who-can", "impersonate", "groups"),
            ("what-can", account),
            ("paths", "--from", account, "--to", "cluster-admin"),
        ):
            live = hardstand("rbac", *words, "--cluster", f"--kubeconfig={reader}", cwd=tmp_path)
            kept = hardstand("rbac", *words, "e.json.zst", cwd=tmp_path)
            assert live.returncode in (0, 1), live.stderr
            assert namespace in live.stdout
            assert (live.returncode, live.stdout) == (kept.returncode, kept.stdout)
    finally:
        cluster.kubectl("delete", "clusterrole,clusterrolebinding", f"imp-{namespace}")
