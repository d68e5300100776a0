"""`hardstand scan --cluster` and `hardstand doctor`, on a real cluster."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.gate.server import certificates
from hardstand.model.plurals import plural
from hardstand.sources.cluster.discovery import served
from hardstand.wiring.gating.installing import HookTarget, SecretStore
from tests.cluster.handle import Cluster
from tests.cluster.kubeconfigs import write
from tests.cluster.waiting import eventually
from tests.sources.cluster.asking import client_of

PRIVILEGED = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "agent"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "agent"}},
        "template": {
            "metadata": {"labels": {"app": "agent"}},
            "spec": {
                "containers": [
                    {
                        "name": "a",
                        "image": "a:1",
                        "securityContext": {"privileged": True},
                        "envFrom": [{"configMapRef": {"name": "settings"}}],
                    }
                ]
            },
        },
    },
}


def hardstand(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as a person does, in a folder without a baseline."""
    return subprocess.run(
        [sys.executable, "-m", "hardstand", *words],
        cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), **environment},
    )  # fmt: skip


def scanned(kubeconfig: Path, *words: str, cwd: Path) -> dict[str, Any]:
    done = hardstand("scan", "--cluster", f"--kubeconfig={kubeconfig}", "--format=json", *words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_finding_points_at_the_owner_in_the_cluster(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    # Created, not applied: what was applied last is left out of the page, and would be a line of its own there.
    cluster.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(PRIVILEGED))
    if "kube-controller-manager" in cluster.programs:
        eventually(lambda: cluster.get("pods", "-n", namespace)["items"], "the pod")
    told = scanned(cluster.kubeconfig, "-n", namespace, "--select=privileged-container", cwd=tmp_path)
    (found,) = told["findings"]
    assert (found["control"], found["object"]["kind"]) == ("privileged-container", "Deployment")
    (place, *_) = found["locations"]
    assert place["file"] == f"cluster:/apis/apps/v1/namespaces/{namespace}/deployments/agent"
    lines = cluster.kubectl("get", "deployment", "agent", "-n", namespace, "-o", "json").stdout.splitlines()
    assert '"privileged": true' in lines[place["line"] - 1]
    assert told["cluster"] == told["inputs"][0]["path"]
    assert told["inputs"][0]["source"] == "cluster"
    named = scanned(cluster.kubeconfig, "-n", namespace, "--cluster-name=prod", cwd=tmp_path)
    assert named["cluster"] == "prod"


def test_text_for_people(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(PRIVILEGED, namespace=namespace)
    done = hardstand(
        "scan", "--cluster", "-n", namespace, "--fail-on=critical", cwd=tmp_path, KUBECONFIG=str(cluster.kubeconfig)
    )
    assert done.returncode == 1
    assert "critical[privileged-container]: container a runs privileged" in done.stdout
    assert f"Deployment {namespace}/agent" in done.stdout


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["--cluster", "a.yaml"], "--cluster and paths are two inputs", "hardstand diff"),
        ([], "nothing to read is named", "--cluster"),
        (["a.yaml", "--context", "x"], "--context is about a running cluster", "say --cluster too"),
        (["--cluster"], "no cluster is configured", "--kubeconfig"),
        (["--cluster", "--kubeconfig", "none"], "none: there is no such file", "kubeconfig file"),
        (["--cluster", "--kubeconfig", "config", "--context", "b"], "config: there is no context `b`", "it has: a"),
        (["--cluster", "--kubeconfig", "config"], "https://127.0.0.1:9: nobody answers: connection refused", "running"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_hint(tmp_path: Path, words: list[str], error: str, hint: str) -> None:
    (tmp_path / "config").write_text(
        "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
        "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]\n"
    )
    done = hardstand("scan", *words, cwd=tmp_path)
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith("hardstand: error: ")
    assert error in first
    assert hint in second
    assert done.stdout == ""


Account = Callable[[list[dict[str, Any]]], Path]


@pytest.fixture
def account(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Account]:
    """The kubeconfig of a service account that has these rules and no others."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": namespace}}
    subject = {"kind": "ServiceAccount", "name": "reader", "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": namespace}
    binding = {**role, "kind": "ClusterRoleBinding", "subjects": [subject], "roleRef": reference}
    cluster.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader"}}, namespace=namespace)

    def made(rules: list[dict[str, Any]]) -> Path:
        cluster.apply({**role, "rules": rules}, binding)
        told = json.loads(cluster.kubectl("config", "view", "--raw", "--flatten", "-o", "json").stdout)
        token = cluster.kubectl("create", "token", "reader", "-n", namespace).stdout
        told["users"][0]["user"] = {"token": token}
        return write(tmp_path / "reader.kubeconfig", told)

    yield made
    cluster.kubectl("delete", "clusterrole,clusterrolebinding", namespace, "--ignore-not-found")


def unlisted(told: dict[str, Any]) -> set[str]:
    """The controls that could not say because something may not be listed."""
    return {one["control"] for one in told["findings"] if one["why"] == "may-not-list"}


def test_the_printed_role_is_enough_and_each_rule_of_it_is_needed(
    cluster: Cluster, namespace: str, account: Account, tmp_path: Path
) -> None:
    cluster.apply(PRIVILEGED, namespace=namespace)
    printed = hardstand("doctor", "--verb=scan", "--format=role", f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path)
    assert printed.returncode == 0, printed.stderr
    (role,) = yaml.safe_load_all(printed.stdout)
    assert role["metadata"]["name"] == "hardstand-scan"
    rules = role["rules"]
    told = scanned(account(rules), cwd=tmp_path)
    assert unlisted(told) == set()
    assert any(one["object"]["namespace"] == namespace for one in told["findings"])

    for group, name in (
        ("", "configmaps"),
        ("networking.k8s.io", "networkpolicies"),
        ("policy", "poddisruptionbudgets"),
    ):
        fewer = [
            {**one, "resources": [it for it in one["resources"] if (one["apiGroups"], it) != ([group], name)]}
            for one in rules
        ]
        config = account([one for one in fewer if one["resources"]])
        asked = ("auth", "can-i", "list", name, "-A")
        eventually(
            lambda asked=asked, config=config: cluster.kubectl(*asked, kubeconfig=config, check=False).returncode == 1,
            "the right to be gone",
        )
        done = hardstand("doctor", "--verb=scan", "--format=json", f"--kubeconfig={config}", cwd=tmp_path)
        assert done.returncode == 2
        (refused,) = json.loads(done.stdout)["cluster"]["refused"]
        assert (refused["group"], refused["verbs"]) == (group, ["list"])
        assert refused["kind"].lower() in name.replace("ies", "y")
        now = scanned(config, cwd=tmp_path)
        judged = {one["control"] for one in now["coverage"] if one["pass"] or one["fail"] or one["unknown"]}
        assert unlisted(now) == set(refused["controls"]) & judged
        assert unlisted(now)


def test_the_gates_role_is_enough_to_write_what_it_writes(
    cluster: Cluster, namespace: str, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "hardstand.yaml").write_text(f"gate: {{namespace: {namespace}}}\n")
    printed = hardstand("doctor", "--verb=gate", "--format=role", f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path)
    assert printed.returncode == 0, printed.stderr
    wide, home = yaml.safe_load_all(printed.stdout)
    assert (home["kind"], home["metadata"]["namespace"]) == ("Role", namespace)
    assert {tuple(one["verbs"]) for one in wide["rules"]} == {("list", "watch"), ("create", "get", "patch")}
    subject = {"kind": "ServiceAccount", "name": "reader", "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": home["metadata"]["name"]}
    binding = {key: value for key, value in home.items() if key != "rules"}
    cluster.apply(home, {**binding, "kind": "RoleBinding", "subjects": [subject], "roleRef": reference})
    client = client_of(account(wide["rules"]))
    store = SecretStore(client, namespace, lambda _: None)
    assert store.load() is None
    generation = certificates.make(["gate.example"], datetime.now(UTC))
    assert store.save((generation,), None)
    assert store.save((generation,), store.load())
    hooks = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    wanted = {**hooks, "metadata": {"name": "hardstand-gate"}, "webhooks": []}
    try:
        HookTarget(client, lambda: wanted, lambda _: None).put(b"")
        HookTarget(client, lambda: {**wanted, "metadata": {"name": "hardstand-gate", "labels": {"a": "b"}}},
                   lambda _: None).put(b"")  # fmt: skip
        said: list[str] = []
        with pytest.raises(OSError, match="forbidden"):
            HookTarget(client, lambda: {**wanted, "metadata": {"name": "other"}}, said.append).put(b"")
        assert said == [], "nothing was written"
    finally:
        cluster.kubectl("delete", "validatingwebhookconfiguration", "hardstand-gate", "--ignore-not-found")


def test_doctor_tells_what_the_gate_may_not_write(
    cluster: Cluster, namespace: str, account: Account, tmp_path: Path
) -> None:
    """With the rights to read alone `gate --apply` would fail; with the printed roles nothing is lacking."""
    (tmp_path / "hardstand.yaml").write_text(f"gate: {{namespace: {namespace}}}\n")
    asked = ("doctor", "--verb=gate")

    def looked(config: Path, ready: Callable[[subprocess.CompletedProcess[str]], bool]) -> Any:
        """What it says once the rights that were just given count."""

        def once() -> subprocess.CompletedProcess[str] | None:
            done = hardstand(*asked, f"--kubeconfig={config}", cwd=tmp_path)
            return done if ready(done) else None

        return eventually(once, "the rights to count", pause=0.5)

    printed = hardstand(*asked, "--format=role", f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path)
    wide, home = yaml.safe_load_all(printed.stdout)
    config = account([{**one, "verbs": ["get", "list", "watch"]} for one in wide["rules"] if "list" in one["verbs"]])
    told = looked(config, lambda done: "may not list" not in done.stdout)
    assert told.returncode == 2
    certificates_ = f"hardstand-gate-certificates in namespace {namespace}"
    elsewhere = "`hardstand gate --apply` does, unless --certificates or --tls-cert has it use files"
    assert [line for line in told.stdout.splitlines() if "may not" in line] == [
        "  may not create or get or patch validatingwebhookconfigurations.admissionregistration.k8s.io hardstand-gate: "
        "`hardstand gate --apply` does",
        f"  may not get or update secrets {certificates_}: {elsewhere}",
        f"  may not create secrets in namespace {namespace}: {elsewhere}",
    ]
    found = hardstand(*asked, "--format=json", f"--kubeconfig={config}", cwd=tmp_path)
    lacking = json.loads(found.stdout)["cluster"]["unwritable"]
    assert [(one["resource"], one["name"], one["namespace"], one["verbs"]) for one in lacking] == [
        ("validatingwebhookconfigurations", "hardstand-gate", None, ["create", "get", "patch"]),
        ("secrets", "hardstand-gate-certificates", namespace, ["get", "update"]),
        ("secrets", None, namespace, ["create"]),
    ]
    scan = hardstand("doctor", "--verb=watch", f"--kubeconfig={config}", cwd=tmp_path)
    assert scan.returncode == 0, scan.stdout
    applying = hardstand("doctor", "--verb=watch", "--with-apply", f"--kubeconfig={config}", cwd=tmp_path)
    assert applying.returncode == 2
    assert "may not delete rolebindings.rbac.authorization.k8s.io: `hardstand watch --apply` does" in applying.stdout

    reader = {"kind": "ServiceAccount", "name": "reader", "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": home["metadata"]["name"]}
    binding = {key: value for key, value in home.items() if key != "rules"}
    cluster.apply(home, {**binding, "kind": "RoleBinding", "subjects": [reader], "roleRef": reference})
    config = account(wide["rules"])
    now = looked(config, lambda done: done.returncode == 0)
    assert "may not" not in now.stdout


def test_doctor_says_what_is_here(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    done = hardstand("doctor", f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("hardstand 0.", "extra cluster: urllib3", "baseline: none here", "kinds can be read", "you are "):
        assert words in done.stdout
    assert "may not" not in done.stdout
    (tmp_path / "hardstand.yaml").write_text("modes: []\n")
    stranger = cluster.kubeconfig_for(f"stranger-{namespace}")
    done = hardstand("doctor", "--verb=scan", f"--kubeconfig={stranger}", "--select=secrets", cwd=tmp_path)
    assert done.returncode == 2
    assert "baseline: hardstand.yaml" in done.stdout
    assert f"you are stranger-{namespace}" in done.stdout
    assert "may not list Secret: " in done.stdout


def test_doctor_without_a_cluster_prints_the_whole_role(tmp_path: Path) -> None:
    done = hardstand("doctor", "--verb=scan", "--format=role", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (role,) = yaml.safe_load_all(done.stdout)
    named = {(one["apiGroups"][0], name) for one in role["rules"] for name in one["resources"]}
    assert {("", "pods"), ("apps", "deployments"), ("networking.k8s.io", "ingresses")} < named
    assert {("gateway.networking.k8s.io", "gateways"), ("monitoring.coreos.com", "prometheuses")} < named
    assert {tuple(one["verbs"]) for one in role["rules"]} == {("list",)}
    assert "*" not in done.stdout


def test_what_resources_are_called_where_no_server_says_is_what_the_server_says(cluster: Cluster) -> None:
    found = served(client_of(cluster.kubeconfig)).resources
    assert len(found) > 40
    assert {kind: plural(kind) for kind in found} == {kind: one.plural for kind, one in found.items()}
