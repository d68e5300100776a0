"""`hardstand rbac paths` as a person meets it: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

CONTRACT = json.loads((Path(__file__).parents[2] / "spec/rbac-paths.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT)

PODS = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deployer, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: deployers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
subjects:
- {kind: Group, apiGroup: rbac.authorization.k8s.io, name: ops}
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}
"""
NODE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
"""
ADMIN = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
"""
CONVERTER = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: crds}
rules: [{apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crds}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: crds}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: kim}]
"""
AGENT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: tools}
spec:
  template:
    spec:
      containers:
      - {name: agent, image: a, securityContext: {privileged: true}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: shop}
spec: {template: {spec: {serviceAccountName: operator, containers: [{name: app, image: a}]}}}
"""


def paths(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "paths", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def told(*arguments: str, cwd: Path) -> dict[str, object]:
    done = paths(*arguments, "--format", "json", cwd=cwd)
    found = json.loads(done.stdout)
    VALIDATOR.validate(found)
    return dict(found)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("pods", PODS), ("node", NODE), ("admin", ADMIN), ("kim", CONVERTER), ("agent", AGENT)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_each_step_is_told_with_its_proof_its_place_and_its_fix(files: Path) -> None:
    done = paths("--from", "user:jane", "pods.yaml", "node.yaml", "admin.yaml", cwd=files)
    assert done.stdout == (
        "path from User jane to cluster-admin: 2 steps\n"
        "  1. creates a pod in shop  [create-pods]\n"
        "     by RoleBinding shop/deployers gives Role shop/deployer to User jane (rule 1: create pods (core))\n"
        "       --> pods.yaml:12:3\n"
        "     fix: leave making pods in shop to a pipeline, or keep stronger accounts and Secrets elsewhere\n"
        "     lets the pod run as any service account of shop: being any service account in shop\n"
        "     is the account: ServiceAccount shop/operator\n"
        "  2. may do everything: cluster-admin  [holds-everything]\n"
        "     by ClusterRoleBinding operator gives ClusterRole cluster-admin to ServiceAccount shop/operator "
        "(rule 2: * * (*))\n"
        "       --> admin.yaml:5:12\n"
        "     fix: give a role that names what is needed, in the namespaces where it is\n"
        "\n"
        "cluster-admin is reached from 1 start; 1 path told\n"
    )
    assert done.returncode == 1


def test_no_path_is_told_as_such(files: Path) -> None:
    done = paths("pods.yaml", "node.yaml", cwd=files)
    assert (done.stdout, done.returncode) == ("no path to cluster-admin\n", 0)


def test_everybody_but_kubernetes_itself_is_looked_at(files: Path) -> None:
    found = told("pods.yaml", "node.yaml", "admin.yaml", cwd=files)
    assert [path["from"] for path in found["paths"]] == ["serviceaccount:shop/operator", "group:ops", "user:jane"]  # type: ignore[attr-defined]


def test_a_level_of_pod_security_keeps_from_the_node(files: Path) -> None:
    assert paths("--to", "node", "--from", "user:jane", "pods.yaml", "node.yaml", cwd=files).returncode == 0
    assert paths("--to", "node", "--from", "user:jane", "pods.yaml", cwd=files).returncode == 1


def test_a_workload_that_breaks_out_is_where_a_path_begins(files: Path) -> None:
    done = paths("--from", "workload:tools/agent", "agent.yaml", "admin.yaml", cwd=files)
    assert "path from the pods of DaemonSet tools/agent to cluster-admin: 3 steps" in done.stdout
    assert "as DaemonSet tools/agent: container agent is privileged" in done.stdout
    found = told("agent.yaml", "admin.yaml", cwd=files)
    assert [path["from"] for path in found["paths"]] == [  # type: ignore[attr-defined]
        "serviceaccount:shop/operator",
        "workload:tools/DaemonSet/agent",
    ]


def test_what_depends_on_others_is_said_and_may_be_left_out(files: Path) -> None:
    done = paths("--to", "secrets", "kim.yaml", cwd=files)
    assert "path from User kim to the Secrets everywhere: 1 step, may be\n  1. may be: has every" in done.stdout
    assert done.returncode == 1
    assert paths("--to", "secrets", "--sure", "kim.yaml", cwd=files).returncode == 0


def test_all_simple_paths_and_where_it_stops(files: Path) -> None:
    more = PODS.replace("verbs: [create]", "verbs: [create, patch]").replace("[pods]", "[pods, pods/exec]")
    (files / "pods.yaml").write_text(more)
    arguments = ("--from", "user:jane", "--all", "pods.yaml", "agent.yaml", "admin.yaml")
    whole = told(*arguments, cwd=files)
    assert len(whole["paths"]) > 2  # type: ignore[arg-type]
    assert whole["stopped"] is None
    first = told(*arguments, "--max-paths", "2", cwd=files)
    assert first["paths"] == whole["paths"][:2]  # type: ignore[index]
    assert first["stopped"] == "there are more than 2 paths"
    short = told(*arguments, "--max-length", "1", cwd=files)
    assert (short["paths"], short["starts"]) == ([], 1)
    assert short["stopped"] == "from 1 the shortest is longer than 1 steps (--max-length)"
    assert paths(*arguments, "--max-length", "1", cwd=files).returncode == 1


def test_what_could_not_be_read_is_no_clean_answer(files: Path) -> None:
    (files / "pods.yaml").write_text(PODS.replace("kind: Role, name: deployer", "kind: Role, name: elsewhere"))
    done = paths("pods.yaml", "node.yaml", cwd=files)
    assert done.stdout.startswith(
        "unknown: nothing that was read leads to cluster-admin, but\n  RoleBinding shop/deployers"
    )
    assert done.returncode == 2
    (files / "broken.yaml").write_text("kind: [")
    assert paths("node.yaml", "broken.yaml", cwd=files).returncode == 2


def test_a_diagram(files: Path) -> None:
    done = paths("--format", "mermaid", "--from", "user:jane", "pods.yaml", "admin.yaml", cwd=files)
    lines = done.stdout.splitlines()
    assert lines[0] == "flowchart LR"
    assert '  n0["User jane"]' in lines
    assert "  n0 -->|create-pods| n1" in lines


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "sa:web"), "names no service account; write serviceaccount:NAMESPACE/NAME"),
        (("--from", "workload:shop/none"), "is no workload that was read; write workload:NAMESPACE/NAME"),
        (("--to", "power"), "is nothing to get to; write cluster-admin, node, secrets"),
        (("--max-length", "0"), "is no number from 1 on"),
    ],
)
def test_what_it_does_not_understand(files: Path, arguments: tuple[str, ...], words: str) -> None:
    done = paths(*arguments, "pods.yaml", cwd=files)
    assert words in done.stderr
    assert (done.stdout, done.returncode) == ("", 2)


def test_places_of_many_bindings_in_one_document(files: Path) -> None:
    items = "".join(
        f"- apiVersion: rbac.authorization.k8s.io/v1\n  kind: ClusterRoleBinding\n  metadata: {{name: b{at}}}\n"
        "  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\n"
        f"  subjects:\n  - {{kind: User, apiGroup: rbac.authorization.k8s.io, name: u{at}}}\n"
        for at in range(3)
    )
    (files / "list.yaml").write_text(f"apiVersion: v1\nkind: List\nitems:\n{items}")
    found = told("list.yaml", cwd=files)
    places = [path["steps"][0]["needs"][0]["place"] for path in found["paths"]]  # type: ignore[attr-defined]
    assert [(one["file"], one["line"], one["column"]) for one in places] == [
        ("list.yaml", 9, 5),
        ("list.yaml", 15, 5),
        ("list.yaml", 21, 5),
    ]
