"""Lists, watches and writes against a real API server."""

import json
import threading
from pathlib import Path

import pytest

from hardstand.model.kind import Kind
from hardstand.sources.cluster.discovery import served, stability
from hardstand.sources.cluster.errors import ConflictError, ForbiddenError, NotFoundError
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.writing import create, replace, server_side_apply
from tests.cluster.handle import Cluster
from tests.sources.cluster.asking import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, client_of, config_map


def test_a_list_in_pages_holds_everything_once(cluster: Cluster, namespace: str) -> None:
    cluster.apply(*(config_map(f"it-{at:03}", key="x" * at) for at in range(37)), namespace=namespace)
    client = client_of(cluster.kubeconfig)
    for limit in (1, 10, 36, 37, 500, None):
        listing = client.list(CONFIG_MAPS, namespace, limit=limit)
        names = [one["metadata"]["name"] for one in listing]
        assert sorted(set(names)) == sorted(names)
        assert [one for one in names if one.startswith("it-")] == [f"it-{at:03}" for at in range(37)]
        assert int(listing.resource_version) > 0


def test_a_list_says_of_each_object_what_it_is(cluster: Cluster, namespace: str) -> None:
    cluster.apply(config_map("settings", key="value"), namespace=namespace)
    client = client_of(cluster.kubeconfig)
    query = [("fieldSelector", "metadata.name=settings")]
    (whole,) = client.list(CONFIG_MAPS, namespace, selectors=query)
    (bare,) = client.list(CONFIG_MAPS, namespace, metadata_only=True, selectors=query)
    for one in (whole, bare):
        assert (one["apiVersion"], one["kind"], one["metadata"]["name"]) == ("v1", "ConfigMap", "settings")
    assert whole["data"] == {"key": "value"}
    assert "data" not in bare


def test_an_empty_list(cluster: Cluster, namespace: str) -> None:
    listing = client_of(cluster.kubeconfig).list(DEPLOYMENTS, namespace)
    assert list(listing) == []
    assert int(listing.resource_version) > 0


def test_a_watch_goes_on_where_the_list_ended(cluster: Cluster, namespace: str) -> None:
    client = client_of(cluster.kubeconfig)
    cluster.apply(config_map("before"), namespace=namespace)
    listing = client.list(CONFIG_MAPS, namespace, consistent=True)
    seen = {one["metadata"]["name"] for one in listing}
    assert "before" in seen
    watch = client.watch(CONFIG_MAPS, listing.resource_version, namespace)
    made = create(
        client, CONFIG_MAPS, {**config_map("new", a="1"), "metadata": {"name": "new", "namespace": namespace}}
    )
    replace(client, CONFIG_MAPS, {**made, "data": {"a": "ü" * 100_000}})
    client.send("DELETE", CONFIG_MAPS.path(namespace, "new"), {})
    told = []
    for event in watch:
        told.append((event.type, event.object["kind"], event.object["metadata"]["name"]))
        assert watch.resource_version == event.resource_version
        if event.type == "DELETED":
            break
    assert told == [(one, "ConfigMap", "new") for one in ("ADDED", "MODIFIED", "DELETED")]
    after = client.watch(CONFIG_MAPS, watch.resource_version, namespace, metadata_only=True)
    cluster.apply(config_map("later", secret="x"), namespace=namespace)
    event = next(iter(after))
    assert (event.type, event.object["metadata"]["name"], "data" in event.object) == ("ADDED", "later", False)
    after.close()


def test_a_watch_is_closed_by_another_thread(cluster: Cluster, namespace: str) -> None:
    client = client_of(cluster.kubeconfig)
    listing = client.list(CONFIG_MAPS, namespace)
    list(listing)
    watch = client.watch(CONFIG_MAPS, listing.resource_version, namespace)
    threading.Timer(0.3, watch.close).start()
    assert list(watch) == []


