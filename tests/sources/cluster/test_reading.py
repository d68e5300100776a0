"""The objects of a real cluster as pages, and what may not be read as gaps."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.model.verdict import Why
from hardstand.sources.cluster.errors import ClusterError
from hardstand.sources.cluster.order import in_order, without_twins
from hardstand.sources.cluster.pages import LAST_APPLIED
from hardstand.sources.cluster.reading import ClusterReading
from hardstand.sources.interface import Gap, Page, Unreadable
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.sources.cluster.asking import client_of, config_map

WHOLE = Need(whole=True)
POD, SECRET, NAMESPACE = Kind("", "Pod"), Kind("", "Secret"), Kind("", "Namespace")
CONFIG_MAP, ROLE = Kind("", "ConfigMap"), Kind("rbac.authorization.k8s.io", "ClusterRole")
REPLICA_SET, DEPLOYMENT = Kind("apps", "ReplicaSet"), Kind("apps", "Deployment")


def pages(found: Iterable[Page | Unreadable | Gap]) -> list[Page]:
    return [one for one in found if isinstance(one, Page)]


def gaps(found: Iterable[Page | Unreadable | Gap]) -> list[tuple[Kind, str | None, Why]]:
    return [(one.kind, one.namespace, one.why) for one in found if isinstance(one, Gap)]


def test_owners_come_before_what_they_own(cluster: Cluster, namespace: str) -> None:
    cluster.needs("kube-controller-manager")
    cluster.kubectl("create", "deployment", "web", "--image=nginx", "-n", namespace)
    eventually(lambda: cluster.get("pods", "-n", namespace)["items"], "the pod")
    needs = dict.fromkeys((POD, REPLICA_SET, DEPLOYMENT, NAMESPACE), WHOLE)
    reading = ClusterReading(client_of(cluster.kubeconfig), needs, [namespace])
    found = pages(reading)
    kinds = [json.loads(one.data)["kind"] for one in found]
    assert kinds == ["Namespace", "Deployment", "ReplicaSet", "Pod"]
    assert all(one.live and one.name.startswith("cluster:/api") for one in found)
    told = [json.loads(one.data)["metadata"] for one in found]
    assert told[2]["ownerReferences"][0]["uid"] == told[1]["uid"]
    assert told[3]["ownerReferences"][0]["uid"] == told[2]["uid"]
    assert found[1].name == f"cluster:/apis/apps/v1/namespaces/{namespace}/deployments/web"
    raw = cluster.kubectl("get", "--raw", found[1].name.removeprefix("cluster:")).stdout
    assert json.loads(raw)["metadata"]["uid"] == told[1]["uid"]


def test_a_page_is_what_kubectl_gets(cluster: Cluster, namespace: str) -> None:
    cluster.apply(config_map("settings", a="ü\n", b="<>&"), namespace=namespace)
    found = pages(ClusterReading(client_of(cluster.kubeconfig), {CONFIG_MAP: WHOLE}, [namespace]))
    (page,) = [one for one in found if one.name.endswith("/settings")]
    theirs = cluster.get("configmap", "settings", "-n", namespace)
    theirs["metadata"]["annotations"][LAST_APPLIED] = ""  # Its line stays, so that places are those of kubectl.
    assert json.loads(page.data) == theirs
    assert page.data == json.dumps(json.loads(page.data), separators=(",", ":"), ensure_ascii=False).encode()


def test_only_what_is_needed_is_kept(cluster: Cluster, namespace: str) -> None:
    cluster.apply(config_map("settings", a="1"), namespace=namespace)
    client = client_of(cluster.kubeconfig)
    for need, data in ((Need(False, ("data.*",)), {"a": None}), (Need(False, ("metadata.labels",)), None)):
        found = pages(ClusterReading(client, {CONFIG_MAP: need}, [namespace]))
        (told,) = [json.loads(one.data) for one in found if one.name.endswith("/settings")]
        assert told.get("data") == data
        assert told["metadata"].keys() <= {"name", "namespace", "uid", "resourceVersion", "creationTimestamp", "labels"}


def test_no_secret_value_leaves_the_source(cluster: Cluster, namespace: str) -> None:
    cluster.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"},
                   "stringData": {"password": "correct horse"}}, namespace=namespace)  # fmt: skip
    found = pages(ClusterReading(client_of(cluster.kubeconfig), {SECRET: WHOLE}, [namespace]))
    (page,) = [one for one in found if one.name.endswith("/db")]
    told = json.loads(page.data)
    assert told["data"] == {"password": None}
    assert told["x-hardstand"]["data"]["password"]["size"] == len("correct horse")
    assert b"correct horse" not in page.data
    assert b"Y29ycmVjdCBob3JzZQ" not in page.data


def test_namespaces_that_were_not_asked_for_are_a_gap(cluster: Cluster, namespace: str) -> None:
    needs = {CONFIG_MAP: WHOLE, NAMESPACE: WHOLE, ROLE: WHOLE}
    found = list(ClusterReading(client_of(cluster.kubeconfig), needs, ["default", namespace, namespace]))
    told = [json.loads(one.data) for one in pages(found)]
    assert {one["metadata"]["namespace"] for one in told if one["kind"] == "ConfigMap"} == {"default", namespace}
    assert [one["metadata"]["name"] for one in told if one["kind"] == "Namespace"] == ["default", namespace]
    assert any(one["kind"] == "ClusterRole" for one in told)
    assert gaps(found) == [(kind, None, Why.NOT_IN_INPUT) for kind in (NAMESPACE, CONFIG_MAP)]
    assert {one.but for one in found if isinstance(one, Gap)} == {frozenset({"default", namespace})}


def test_a_namespace_that_is_not_there(cluster: Cluster) -> None:
    reading = ClusterReading(client_of(cluster.kubeconfig), {CONFIG_MAP: WHOLE}, ["nowhere-at-all"])
    with pytest.raises(ClusterError, match="there is no namespace `nowhere-at-all`"):
        reading.open()


def test_what_may_not_be_listed_is_a_gap(cluster: Cluster, namespace: str) -> None:
    user = f"reader-{namespace}"
    cluster.kubectl("create", "rolebinding", "r", "--clusterrole=view", f"--user={user}", "-n", namespace)
    client = client_of(cluster.kubeconfig_for(user))
    needs = {CONFIG_MAP: WHOLE, SECRET: WHOLE, ROLE: WHOLE, NAMESPACE: WHOLE}
    whole = ClusterReading(client, needs)
    whole.open()
    found = list(whole)
    assert gaps(found) == [(kind, None, Why.MAY_NOT_LIST) for kind in (NAMESPACE, CONFIG_MAP, SECRET, ROLE)]
    assert pages(found) == []
    assert all("hardstand doctor" in one.reason for one in found if isinstance(one, Gap))
    one = ClusterReading(client, needs, [namespace])
    one.open()
    found = list(one)
    # A RoleBinding to `view` gives ConfigMaps and the namespace itself, and neither Secrets nor what is in none.
    assert gaps(found) == [
        (NAMESPACE, None, Why.NOT_IN_INPUT),
        (CONFIG_MAP, None, Why.NOT_IN_INPUT),
        (SECRET, namespace, Why.MAY_NOT_LIST),
        (SECRET, None, Why.NOT_IN_INPUT),
        (ROLE, None, Why.MAY_NOT_LIST),
    ]
    assert {json.loads(page.data)["kind"] for page in pages(found)} == {"Namespace", "ConfigMap"}


def test_what_is_not_served_is_no_gap(cluster: Cluster) -> None:
    needs = {Kind("nobody.example", "Thing"): WHOLE}
    assert list(ClusterReading(client_of(cluster.kubeconfig), needs)) == []


def test_one_page_of_one_object_where_two_groups_serve_it() -> None:
    ingress, old = Kind("networking.k8s.io", "Ingress"), Kind("extensions", "Ingress")
    assert without_twins({ingress, old}, {ingress, old}) == {ingress}
    assert without_twins({ingress, old}, {old}) == {ingress, old}
    assert without_twins({old}, {ingress, old}) == {old}


def test_the_order_of_kinds() -> None:
    kinds = [POD, Kind("batch", "Job"), Kind("batch", "CronJob"), DEPLOYMENT, REPLICA_SET, NAMESPACE,
             Kind("serving.knative.dev", "Revision"), Kind("serving.knative.dev", "Service"),
             Kind("argoproj.io", "Rollout"), Kind("", "ReplicationController"),
             Kind("apps.openshift.io", "DeploymentConfig")]  # fmt: skip
    ordered = in_order(kinds)
    assert ordered[0] == NAMESPACE
    assert ordered[-1] == POD
    for owner, owned in (
        (Kind("batch", "CronJob"), Kind("batch", "Job")),
        (DEPLOYMENT, REPLICA_SET),
        (Kind("argoproj.io", "Rollout"), REPLICA_SET),
        (Kind("serving.knative.dev", "Service"), Kind("serving.knative.dev", "Revision")),
        (Kind("serving.knative.dev", "Revision"), DEPLOYMENT),
        (Kind("apps.openshift.io", "DeploymentConfig"), Kind("", "ReplicationController")),
    ):
        assert ordered.index(owner) < ordered.index(owned)


def test_verbs_that_read_files_import_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    code = (
        "import sys; from hardstand.cli.main import main; main(['scan', 'a.yaml', '--format', 'json']);"
        "print([one for one in sys.modules if 'urllib3' in one or one == 'hardstand.sources.cluster.client'],"
        " file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
