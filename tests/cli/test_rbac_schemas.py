"""What the verbs about rights print as JSON is what spec/ says: real output, and nothing may be missing or added."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.sources.audited import event, lines

SPEC = Path(__file__).parents[2] / "spec"
RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
- {apiGroups: [""], resources: [configmaps], resourceNames: [a, c], verbs: [get, list]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: wide}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}, {kind: Group, name: dev}, {kind: User, name: idle}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: gone, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gone}
subjects: [{kind: ServiceAccount, name: web}]
"""
NARROW = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: narrow, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: open, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: elsewhere}
subjects: [{kind: User, name: kim}]
"""
BASELINE = """\
identity: {mfa: {export: export.json}}
personas: {developer: {groups: [dev], namespaces: [shop]}}
"""
EXPORT = {"users": [], "groups": [{"id": "1", "displayName": "dev", "members": []}], "registration": []}
WEB = "serviceaccount:shop/web"
KIM = {"username": "kim", "groups": ["system:authenticated"]}

VERBS = {
    "rbac-can": ("rbac", "can", WEB, "get", "pods", "-n", "shop", "rbac.yaml"),
    "rbac-who-can": ("rbac", "who-can", "get", "configmaps", "-n", "shop", "--name", "a", "rbac.yaml"),
    "rbac-what-can": ("rbac", "what-can", WEB, "rbac.yaml"),
    "rbac-least": ("rbac", "least", WEB, "--audit", "audit.log", "rbac.yaml"),
    "rbac-rehearsal": ("rehearse", "--rbac", "new", "--audit", "audit.log", "--replace-for", WEB, "rbac.yaml"),
    "rbac-unused": ("rbac", "unused", "--audit", "audit.log", "rbac.yaml"),
    "rbac-personas": ("rbac", "personas", "--check", "rbac.yaml"),
    "rbac-idp": ("rbac", "idp", "rbac.yaml"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rights")
    (folder / "rbac.yaml").write_text(RBAC)
    (folder / "new").mkdir()
    (folder / "new" / "narrow.yaml").write_text(NARROW)
    (folder / "hardstand.yaml").write_text(BASELINE)
    (folder / "export.json").write_text(json.dumps(EXPORT))
    named = {"resource": "configmaps", "namespace": "shop", "name": "c", "apiVersion": "v1"}
    lines(
        folder / "audit.log",
        event("1"),
        event("2", objectRef=named, stageTimestamp="2026-06-02T12:00:00.000000Z"),
        event("3", objectRef=None, requestURI="/metrics"),
        event("4", objectRef=None, requestURI="/api"),
        event("5", user=KIM, objectRef={**named, "resource": "secrets"}),
        event("6", user={"username": "jane", "groups": ["dev"]}, objectRef={**named, "resource": "pods"}),
    )
    return folder


def told(words: tuple[str, ...], home: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "hardstand", *words, "--format", "json"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=110)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def objects(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from objects(value, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


def may_lack(path: tuple[Any, ...], key: str, node: dict[str, Any]) -> bool:
    """Rules are written without what is empty, and what lies in no namespace names none."""
    if "rules" in path:
        return key == "resourceNames" or "manifests" not in path
    return path[-1:] == ("metadata",) and key == "namespace" and "name" in node


@pytest.mark.parametrize("name", VERBS)
def test_nothing_may_be_missing_or_added_anywhere(name: str, home: Path) -> None:
    contract = json.loads((SPEC / f"{name}.v1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(contract)
    validator = Draft202012Validator(contract)
    found = told(VERBS[name], home)
    validator.validate(found)
    assert contract["$id"] == f"https://{found['schema']}"
    for path, node in objects(found):
        if path[-1:] == ("left_out",):
            continue  # Its keys are reasons.
        more = copy.deepcopy(found)
        at(more, path)["surprise"] = 1
        assert not validator.is_valid(more), path
        for key in node:
            if not may_lack(path, key, node):
                less = copy.deepcopy(found)
                del at(less, path)[key]
                assert not validator.is_valid(less), (*path, key)


def test_the_output_is_not_empty_where_it_matters(home: Path) -> None:
    """Else the test above would hold nothing of what lists hold."""
    assert told(VERBS["rbac-can"], home)["doubts"]
    assert told(VERBS["rbac-who-can"], home)["subjects"]
    grants = told(VERBS["rbac-what-can"], home)["grants"]
    assert {one["rules"] is None for one in grants} == {True, False}
    least = told(VERBS["rbac-least"], home)
    assert least["granted"]
    assert least["left_out"]
    assert {one["kind"] for one in least["manifests"]} == {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
    rehearsal = told(VERBS["rbac-rehearsal"], home)
    assert all(rehearsal[part] for part in ("refused", "unknown", "refused_today_as_well"))
    assert {one["state"] for one in told(VERBS["rbac-unused"], home)["subjects"]} == {"active", "unknown"}
    assert any(one["beyond"] for one in told(VERBS["rbac-personas"], home)["subjects"])
    assert told(VERBS["rbac-idp"], home)["answers"]


def test_a_yes_has_no_doubts(home: Path) -> None:
    validator = Draft202012Validator(json.loads((SPEC / "rbac-can.v1.schema.json").read_text(encoding="utf-8")))
    found = told(("rbac", "can", WEB, "get", "/metrics", "rbac.yaml"), home)
    validator.validate(found)
    assert found["allowed"]
    assert not validator.is_valid({**found, "doubts": ["perhaps"]})


@pytest.mark.parametrize(
    ("name", "words"),
    [("who-can", ("delete", "nodes", "x.yaml")), ("what-can", ("user:jane", "x.yaml"))],
)
def test_what_cannot_be_told_says_so(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: elsewhere}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: made-elsewhere}\n"
        "subjects: [{kind: User, name: jane}]\n"
    )
    validator = Draft202012Validator(json.loads((SPEC / f"rbac-{name}.v1.schema.json").read_text(encoding="utf-8")))
    found = told(("rbac", name, *words), tmp_path)
    validator.validate(found)
    assert found["unknown"] is True
    assert not validator.is_valid({**found, "unknown": False})
