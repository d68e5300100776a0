"""Least rights on a real API server: what was used passes with them, and what was not is refused, as is foretold."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.access.scripted import Somebody, Step, steps
from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually

HOME = "least"
METADATA = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}
RBAC = "rbac.authorization.k8s.io"
WEB = "serviceaccount:least/web"


def hardstand(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)


def bound(name: str, role: str, *subjects: dict[str, str]) -> dict[str, Any]:
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    head = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    return {**head, "roleRef": reference, "subjects": list(subjects)}


ACCOUNT = {"kind": "ServiceAccount", "name": "web", "namespace": HOME}


@pytest.fixture
def recorded(own_cluster: Callable[[Options], Cluster]) -> Cluster:
    """A cluster with an audit log at level Metadata of the script, run with the widest rights that there are."""
    cluster = own_cluster(Options(audit_policy=METADATA, nodes=0, controllers=False, scheduler=False))
    cluster.namespace(HOME)
    pod = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "app"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": pod}
    cluster.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec},
        bound("helped", "cluster-admin", {"apiGroup": RBAC, "kind": "User", "name": "helper"}),
        bound("wide", "cluster-admin", ACCOUNT),
        bound("idle", "view", {"apiGroup": RBAC, "kind": "User", "name": "idle"}),
        namespace=HOME,
    )
    web = Somebody.account(cluster, HOME, "web")
    eventually(lambda: web.does(next(steps(HOME))) == 200, "the binding to count")
    eventually(lambda: not refused(web), "the script to pass")
    return cluster


def refused(who: Somebody) -> set[str]:
    """The steps that the API server refuses; all others must go well or miss what an earlier one was to make."""
    found = {str(step): who.does(step) for step in steps(HOME)}
    assert set(found.values()) <= {200, 201, 403, 404, 409}, found
    return {step for step, status in found.items() if status == 403}


def foretold(cluster: Cluster, proposal: Path, log: str) -> set[str]:
    """The steps that a rehearsal says would be refused."""
    where = ("--cluster", "--kubeconfig", str(cluster.kubeconfig))
    asked = ("rehearse", "--rbac", str(proposal), "--audit", log, "--replace-for", WEB, *where, "--format", "json")
    done = hardstand(*asked)
    assert "error" not in done.stderr
    told = json.loads(done.stdout)
    assert (told["unknown"], done.returncode) == ([], 1 if told["refused"] else 0)
    assert {one["subject"] for one in told["refused"]} <= {WEB}
    rights = {called(one) for one in told["refused"]}
    known = {right for step in steps(HOME) for right in step.rights}
    assert rights <= known
    return {str(step) for step in steps(HOME) if rights.intersection(step.rights)}


def called(one: Mapping[str, Any]) -> str:
    if one["path"] is not None:
        return f"{one['verb']} {one['path']}"
    sub = f"/{one['subresource']}" if one["subresource"] else ""
    return f"{one['verb']} {one['resource']}{sub} {one['name']}"


def lacking_one(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The manifests without one verb of one rule, for each of them."""
    for at, manifest in enumerate(manifests):
        for number, rule in enumerate(manifest.get("rules", ())):
            for verb in rule["verbs"]:
                changed = deepcopy(manifests)
                changed[at]["rules"][number]["verbs"].remove(verb)
                if not changed[at]["rules"][number]["verbs"]:
                    del changed[at]["rules"][number]
                yield f"{verb} of {rule}", changed


def test_the_same_workload_passes_and_one_verb_beyond_it_is_refused(recorded: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    assert recorded.audit_log is not None
    log.write_bytes(recorded.audit_log.read_bytes())
    where = ("--cluster", "--kubeconfig", str(recorded.kubeconfig))
    done = hardstand("rbac", "least", WEB, "--audit", str(log), *where)
    assert done.returncode == 0
    assert "that is no basis for roles" in done.stderr
    assert "ClusterRoleBinding wide gives ClusterRole cluster-admin" in done.stdout
    assert "ClusterRoleBinding system:discovery gives it to everybody, by default" in done.stdout
    written = tmp_path / "least.yaml"
    written.write_text(done.stdout)
    manifests = list(yaml.safe_load_all(done.stdout))
    assert foretold(recorded, written, str(log)) == set()
    done = hardstand("rbac", "unused", "--audit", str(log), "--for", "1", *where, "--format", "json")
    states = {one["subject"]: one["state"] for one in json.loads(done.stdout)["subjects"]}
    assert (states[WEB], states["user:idle"]) == ("active", "new"), "the bindings of a server tell since when they are"

    web = Somebody.account(recorded, HOME, "web")
    recorded.kubectl("delete", "clusterrolebinding", "wide")
    recorded.apply(*manifests)
    beyond = Step(("list secrets ",), "GET", f"/api/v1/namespaces/{HOME}/secrets")
    eventually(lambda: web.does(beyond) == 403, "the wide rights to be gone")
    eventually(lambda: refused(web) == set(), "the script to pass with the least rights")
    for step in (
        Step(("delete configmaps settings",), "DELETE", f"/api/v1/namespaces/{HOME}/configmaps/settings"),
        Step(("list configmaps ",), "GET", f"/api/v1/namespaces/{HOME}/configmaps"),
        Step(("list pods ",), "GET", "/api/v1/pods"),
        Step(("get pods/log x",), "GET", f"/api/v1/namespaces/{HOME}/pods/x/log"),
        Step(("list nodes ",), "GET", "/api/v1/nodes"),
        Step(("get /healthz/etcd",), "GET", "/metrics/slis"),
    ):
        assert web.does(step) == 403, step

    for lacks, fewer in list(lacking_one(manifests))[::3]:
        proposal = tmp_path / "fewer.yaml"
        proposal.write_text(yaml.safe_dump_all(fewer))
        expected = foretold(recorded, proposal, str(log))
        assert expected, lacks
        recorded.apply(*fewer)
        eventually(lambda expected=expected: refused(web) == expected, f"just {expected} to be refused without {lacks}")  # type: ignore[misc]
