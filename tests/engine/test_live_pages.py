"""Objects of a cluster: folded into their owners, placed where kubectl prints them, unknown where not listed."""

import copy
import json
from typing import Any

import pytest

from hardstand.analysis.owning import digest, matches
from hardstand.model.kind import Kind
from hardstand.model.live import as_printed
from hardstand.model.verdict import Verdict, Why
from hardstand.sources.interface import Gap
from tests.engine.live import scan_live

DEPLOYMENT = Kind("apps", "Deployment")


def deployment(**container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": "registry.example/web:1", **container}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "d-1", "labels": {"app": "web"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": spec},
        },
    }


def owned_by(owner: dict[str, Any], **also: Any) -> list[dict[str, Any]]:
    one = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"]}
    return [{**one, "uid": owner["metadata"]["uid"], "controller": True, **also}]


def replica_set(owner: dict[str, Any], name: str = "web-5d", replicas: int = 2) -> dict[str, Any]:
    made = copy.deepcopy(owner)
    made["kind"] = "ReplicaSet"
    made["metadata"] = {"name": name, "namespace": "shop", "uid": f"r-{name}", "ownerReferences": owned_by(owner)}
    made["spec"]["replicas"] = replicas
    made["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = "5d"
    return made


TOKEN = {
    "name": "kube-api-access-x7k2p",
    "projected": {
        "defaultMode": 420,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
        ],
    },
}
MOUNT = {"name": TOKEN["name"], "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}


def pod(owner: dict[str, Any], name: str = "web-5d-abcde") -> dict[str, Any]:
    """A pod as the server keeps it."""
    template = copy.deepcopy(owner["spec"]["template"])
    spec = template["spec"]
    for container in spec["containers"]:
        container.setdefault("volumeMounts", []).append(dict(MOUNT))
    spec |= {
        "nodeName": "node-1",
        "serviceAccount": "default",
        "serviceAccountName": "default",
        "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority",
        "enableServiceLinks": True,
        "tolerations": [
            {"key": f"node.kubernetes.io/{one}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for one in ("not-ready", "unreachable")
        ],
        "volumes": [*spec.get("volumes", []), copy.deepcopy(TOKEN)],
    }
    metadata = {**template["metadata"], "name": name, "namespace": "shop", "uid": f"p-{name}"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "ownerReferences": owned_by(owner)},
        "spec": spec,
    }


def test_what_is_as_its_owner_says_is_judged_once() -> None:
    web = deployment(securityContext={"privileged": True})
    first = replica_set(web)
    run = scan_live([web, first, replica_set(web, "web-4c", 0), pod(first), pod(first, "web-5d-fghij")])
    assert (run.inputs[0].objects, run.inputs[0].folded) == (1, 4)
    found = [one for one in run.findings if one.control == "privileged-container"]
    assert [str(one.object) for one in found] == ["Deployment shop/web"]


def test_a_pod_that_differs_is_judged_and_only_what_differs_is_told() -> None:
    web = deployment(securityContext={"privileged": True})
    first = replica_set(web)
    odd = pod(first)
    odd["spec"]["hostPID"] = True
    run = scan_live([web, first, odd])
    told = {(one.control, str(one.object)) for one in run.findings if one.verdict is Verdict.FAIL}
    assert ("host-pid", "Pod shop/web-5d-abcde") in told
    assert ("privileged-container", "Pod shop/web-5d-abcde") not in told
    assert ("privileged-container", "Deployment shop/web") in told
    [host] = [one for one in run.findings if one.control == "host-pid"]
    assert host.locations[1].caption == "made by Deployment shop/web"
    assert host.locations[1].file == "cluster:/apis/apps/v1/namespaces/shop/deployments/web"


def test_a_pod_whose_owner_is_not_there_is_judged() -> None:
    run = scan_live([pod(replica_set(deployment(securityContext={"privileged": True})))])
    assert run.inputs[0].folded == 0
    assert "privileged-container" in {one.control for one in run.findings}


def test_the_place_is_where_kubectl_prints_it() -> None:
    web = deployment(securityContext={"privileged": True})
    run = scan_live([web])
    [found] = [one for one in run.findings if one.control == "privileged-container"]
    lines = as_printed(web).decode().splitlines()
    place = found.locations[0]
    assert lines[place.line - 1].strip() == '"privileged": true'
    assert lines[place.line - 1][place.column - 1 : place.end_column - 1] == "true"
    assert json.loads(as_printed(web)) == web


def test_where_it_is_edited_is_said() -> None:
    web = deployment(securityContext={"privileged": True})
    web["metadata"]["labels"]["helm.sh/chart"] = "web-1.2.3"
    web["metadata"]["annotations"] = {
        "meta.helm.sh/release-name": "front",
        "meta.helm.sh/release-namespace": "shop",
        "argocd.argoproj.io/tracking-id": "store:apps/Deployment:shop/web",
    }
    found = next(one for one in scan_live([web]).findings if one.control == "privileged-container")
    assert [(one.file, one.caption) for one in found.locations[1:]] == [
        ("argocd:store", "managed by Argo CD application store"),
        ("helm:shop/front", "managed by Helm release shop/front (chart web-1.2.3)"),
    ]


REFUSED = "networkpolicies may not be listed: grant the rules that `hardstand doctor` prints"


@pytest.mark.parametrize(
    ("gap", "unknown"),
    [
        (None, False),
        (Gap(Kind("networking.k8s.io", "NetworkPolicy"), None, Why.MAY_NOT_LIST, REFUSED), True),
        (Gap(Kind("networking.k8s.io", "NetworkPolicy"), "shop", Why.MAY_NOT_LIST, REFUSED), True),
        (Gap(Kind("networking.k8s.io", "NetworkPolicy"), "other", Why.MAY_NOT_LIST, REFUSED), False),
        (Gap(Kind("networking.k8s.io", "NetworkPolicy"), None, Why.NOT_IN_INPUT, "no", frozenset({"shop"})), False),
    ],
)
def test_what_may_not_be_listed_makes_unknown_whoever_needs_it(gap: Gap | None, unknown: bool) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "n-1"}}
    run = scan_live([space, deployment(), *([gap] if gap else [])])
    found = {one.verdict: one for one in run.findings if one.control == "default-deny-missing"}
    told = [one for one in found.values() if one.object.name == "shop"]
    assert [one.verdict for one in told] == ([Verdict.UNKNOWN] if unknown else [Verdict.FAIL])
    if unknown:
        assert (told[0].why, told[0].message) == (Why.MAY_NOT_LIST, REFUSED)


