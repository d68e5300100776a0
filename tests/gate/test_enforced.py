"""Exported policies on a real API server: what they refuse, warn of, except, record and leave alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.cli.main import main
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

BASELINE = """
boundary: {{environments: {{tried: {{namespaces: [{namespace}]}}}}}}
modes:
- mode: off
- {{mode: block, environment: tried, control: [privileged-container, node-port-service]}}
- {{mode: warn, environment: tried, control: writable-root-filesystem}}
exceptions:
- id: agent-privileged
  match: {{control: privileged-container, kind: Deployment, name: agent, namespace: {namespace}}}
  owner: team-platform
  reason: the vendor's agent needs it
  approved_by: ciso
  expires: 2099-03-31
"""


def pod(name: str, **security: Any) -> dict[str, Any]:
    containers = [{"name": "app", "image": "registry.example/app:1", "securityContext": security}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}


def deployment(name: str, **security: Any) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod(name, **security)["spec"]}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


class Tried:
    """A namespace in which exported policies are enforced."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cluster = cluster
        self.namespace = namespace

    def apply(self, *objects: dict[str, Any]) -> tuple[bool, str]:
        done = self.cluster.apply(*objects, namespace=self.namespace, check=False)
        return done.returncode == 0, done.stdout + done.stderr

    def kubectl(self, *words: str, check: bool = True, **how: Any) -> str:
        done = self.cluster.kubectl(*words, "-n", self.namespace, check=check, **how)
        return done.stdout + done.stderr


def settled(tried: Tried) -> bool:
    """Whether each policy is held: of a dry run, each says what it has to."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "probe"}}
    service["spec"] = {"type": "NodePort", "ports": [{"port": 80}]}
    for one, words in (
        (pod("probe", privileged=True), "privileged-container.hardstand.dev"),
        (pod("probe"), "writable-root-filesystem.hardstand.dev"),
        (service, "node-port-service.hardstand.dev"),
    ):
        said = tried.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(one), check=False)
        if words not in said:
            return False
    return True


@pytest.fixture
def tried(
    cluster: Cluster,
    namespace: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Tried]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hardstand.yaml").write_text(BASELINE.format(namespace=namespace))
    assert main(["gate", "export", "--to", "vap"]) == 0
    text = capsys.readouterr().out
    kinds = [one["kind"] for one in yaml.safe_load_all(text)]
    assert kinds == ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"] * 3
    found = Tried(cluster, namespace)
    # A Deployment from before: policies are about what changes from now on.
    assert found.apply(deployment("old", privileged=True))[0]
    cluster.kubectl("apply", "-f", "-", input=text)
    try:
        eventually(lambda: settled(found), "the policies to be held")
        yield found
    finally:
        cluster.kubectl("delete", "-f", "-", "--ignore-not-found", input=text)


def test_a_policy_refuses_warns_excepts_records_and_leaves_alone(tried: Tried) -> None:
    """One test, since policies take a while to be held."""
    refused_with_words(tried)
    warned_of(tried)
    excepted_with_its_pods(tried)
    nobody_else_by_a_forged_owner(tried)
    left_alone(tried)
    ephemeral_containers_are_judged(tried)


def refused_with_words(tried: Tried) -> None:
    taken, said = tried.apply(pod("bad", privileged=True))
    assert not taken
    assert "ValidatingAdmissionPolicy 'privileged-container.hardstand.dev'" in said
    assert "denied request: container app: Container runs privileged (securityContext.privileged). Remove" in said
    assert "ask for an exception from `privileged-container`" in said
    taken, said = tried.apply(deployment("bad", privileged=True))
    assert not taken, "a controller is refused as well, so that people see it at once"
    assert tried.cluster.apply(pod("elsewhere", privileged=True), namespace="default").returncode == 0
    tried.cluster.kubectl("delete", "pod", "elsewhere", "-n", "default", "--wait=false")


def warned_of(tried: Tried) -> None:
    taken, said = tried.apply(deployment("warned"))
    assert taken
    assert "Warning: " in said
    assert "container app: Container can write to its root filesystem (securityContext.readOnlyRootFilesystem)" in said
    taken, said = tried.apply(pod("sound", readOnlyRootFilesystem=True))
    assert (taken, "Warning" in said) == (True, False), said


def excepted_with_its_pods(tried: Tried) -> None:
    """The Deployment itself, its ReplicaSet and their pods, which the controllers make."""
    taken, said = tried.apply(deployment("agent", privileged=True, readOnlyRootFilesystem=True))
    assert taken, said
    if "kube-controller-manager" in tried.cluster.programs:
        pods = ("get", "pods", "-l", "app=agent", "-o", "name")
        eventually(lambda: "pod/" in tried.kubectl(*pods), "the excepted pod to be made")
    if tried.cluster.audit_log is None:
        return
    wanted = {"verb": "create", "objectRef__namespace": tried.namespace, "objectRef__name": "agent"}
    (entry,) = eventually(lambda: tried.cluster.audited(**wanted, stage="ResponseComplete"), "the audit log")
    assert entry["annotations"]["privileged-container.hardstand.dev/exception"] == "agent-privileged"
    assert entry["annotations"]["privileged-container.hardstand.dev/control"] == "privileged-container"


def nobody_else_by_a_forged_owner(tried: Tried) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "agent-5d4f", "uid": "1-2-3", "controller": True}
    forged = pod("forged", privileged=True)
    forged["metadata"]["ownerReferences"] = [owner]
    assert not tried.apply(forged)[0]


def left_alone(tried: Tried) -> None:
    """What was there before may be scaled, labelled and deleted; a new template is judged."""
    tried.kubectl("scale", "deployment/old", "--replicas=2")
    tried.kubectl("label", "deployment/old", "a=b")
    said = tried.kubectl("set", "image", "deployment/old", "app=registry.example/app:2", check=False)
    assert "denied request" in said
    tried.kubectl("delete", "deployment/old", "--wait=false")


def ephemeral_containers_are_judged(tried: Tried) -> None:
    debugger = {"name": "look", "image": "registry.example/look:1", "securityContext": {"privileged": True}}
    patch = json.dumps({"spec": {"ephemeralContainers": [debugger]}})
    words = ("patch", "pod", "sound", "--subresource=ephemeralcontainers", "--patch", patch)
    said = tried.kubectl(*words, check=False)
    assert "denied request: container look" in said, said
