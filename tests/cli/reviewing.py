"""An access review as people hold it, for tests: real processes, files, keys and ssh-keygen."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

ESTATE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods, configmaps], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules:
- {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everything, creationTimestamp: "2025-01-02T03:04:05Z", resourceVersion: "7", labels: {app: x}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects:
- {kind: Group, apiGroup: rbac.authorization.k8s.io, name: ops}
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: old, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: gone}]
"""
LATER = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
SPEC = Path(__file__).parents[2] / "spec"
needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def rbac(*arguments: str, cwd: Path, status: int | None = 0) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done


def key_of(folder: Path, name: str) -> str:
    """Make a key for somebody, and give the line of the allowed signers."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
    subprocess.run(command, check=True)
    return f'{name} namespaces="hardstand-review" {(folder / f"{name}.pub").read_text()}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "estate.yaml").write_text(ESTATE)
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Path:
    """A campaign that two people are asked in."""
    (folder / "signers").write_text(key_of(folder, "ann") + key_of(folder, "bob"))
    rbac(
        "review", "start", "--due", LATER, "--reviewer", "shop=ann", "--reviewer", "bob", "--signers", "signers",
        "-o", "review", "estate.yaml", cwd=folder,
    )  # fmt: skip
    return folder


def grants(folder: Path) -> dict[str, dict[str, object]]:
    found = json.loads((folder / "review/campaign.json").read_text())["grants"]
    return {one["subject"]: one for one in found}


def answer(folder: Path, who: str, **answers: dict[str, str]) -> None:
    """Fill in the file of somebody, by the names of subjects with an underscore for the colon."""
    path = folder / f"review/answers/{who}.yaml"
    told = yaml.safe_load(path.read_text())
    by_id = {one["id"]: subject for subject, one in grants(folder).items()}
    told["answers"] = [
        {"grant": one["grant"], **answers.get(by_id[one["grant"]].replace(":", "_").replace("/", "_"), {})}
        for one in told["answers"]
    ]
    path.write_text(yaml.safe_dump(told))


def answered(folder: Path) -> None:
    """Answer everything, and sign it: once by ourselves, once by ssh-keygen."""
    answer(folder, "ann", serviceaccount_shop_web={"answer": "keep"}, user_gone={"answer": "remove", "comment": "left"})
    answer(
        folder, "bob", group_ops={"answer": "keep"},
        user_jane={"answer": "narrow", "to": "ClusterRole/reader", "in": "shop"},
    )  # fmt: skip
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=folder)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", "bob", "-n", "hardstand-review", "review/answers/bob.yaml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def closed(folder: Path) -> Path:
    answered(folder)
    rbac("review", "close", "review", "-o", "bundle.tar.gz", cwd=folder)
    return folder / "bundle.tar.gz"