def test_a_kind_that_may_not_be_listed_is_unknown_by_every_control_about_it() -> None:
    gap = Gap(Kind("", "Pod"), None, Why.MAY_NOT_LIST, "pods may not be listed")
    run = scan_live([gap])
    told = [one for one in run.findings if one.control == "privileged-container"]
    assert [(one.verdict, one.why, str(one.object)) for one in told] == [(Verdict.UNKNOWN, Why.MAY_NOT_LIST, "Pod *")]
    assert next(one for one in run.coverage if one.control == "privileged-container").unknown == 1
    assert len({one.root_cause for one in run.findings}) == 1


def changed(path: str, value: Any) -> dict[str, Any]:
    made = pod(replica_set(deployment()))
    node: Any = made["spec"]
    *steps, last = path.split(".")
    for step in steps:
        node = node[int(step)] if step.isdecimal() else node.setdefault(step, {})
    if isinstance(node, list):
        node.append(value)
    else:
        node[last] = value
    return made


@pytest.mark.parametrize(
    "forged",
    [
        changed("hostNetwork", True),
        changed("containers.0.image", "evil"),
        changed("containers.0.securityContext", {"privileged": True}),
        changed("containers.0.command", ["sh"]),
        changed("containers.0.volumeMounts.-", {"name": "h", "mountPath": "/h"}),
        changed("volumes.-", {"name": "h", "hostPath": {"path": "/"}}),
        changed("volumes.-", {"name": "kube-api-access-other", "hostPath": {"path": "/"}}),
        changed("volumes.-", {**copy.deepcopy(TOKEN), "hostPath": {"path": "/"}}),
        changed("volumes.-", {"name": "data", "persistentVolumeClaim": {"claimName": "other"}}),
        changed("initContainers", [{"name": "x", "image": "evil"}]),
        changed("ephemeralContainers", [{"name": "x", "image": "evil"}]),
        changed("serviceAccountName", "admin"),
        changed("tolerations.-", {"operator": "Exists"}),
        changed("tolerations.-", {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}),
        changed("automountServiceAccountToken", False),
        changed("shareProcessNamespace", True),
        changed("runtimeClassName", "other"),
        changed("resourceClaims", [{"name": "gpu"}]),
    ],
)
def test_what_the_template_does_not_say_does_not_match(forged: dict[str, Any]) -> None:
    web = deployment()
    assert matches(web, DEPLOYMENT, pod(replica_set(web)))
    assert not matches(web, DEPLOYMENT, forged)


def test_claims_of_a_stateful_set_and_the_node_of_a_daemon_match() -> None:
    stateful = deployment()
    stateful["kind"] = "StatefulSet"
    stateful["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]
    made = pod(stateful)
    made["spec"]["volumes"].append({"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}})
    assert matches(stateful, Kind("apps", "StatefulSet"), made)
    daemon = deployment()
    made = pod(daemon)
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    made["spec"]["affinity"] = {"nodeAffinity": required}
    assert digest(daemon, Kind("apps", "DaemonSet")) == digest(made, Kind("", "Pod"))
