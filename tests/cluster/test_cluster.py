"""The cluster that tests share is a real one: it schedules, knows people apart, refuses and records."""

import json
import os
import pickle
from typing import Any

import pytest

from tests.cluster.building import CONTROL_PLANE, kubernetes
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually


def pod(name: str, **container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def phase(cluster: Cluster, namespace: str, name: str) -> str:
    return str(cluster.get(f"pod/{name}", "-n", namespace)["status"].get("phase"))


def test_client_and_server_are_the_pinned_version(cluster: Cluster) -> None:
    if not cluster.ours or "KUBEBUILDER_ASSETS" in os.environ:
        pytest.skip("the programs are not built here")
    told = json.loads(cluster.kubectl("version", "-o", "json").stdout)
    pinned = kubernetes(CONTROL_PLANE)
    assert told["clientVersion"]["gitVersion"] == told["serverVersion"]["gitVersion"] == pinned
    assert f"v{told['serverVersion']['major']}.{told['serverVersion']['minor']}" == (pinned or "").rpartition(".")[0]


def test_a_pod_runs_under_the_default_account(cluster: Cluster, namespace: str) -> None:
    cluster.needs("kube-scheduler", "kwok")
    cluster.apply(pod("alone"), namespace=namespace)
    eventually(lambda: phase(cluster, namespace, "alone") == "Running", "the pod to run")
    spec = cluster.get("pod/alone", "-n", namespace)["spec"]
    assert spec["serviceAccountName"] == "default"
    assert spec["nodeName"].startswith("node-")


def test_a_deployment_makes_pods_that_its_replica_set_owns(cluster: Cluster, namespace: str) -> None:
    cluster.needs("kube-controller-manager", "kwok")
    cluster.kubectl("create", "deployment", "web", "--image=registry.example/web:1", "--replicas=2", "-n", namespace)
    cluster.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=60s")
    pods = cluster.get("pods", "-n", namespace, "-l", "app=web")["items"]
    owners = {(one["kind"], one["controller"]) for pod in pods for one in pod["metadata"]["ownerReferences"]}
    assert (len(pods), owners) == (2, {("ReplicaSet", True)})


def test_more_nodes_are_there_when_asked_for(cluster: Cluster) -> None:
    cluster.nodes(3)
    names = {one["metadata"]["name"] for one in cluster.get("nodes")["items"]}
    assert {"node-0", "node-1", "node-2"} <= names


def test_people_are_known_by_certificate_and_by_impersonation(cluster: Cluster) -> None:
    mary = cluster.kubeconfig_for("mary", ["shop-team", "auditors"])
    for told in (
        cluster.kubectl("auth", "whoami", "-o", "json", kubeconfig=mary),
        cluster.kubectl("auth", "whoami", "-o", "json", "--as-group=shop-team", "--as-group=auditors", as_user="mary"),
    ):
        user = json.loads(told.stdout)["status"]["userInfo"]
        assert user["username"] == "mary"
        assert {"shop-team", "auditors"} <= set(user["groups"])


def test_nobody_may_what_no_role_gives(cluster: Cluster, namespace: str) -> None:
    mary = cluster.kubeconfig_for("mary")
    refused = cluster.kubectl("get", "pods", "-n", namespace, kubeconfig=mary, check=False)
    assert refused.returncode == 1
    assert "Forbidden" in refused.stderr
    cluster.kubectl("create", "rolebinding", "view", "--clusterrole=view", "--user=mary", "-n", namespace)
    allowed = ("get", "pods", "-n", namespace)
    eventually(lambda: cluster.kubectl(*allowed, kubeconfig=mary, check=False).returncode == 0, "the role to hold")


def test_a_write_is_audited_with_its_body_and_a_secret_without(cluster: Cluster, namespace: str) -> None:
    cluster.needs("kube-apiserver")
    cluster.apply(pod("seen"), namespace=namespace)
    cluster.kubectl("create", "secret", "generic", "key", "--from-literal=word=hunter2-of-the-test", "-n", namespace)
    [made] = cluster.audited(
        verb="create", objectRef__namespace=namespace, objectRef__name="seen", objectRef__subresource=None
    )
    assert made["level"] == "RequestResponse"
    assert made["user"]["username"] == "admin"
    assert made["responseStatus"]["code"] == 201
    assert made["requestObject"]["spec"]["containers"][0]["image"] == "registry.example/app:1"
    [secret] = cluster.audited(verb="create", objectRef__namespace=namespace, objectRef__resource="secrets")
    assert secret["level"] == "Metadata"
    assert cluster.audit_log is not None
    assert "hunter2-of-the-test" not in cluster.audit_log.read_text()


def test_pod_security_refuses_in_a_labelled_namespace(cluster: Cluster, namespace: str) -> None:
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=baseline")
    privileged = pod("rootly", securityContext={"privileged": True})
    refused = cluster.apply(privileged, namespace=namespace, check=False)
    assert refused.returncode == 1
    assert 'violates PodSecurity "baseline:latest": privileged' in refused.stderr
    cluster.apply(pod("modest"), namespace=namespace)


def test_a_policy_refuses_by_its_expression(cluster: Cluster, namespace: str, request: pytest.FixtureRequest) -> None:
    name = f"few-replicas-{namespace}"
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": "object.spec.replicas <= 5", "message": "at most five are enough"}],
        },
    }
    where = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    binding = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"], "matchResources": {"namespaceSelector": where}},
    }
    kinds = "validatingadmissionpolicybinding,validatingadmissionpolicy"
    request.addfinalizer(lambda: cluster.kubectl("delete", kinds, name))
    cluster.apply(policy, binding)

    def made(replicas: int) -> str:
        many = ("create", "deployment", f"with-{replicas}", "--image=a", f"--replicas={replicas}", "--dry-run=server")
        return cluster.kubectl(*many, "-n", namespace, check=False).stderr

    refusal = eventually(lambda: made(6), "the policy to hold")
    assert "at most five are enough" in refusal
    assert made(5) == ""


def test_another_process_may_use_it(cluster: Cluster) -> None:
    assert pickle.loads(pickle.dumps(cluster)).get("namespaces/kube-system")["status"]["phase"] == "Active"


def test_what_others_use_is_not_stopped(cluster: Cluster) -> None:
    cluster.needs("kube-apiserver")
    with pytest.raises(AssertionError, match="own_cluster"):
        cluster.restart_apiserver()
    assert cluster.memory()["kube-apiserver"] > 0
