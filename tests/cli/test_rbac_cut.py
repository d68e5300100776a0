"""`hardstand rbac cut` as a person meets it: real processes, real files, a snapshot, and a real cluster."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.cluster.handle import Cluster

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "spec" / "rbac-cut.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT, format_checker=Draft202012Validator.FORMAT_CHECKER)
FILES = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cut-binder}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cut-maker}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}
- {apiGroups: [""], resources: [pods, services], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cut-binders}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cut-binder}
subjects:
- {kind: Group, apiGroup: rbac.authorization.k8s.io, name: ops}  # stays
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: mallory}  # goes
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cut-makers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cut-maker}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: mallory}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cut-all}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: mallory}]
"""


def cut(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "cut", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rbac.yaml").write_text(FILES)
    return tmp_path


def test_what_a_person_sees_and_git_applies(files: Path) -> None:
    done = cut("--from", "user:mallory", "rbac.yaml", cwd=files)
    assert (done.returncode, done.stderr) == (1, "")
    answer, diff = done.stdout.split("\n\n", 1)
    assert answer.splitlines()[0] == "User mallory can get to cluster-admin"
    assert "take away 2 grants" in answer
    assert "and no cut weighs less" in answer
    assert "proven: read again with these changes made, no path is left" in answer
    assert "-- {kind: User, apiGroup: rbac.authorization.k8s.io, name: mallory}  # goes" in diff
    subprocess.run(["git", "init", "-q"], cwd=files, check=True)
    subprocess.run(["git", "apply"], input=done.stdout, text=True, cwd=files, check=True)
    text = (files / "rbac.yaml").read_text()
    assert "# stays" in text
    assert "cut-all" not in text
    again = cut("--from", "user:mallory", "rbac.yaml", cwd=files)
    assert again.stdout == "nothing to cut: 1 identity, and no path to cluster-admin\n"
    assert again.returncode == 0


def test_of_the_two_grants_of_a_step_the_one_goes_that_less_else_uses(files: Path) -> None:
    found = json.loads(cut("--from", "user:mallory", "--format", "json", "rbac.yaml", cwd=files).stdout)
    VALIDATOR.validate(found)
    assert [one["binding"] for one in found["cut"]] == ["ClusterRoleBinding cut-all", "ClusterRoleBinding cut-binders"]
    assert found["verdict"] == "cut"
    assert found["exact"]
    assert [one["weight"] for one in found["cut"]] == [1101, 2]  # The other grant of the step would be 8.
    assert found["weight"] == found["bound"] == sum(one["weight"] for one in found["cut"])
    assert found["cut"][1]["place"] == {"file": "rbac.yaml", "line": 19, "column": 3}
    assert found["cut"][1]["stops"] == [
        {"verbs": ["bind"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"]}
    ]
    assert found["proof"]["paths_left"] == 0


def test_what_is_to_be_kept_is_kept_and_the_other_grant_goes(files: Path) -> None:
    done = cut("--from", "user:mallory", "--keep", "cut-binders", "--format", "json", "rbac.yaml", cwd=files)
    found = json.loads(done.stdout)
    assert [one["binding"] for one in found["cut"]] == ["ClusterRoleBinding cut-all", "ClusterRoleBinding cut-makers"]


def test_where_everything_is_kept_there_is_no_cut_and_the_path_is_told(files: Path) -> None:
    done = cut("--from", "user:mallory", "--keep", "cut-all", "rbac.yaml", cwd=files)
    assert done.returncode == 1
    assert "no cut exists: nothing may be taken away that ends this path" in done.stdout
    assert "kept: --keep names it" in done.stdout
    found = json.loads(
        cut("--from", "user:mallory", "--keep", "user:mallory", "--format", "json", "rbac.yaml", cwd=files).stdout
    )
    VALIDATOR.validate(found)
    assert (found["verdict"], found["cut"], found["proof"]) == ("no-cut", [], None)
    assert found["standing"][-1]["end"] == "cluster-admin"


@pytest.mark.parametrize(
    "persona", ["glass: {subjects: [mallory], break_glass: true}", "glass: {like: break-glass, subjects: [mallory]}"]
)
def test_a_persona_for_emergencies_is_left_alone(persona: str, files: Path) -> None:
    (files / "hardstand.yaml").write_text(f"personas:\n  {persona}\n")
    everybody = cut("rbac.yaml", cwd=files)
    assert "mallory" not in everybody.stdout.splitlines()[0]
    named = cut("--from", "user:mallory", "rbac.yaml", cwd=files)
    assert "it is for emergencies: the baseline's persona glass" in named.stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--keep", "nothing-of-the-kind", "rbac.yaml"], "--keep nothing-of-the-kind names no binding and no subject"),
        (["--to", "moon", "rbac.yaml"], "'moon' is nothing to get to"),
        (["--from", "sa:web", "rbac.yaml"], "names no service account"),
        (["--seconds", "soon", "rbac.yaml"], "'soon' is no number of seconds"),
    ],
)
def test_what_names_nothing_is_an_error(files: Path, arguments: list[str], error: str) -> None:
    done = cut(*arguments, cwd=files)
    assert done.returncode == 2
    assert error in done.stderr


def test_what_cannot_be_read_is_told_and_is_not_clean(files: Path) -> None:
    (files / "broken.yaml").write_text("kind: [\n")
    (files / "rbac.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    done = cut("--from", "user:mallory", ".", cwd=files)
    assert done.returncode == 2
    assert "broken.yaml" in done.stderr


def test_without_the_solver_it_says_what_to_install(files: Path) -> None:
    code = (
        "import sys; sys.modules['highspy'] = None; from hardstand.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "rbac", "cut", "--from", "user:mallory", "rbac.yaml"]
    done = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 2
    assert "pip install 'hardstand[solver]'" in done.stderr


def test_in_a_cluster_the_commands_end_the_path(cluster: Cluster, tmp_path: Path) -> None:
    cluster.apply(*yaml.safe_load_all(FILES))
    try:
        kubeconfig = ["--cluster", "--kubeconfig", str(cluster.kubeconfig)]
        done = cut("--from", "user:mallory", *kubeconfig, cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        script = [shlex.split(line)[1:] for line in done.stdout.splitlines() if line.startswith("kubectl ")]
        assert sorted(words[0] for words in script) == ["delete", "patch"]
        for words in script:
            cluster.kubectl(*words)
        left = cluster.get("clusterrolebinding", "cut-binders")
        assert [one["name"] for one in left["subjects"]] == ["ops"]
        again = cut("--from", "user:mallory", *kubeconfig, cwd=tmp_path)
        assert again.stdout == "nothing to cut: 1 identity, and no path to cluster-admin\n"
        assert again.returncode == 0
    finally:
        cluster.kubectl("delete", "clusterrolebinding", "cut-binders", "cut-makers", "cut-all", "--ignore-not-found")
        cluster.kubectl("delete", "clusterrole", "cut-binder", "cut-maker")