def test_writes(cluster: Cluster, namespace: str) -> None:
    client = client_of(cluster.kubeconfig)
    told = {**config_map("mine", a="1"), "metadata": {"name": "mine", "namespace": namespace}}
    made = create(client, CONFIG_MAPS, told)
    with pytest.raises(ConflictError, match="already exists"):
        create(client, CONFIG_MAPS, told)
    changed = replace(client, CONFIG_MAPS, {**made, "data": {"a": "2"}})
    with pytest.raises(ConflictError, match="the object has been modified"):
        replace(client, CONFIG_MAPS, {**made, "data": {"a": "3"}})
    assert changed["data"] == {"a": "2"}
    cluster.kubectl("apply", "--server-side", "--field-manager=else", "-n", namespace, "-f", "-", input=(
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine"},"data":{"b":"x"}}'))  # fmt: skip
    mine = {**told, "data": {"b": "y"}}
    with pytest.raises(ConflictError, match="conflict"):
        server_side_apply(client, CONFIG_MAPS, mine)
    assert server_side_apply(client, CONFIG_MAPS, mine, force=True)["data"]["b"] == "y"
    with pytest.raises(NotFoundError, match='"other" not found'):
        replace(client, CONFIG_MAPS, {**told, "metadata": {"name": "other", "namespace": namespace}})


def test_what_may_not_be_done_is_told_in_the_servers_words(cluster: Cluster) -> None:
    client = client_of(cluster.kubeconfig_for("nobody-in-particular"))
    with pytest.raises(ForbiddenError, match='User "nobody-in-particular" cannot list resource "configmaps"'):
        list(client.list(CONFIG_MAPS))


def test_names_that_need_escapes_reach_their_object(cluster: Cluster) -> None:
    roles = Resource(Kind("rbac.authorization.k8s.io", "ClusterRole"), "v1", "clusterroles", namespaced=False)
    client = client_of(cluster.kubeconfig)
    assert client.get(roles.path(None, "system:node"))["metadata"]["name"] == "system:node"
    with pytest.raises(NotFoundError):
        client.get(NAMESPACES.path(None, "../../version"))


def test_discovery_says_what_kubectl_says(cluster: Cluster) -> None:
    found = served(client_of(cluster.kubeconfig))
    lines = cluster.kubectl("api-resources", "--verbs=list", "--no-headers", "-o", "wide").stdout.splitlines()
    told = {}
    for line in lines:
        plural, *_, version, namespaced, kind, _verbs, _categories = _columns(line)
        group = version.rpartition("/")[0]
        told[Kind(group, kind)] = (plural, namespaced == "true")
    assert {kind: (one.plural, one.namespaced) for kind, one in found.resources.items()} == told
    assert found.resources[Kind("autoscaling", "HorizontalPodAutoscaler")].version == "v2"
    assert found.dead == {}


def _columns(line: str) -> list[str]:
    """The words of a line of `kubectl api-resources -o wide`, of which short names and categories may be missing."""
    words = line.split()
    at = next(at for at, word in enumerate(words) if word in ("true", "false"))
    return [words[0], words[at - 1], words[at], words[at + 1], words[at + 2], ""]


def test_the_order_of_versions() -> None:
    versions = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1"]
    assert sorted(versions, key=stability, reverse=True) == versions


def test_two_threads_share_a_client(cluster: Cluster, namespace: str) -> None:
    client, found = client_of(cluster.kubeconfig), []
    threads = [threading.Thread(target=lambda: found.extend(client.list(NAMESPACES, limit=1))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len([one for one in found if one["metadata"]["name"] == namespace]) == 4


def test_a_token_file_is_read_again_when_it_is_refused(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.needs("kube-controller-manager")
    cluster.kubectl("create", "rolebinding", "see", "--clusterrole=view", f"--serviceaccount={namespace}:default",
                    "-n", namespace)  # fmt: skip
    token = tmp_path / "token"
    token.write_text(cluster.kubectl("create", "token", "default", "-n", namespace).stdout)
    config = tmp_path / "config"
    config.write_text(cluster.kubectl("config", "view", "--raw", "--flatten", "-o", "json").stdout)
    told = json.loads(config.read_text())
    told["users"][0]["user"] = {"tokenFile": "token"}
    config.write_text(json.dumps(told))
    client = client_of(config)
    assert any(one["metadata"]["name"] == "kube-root-ca.crt" for one in client.list(CONFIG_MAPS, namespace))
    good = token.read_text()
    token.write_text("not-a-token")
    client._signer.refused()
    client._signer.headers()  # The wrong one is remembered now, and the file is mended.
    token.write_text(good)
    assert any(one["metadata"]["name"] == "kube-root-ca.crt" for one in client.list(CONFIG_MAPS, namespace))
