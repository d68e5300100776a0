"""What a client meets when a server forgets, restarts, or has an API behind it that is dead: a cluster of one's own."""

import json
from collections.abc import Iterator

import pytest

from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.model.verdict import Why
from hardstand.sources.cluster.errors import ConnectError, DisconnectedError, GoneError
from hardstand.sources.cluster.reading import ClusterReading
from hardstand.sources.interface import Gap, Page, Unreadable
from tests.cluster.handle import Cluster
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options
from tests.cluster.waiting import eventually
from tests.sources.cluster.asking import CONFIG_MAPS, NAMESPACES, client_of, config_map

DEAD = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": "v1.cert-manager.io"},
    "spec": {
        "group": "cert-manager.io",
        "version": "v1",
        "groupPriorityMinimum": 100,
        "versionPriority": 10,
        "insecureSkipTLSVerify": True,
        "service": {"name": "nobody", "namespace": "default"},
    },
}


@pytest.fixture(scope="module")
def own(cluster: Cluster) -> Iterator[Cluster]:
    """A cluster that forgets what was a second ago. Where there is no shared one, there is none of one's own."""
    options = Options(nodes=0, controllers=False, scheduler=False, flags={"etcd-compaction-interval": "1s"})
    with cluster_with(options) as found:
        yield found


def test_a_token_that_has_expired_is_gone_or_gone_on_from(own: Cluster) -> None:
    own.apply(*(config_map(f"it-{at}") for at in range(6)))
    client = client_of(own.kubeconfig)
    listing = client.list(CONFIG_MAPS, "default", limit=2)
    strict = client.list(CONFIG_MAPS, "default", limit=2, consistent=True)
    given, strictly = iter(listing), iter(strict)
    names = [next(given)["metadata"]["name"], next(given)["metadata"]["name"]]
    next(strictly)
    first = client.get(CONFIG_MAPS.path("default"), [("limit", "1")])["metadata"]
    own.kubectl("delete", "configmap", "it-0")
    own.apply(config_map("it-9"))

    def forgotten() -> bool:
        own.apply(config_map("other", moved="x"))
        own.kubectl("delete", "configmap", "other")
        try:
            client.get(CONFIG_MAPS.path("default"), [("limit", "1"), ("continue", first["continue"])])
        except GoneError as error:
            return bool(error.token)
        return False

    eventually(forgotten, "the token to expire", pause=0.5)
    names += [one["metadata"]["name"] for one in given]
    # The rest is as of now: what came meanwhile is there, and what was given before is not given again.
    assert names == ["it-0", "it-1", "it-2", "it-3", "it-4", "it-5", "it-9"]
    with pytest.raises(GoneError, match="too old"):
        list(strictly)


def test_an_api_that_does_not_answer_is_a_gap_and_no_error(own: Cluster) -> None:
    own.apply(DEAD)
    needs = {Kind("cert-manager.io", "Certificate"): Need(whole=True), Kind("", "Namespace"): Need(whole=True)}
    try:
        eventually(
            lambda: "cert-manager.io" in ClusterReading(client_of(own.kubeconfig), needs).served.dead, "it to be dead"
        )
        found = list(ClusterReading(client_of(own.kubeconfig), needs))
    finally:
        own.kubectl("delete", "apiservice", "v1.cert-manager.io")
    assert {json.loads(one.data)["metadata"]["name"] for one in found if isinstance(one, Page)} >= {"default"}
    (gap,) = [one for one in found if isinstance(one, Gap)]
    assert (gap.kind, gap.namespace, gap.why) == (Kind("cert-manager.io", "Certificate"), None, Why.UNREADABLE)
    assert "kubectl get apiservice v1.cert-manager.io" in gap.reason
    assert any(isinstance(one, Unreadable) for one in found)


def test_a_watch_and_a_list_outlive_a_restart(own: Cluster) -> None:
    client = client_of(own.kubeconfig)
    listing = client.list(NAMESPACES)
    seen = list(listing)
    early = listing.resource_version
    watch = client.watch(NAMESPACES, early)
    pages = iter(client.list(NAMESPACES, limit=1))
    names = [next(pages)["metadata"]["name"]]
    own.restart_apiserver(kill=True)
    with pytest.raises(DisconnectedError):
        list(watch)
    names += [one["metadata"]["name"] for one in pages]
    assert sorted(names) == sorted(one["metadata"]["name"] for one in seen)
    # Whoever watched on from here sees what came; and a version from before the server's memory is gone.
    own.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "late"}})
    again = client.watch(NAMESPACES, watch.resource_version)
    assert next(iter(again)).object["metadata"]["name"] == "late"
    with pytest.raises(GoneError, match="too old resource version"):
        list(client.watch(NAMESPACES, "1"))


def test_nobody_there(own: Cluster) -> None:
    reading = ClusterReading(
        client_of(own.kubeconfig), {Kind("", kind): Need(whole=True) for kind in ("Pod", "Secret")}
    )
    reading.open()
    own.stop_apiserver()
    try:
        with pytest.raises(ConnectError, match="nobody answers: connection refused"):
            client_of(own.kubeconfig).version()
        reading.client._sleep = lambda _: None
        found = list(reading)
    finally:
        own.start_apiserver()
    assert [one.why for one in found if isinstance(one, Gap)] == [Why.UNREADABLE] * 2
    assert all("connection refused" in one.reason for one in found if isinstance(one, Gap))
