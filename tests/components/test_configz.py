"""What components answer on /configz, as pages; what does not answer, as gaps."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hardstand.model.verdict import Verdict, Why
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.configz import components
from hardstand.sources.cluster.errors import ApiError, ClusterError, ForbiddenError
from hardstand.sources.cluster.kubeconfig import access
from hardstand.sources.interface import Gap, Page
from hardstand.wiring import ScanRequest, scan
from tests.cluster.handle import Cluster
from tests.components.judging import verdicts

PODS = "/api/v1/namespaces/kube-system/pods?labelSelector=component%3D{}&limit=500"
KUBELET = {"kubeletconfig": {"authentication": {"anonymous": {"enabled": True}}, "podPidsLimit": 100}}


def node(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"nodeInfo": {"kubeletVersion": "v1.35.1"}}}


def pod(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"nodeName": "cp-1"}}


class Server:
    """Answers by path, and refuses the rest."""

    def __init__(self, answers: dict[str, Any], error: ClusterError) -> None:
        self.answers = answers
        self.error = error

    def __call__(self, path: str) -> bytes:
        if path not in self.answers:
            raise self.error
        found = self.answers[path]
        return found if isinstance(found, bytes) else json.dumps(found).encode()


def listed(*items: Any, token: str = "") -> dict[str, Any]:
    return {"metadata": {"continue": token}, "items": list(items)}


def test_kubelets_of_all_pages_are_asked() -> None:
    server = Server(
        {
            "/api/v1/nodes?limit=500": listed(node("a"), token="next page"),
            "/api/v1/nodes?limit=500&continue=next%20page": listed(node("b")),
            "/api/v1/nodes/a/proxy/configz": KUBELET,
            "/api/v1/nodes/b/proxy/configz": KUBELET,
        },
        ForbiddenError(403, "no"),
    )
    pages = list(components(server))
    assert [page.name for page in pages if isinstance(page, Page)] == [
        f"cluster:/api/v1/nodes/{name}/proxy/configz" for name in "ab"
    ]
    told = verdicts(json.loads(pages[0].data))  # type: ignore[union-attr]
    assert told["kubelet-anonymous-access"] == "fail"
    assert told["kubelet-processes-unlimited"] == "pass"
    assert told["kubelet-weak-ciphers"] == "pass", "the node says its version"
    assert told["kubelet-host-name-overridden"] == "unknown:not-in-input", "no configuration says it"
    assert told["api-server-profiling"] == "not-applicable:no-subject"


def test_what_does_not_answer_is_one_gap() -> None:
    nodes = {"/api/v1/nodes?limit=500": listed(*map(node, "abcde"))}
    (gap,) = components(Server(nodes, ForbiddenError(403, "you may not")))
    assert isinstance(gap, Gap)
    assert (gap.kind.name, gap.why) == ("KubeletConfiguration", Why.MAY_NOT_LIST)
    assert gap.reason == "the kubelets of a, b, c, … did not say how they are configured: you may not"
    (gap,) = components(Server({}, ApiError(500, "broken")))
    assert isinstance(gap, Gap)
    assert (gap.why, gap.namespace) == (Why.UNREADABLE, None)


def test_an_answer_that_is_none_is_a_gap() -> None:
    for answer in (b"ok", b"[]", b"{}", b'{"kubeletconfig": 1}'):
        found = components(
            Server(
                {"/api/v1/nodes?limit=500": listed(node("a")), "/api/v1/nodes/a/proxy/configz": answer},
                ApiError(404, "no"),
            )
        )
        assert [type(one) for one in found] == [Gap]


def test_the_control_plane_is_asked_where_it_runs_as_pods() -> None:
    proxy = "/api/v1/namespaces/kube-system/pods/https:{}:{}/proxy/configz"
    server = Server(
        {
            "/api/v1/nodes?limit=500": listed(),
            PODS.format("kube-scheduler"): listed(pod("kube-scheduler-cp-1")),
            PODS.format("kube-controller-manager"): listed(pod("kube-controller-manager-cp-1")),
            proxy.format("kube-scheduler-cp-1", 10259): {"componentconfig": {"enableProfiling": False}},
        },
        ApiError(503, "nobody listens"),
    )
    (page,) = components(server)  # That of the controller manager, which does not answer, is judged by its pod.
    assert isinstance(page, Page)
    assert page.live
    assert verdicts(json.loads(page.data))["scheduler-profiling"] == "pass"


def test_a_real_server_is_asked(cluster: Cluster) -> None:
    """No kubelet answers there: its nodes are played. Whoever may not ask is told so."""
    cluster.needs("kwok")
    for path, why in (
        (cluster.kubeconfig, Why.UNREADABLE),
        (cluster.kubeconfig_for("somebody"), Why.MAY_NOT_LIST),
    ):
        client = Client(access(str(path), None))
        gaps = [one for one in components(client.read) if isinstance(one, Gap)]
        client.close()
        assert [one.why for one in gaps] == [why]


class Answers:
    """What a cluster answers, as a unit of reading."""

    path = "test"
    size = 1

    def open(self) -> Iterator[Page | Gap]:
        kubelets = {f"/api/v1/nodes/{name}/proxy/configz": KUBELET for name in "ab"}
        nodes = {"/api/v1/nodes?limit=500": listed(*map(node, "abc"))}
        yield from components(Server({**nodes, **kubelets}, ForbiddenError(403, "you may not")))


def test_nodes_that_are_set_up_alike_are_one_entry() -> None:
    """In a run: a finding for each kubelet, with one cause, and unknown for the one that did not answer."""
    request = ScanRequest(paths=(), controls=["kubelet-anonymous-access"], more=[("cluster", "test", Answers())])
    found = scan(replace(request, settings=replace(request.settings, complete=True)))
    failed = [one for one in found.findings if one.verdict is Verdict.FAIL]
    assert [one.object.name for one in failed] == ["kubelet.a", "kubelet.b"]
    assert len({one.root_cause for one in failed}) == 1
    assert {one.locations[0].field for one in failed} == {"config.authentication.anonymous.enabled"}
    assert failed[0].locations[0].line > 1, "places are those of the text that kubectl would print"
    (unknown,) = (one for one in found.findings if one.verdict is Verdict.UNKNOWN)
    assert (unknown.object.kind, unknown.why) == ("KubeletConfiguration", Why.MAY_NOT_LIST)
