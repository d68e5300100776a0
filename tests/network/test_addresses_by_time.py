"""Whose address it was: each flow goes to the pod that had the address then, and what is not known stays unknown."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hardstand.analysis.reach.pods import Owner
from hardstand.model.flow import End
from hardstand.model.run import Unreadable
from hardstand.network.observed.lives import Sight
from hardstand.network.observed.resolving import Resolved, Resolver, Sort, Tenure
from hardstand.network.observed.tenancy import resolver
from hardstand.sources.flows.logs import FlowLogs
from hardstand.sources.history.database import HistoryError
from hardstand.sources.history.history import History
from hardstand.sources.history.keeping import keep
from hardstand.wiring.resolving import in_audit_logs, in_history, of_history, of_objects, of_snapshot
from tests.sources.clusters import spooled

TEN = datetime(2026, 11, 1, 10, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def zulu(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def thing(kind: str, name: str, namespace: str | None = "shop", **more: Any) -> dict[str, Any]:
    group = {"ReplicaSet": "apps/v1", "Deployment": "apps/v1", "EndpointSlice": "discovery.k8s.io/v1"}
    meta = {"name": name, "uid": f"{kind}-{name}-{more.pop('uid', '')}", **more.pop("metadata", {})}
    meta |= {"namespace": namespace} if namespace else {}
    return {"apiVersion": group.get(kind, "v1"), "kind": kind, "metadata": meta, **more}


def pod(
    name: str, address: str, start: float, owner: str = "", ended: float | None = None, **more: Any
) -> dict[str, Any]:
    references = [{"kind": "ReplicaSet", "name": owner, "uid": f"r-{owner}", "controller": True}] if owner else []
    state: dict[str, Any] = {"running": {"startedAt": zulu(at(start))}}
    if ended is not None:
        state = {"terminated": {"startedAt": zulu(at(start)), "finishedAt": zulu(at(ended))}}
    status = {
        "phase": "Running" if ended is None else "Failed",
        "startTime": zulu(at(start - 0.5)),
        "podIP": address,
        "podIPs": [{"ip": address}],
        "containerStatuses": [{"name": "app", "restartCount": 0, "state": state}],
    }
    labels = {"app": owner.partition("-")[0] or name}
    meta = {"labels": labels, "ownerReferences": references}
    return thing(
        "Pod", name, metadata=meta, status={**status, **more.pop("status", {})}, spec=more.pop("spec", {}), **more
    )


def replica_set(name: str, of: str) -> dict[str, Any]:
    reference = {"kind": "Deployment", "name": of, "uid": "d", "controller": True}
    return thing("ReplicaSet", name, metadata={"ownerReferences": [reference]})


WEB = Owner("shop", "web", "Deployment")
API = Owner("shop", "api", "Deployment")
MAKERS = [replica_set("web-7d", "web"), replica_set("api-9c", "api")]


def held(folder: Path, *snapshots: tuple[float, list[dict[str, Any]]]) -> Resolver:
    for minute, objects in snapshots:
        keep(str(folder), spooled(objects, zulu(at(minute))))
    return of_history(str(folder))


def test_an_address_that_was_used_again_a_minute_later(tmp_path: Path) -> None:
    old, new = pod("web-7d-a", "10.0.0.5", -60, "web-7d"), pod("api-9c-b", "10.0.0.5", 11, "api-9c")
    told = held(tmp_path, (0, [*MAKERS, old]), (10, [*MAKERS, old]), (20, [*MAKERS, new]))
    owners = {minute: told.at("10.0.0.5", at(minute)) for minute in (-61, -60, 0, 9.9, 10, 10.5, 11, 20, 600)}
    found = {minute: one.owner if one else None for minute, one in owners.items()}
    assert found == {-61: None, -60: WEB, 0: WEB, 9.9: WEB, 10: WEB, 10.5: None, 11: API, 20: API, 600: API}


def test_flows_go_to_who_had_the_address_then(tmp_path: Path) -> None:
    """A log of conntrack over the change, joined with the history."""
    old, new = pod("web-7d-a", "10.0.0.5", -60, "web-7d"), pod("api-9c-b", "10.0.0.5", 11, "api-9c")
    told = held(tmp_path / "h", (0, [*MAKERS, old]), (10, [*MAKERS, old]), (20, [*MAKERS, new]))
    lines = [
        f"[{at(minute).timestamp():.6f}]\t    [NEW] tcp      6 120 SYN_SENT src=10.0.0.5 dst=10.9.9.9 sport={port} "
        f"dport=443 [UNREPLIED] src=10.9.9.9 dst=10.0.0.5 sport=443 dport={port}"
        for port, minute in ((40000, 9), (40001, 10.5), (40002, 12))
    ]
    (tmp_path / "log").write_text("\n".join(lines))
    flows = list(FlowLogs((str(tmp_path / "log"),)).open())
    owners = [told.of(one.source, one.time) for one in flows]  # type: ignore[union-attr]
    assert [one.owner if one else None for one in owners] == [WEB, None, API]


def test_a_pod_without_its_namespace_is_the_only_one_of_that_name_then() -> None:
    def held(namespace: str, begins: float, ends: float | None = None) -> Tenure:
        owner = Owner(namespace, "web", "Deployment")
        until = at(ends) if ends is not None else None
        return Tenure("10.0.0.1", Resolved(Sort.POD, "web-1", namespace, owner), at(begins), until)

    one = Resolver([held("shop", 0, 5), held("ops", 10)])
    asked = End(pod="web-1")
    for minute, home in ((1, "shop"), (11, "ops")):
        found = one.of(asked, at(minute))
        assert found is not None
        assert found.namespace == home
    assert one.of(asked, at(7)) is None, "two are called so, and none was there then"
    assert Resolver([held("shop", 0), held("ops", 0)]).of(asked, at(1)) is None


def test_before_its_containers_start_an_address_is_nobodys() -> None:
    told = of_objects([*MAKERS, pod("api-9c-b", "10.0.0.5", 11, "api-9c")], at(20))
    assert told.at("10.0.0.5", at(10.9)) is None
    restarted = pod("api-9c-b", "10.0.0.5", 11, "api-9c")
    restarted["status"]["containerStatuses"][0]["restartCount"] = 3
    assert of_objects([restarted], at(20)).at("10.0.0.5", at(10.6)) is not None, "it says when it started itself"


def test_one_that_ended_has_it_no_more(tmp_path: Path) -> None:
    told = held(tmp_path, (0, [pod("job", "10.0.0.6", -5)]), (10, [pod("job", "10.0.0.6", -5, ended=4)]))
    assert [bool(told.at("10.0.0.6", at(minute))) for minute in (-6, -5, 4, 5, 20)] == [False, True, True, False, False]
    never = pod("job", "10.0.0.6", -5, ended=4)
    never["status"]["containerStatuses"] = []
    assert of_objects([never], at(9)).at("10.0.0.6", at(0)) is None, "when it ended is not told"


def test_a_pod_is_one_over_all_that_changed_of_it(tmp_path: Path) -> None:
    """Its status differs from snapshot to snapshot; one that takes its name is another."""
    first = pod("db-0", "", 0)
    first["status"] = {"phase": "Pending"}
    same = pod("db-0", "10.0.0.7", 2)
    other = pod("db-0", "10.0.0.8", 31, uid="2")
    told = held(tmp_path, (1, [first]), (5, [same]), (30, [same]), (40, [other]))
    assert [bool(told.at("10.0.0.7", at(minute))) for minute in (1, 2, 20, 30, 31)] == [False, True, True, True, False]
    assert told.at("10.0.0.8", at(35)) is not None


def test_order_of_what_was_seen_does_not_matter() -> None:
    running, ended = pod("job", "10.0.0.6", -5), pod("job", "10.0.0.6", -5, ended=4)
    sights = [Sight(running, at(0), at(1)), Sight(running, at(2), at(3)), Sight(ended, at(10))]
    for order in (sights, sights[::-1]):
        told = resolver(order)
        assert [bool(told.at("10.0.0.6", at(minute))) for minute in (0, 3, 4, 5)] == [True, True, True, False]


def service(name: str, address: str, namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    return thing(
        "Service",
        name,
        namespace,
        metadata={"creationTimestamp": zulu(at(-100))},
        spec={"clusterIP": address, "clusterIPs": [address], **spec},
        status={"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}},
    )


def test_a_service_is_itself_and_who_was_behind_it(tmp_path: Path) -> None:
    web, api = pod("web-7d-a", "10.0.0.5", 0, "web-7d"), pod("api-9c-b", "10.0.0.6", 6, "api-9c")
    api["metadata"]["labels"]["app"] = "web"
    front = service("front", "10.96.0.20", selector={"app": "web"})
    told = held(tmp_path, (1, [*MAKERS, web, front]), (10, [*MAKERS, web, api, front]))
    found = told.at("10.96.0.20", at(3))
    assert found is not None
    assert (found.sort, found.name, found.namespace, found.owners) == (Sort.SERVICE, "front", "shop", (WEB,))
    later = told.at("203.0.113.9", at(8))
    assert later is not None
    assert later.owners == (API, WEB)
    assert told.at("10.96.0.20", at(-101)) is None
    assert told.at("10.96.0.20", at(-50)).owners == ()  # type: ignore[union-attr]


NODE = thing(
    "Node",
    "node-a",
    None,
    metadata={"creationTimestamp": zulu(at(-100))},
    spec={"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24", "fd00:1::/64"]},
    status={"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}, {"type": "Hostname", "address": "node-a"}]},
)


def test_a_node_is_all_that_is_on_its_network() -> None:
    agent = pod("agent", "192.0.2.1", 0, spec={"hostNetwork": True, "nodeName": "node-a"})
    told = of_objects([agent, NODE], at(1))
    found = told.at("192.0.2.1", at(2))
    assert found is not None
    assert (found.sort, found.name, found.owners) == (Sort.NODE, "node-a", (Owner("shop", "agent", "Pod"),))


def test_the_api_server_may_be_on_a_node() -> None:
    slice_ = thing(
        "EndpointSlice",
        "kubernetes",
        "default",
        metadata={"labels": {"kubernetes.io/service-name": "kubernetes"}, "creationTimestamp": zulu(at(-200))},
        endpoints=[{"addresses": ["192.0.2.1"]}],
        ports=[{"name": "https", "port": 6443, "protocol": "TCP"}],
    )
    told = of_objects([NODE, slice_, service("kubernetes", "10.96.0.1", "default")], at(1))
    sorts = {port: told.at("192.0.2.1", at(2), port) for port in (6443, 10250, None)}
    assert {port: one.sort if one else None for port, one in sorts.items()} == {
        6443: Sort.API_SERVER,
        10250: Sort.NODE,
        None: Sort.NODE,
    }
    found = told.at("10.96.0.1", at(2), 443)
    assert found is not None
    assert found.sort is Sort.API_SERVER
    labelled = told.of(End("192.0.2.99", labels=(("reserved:kube-apiserver", ""),)), at(2))
    assert labelled is not None
    assert labelled.sort is Sort.API_SERVER


def test_unknown_is_not_the_internet() -> None:
    told = of_objects([NODE, pod("web", "10.0.9.5", 10)], at(20))
    inside = ("10.0.0.77", "fd00:1::77", "10.0.9.5", "127.0.0.1", "::1")
    assert [told.at(one, at(0)) for one in inside] == [None] * 5
    assert all(told.inside(one) for one in inside)
    assert not any(told.inside(one) for one in ("203.0.113.7", "169.254.169.254", "10.1.0.1", "", "x"))


@pytest.mark.parametrize(
    ("end", "owner"),
    [
        (End("10.0.0.99", "shop", "web-7d-a"), WEB),
        (End("", "shop", workload="web", workload_kind="Deployment"), WEB),
        (End("", "shop", workload="web-7d"), WEB),  # As Calico adds up pods.
        (End("", "shop", workload="web"), WEB),
        (End("", "shop", workload="web-7d", workload_kind="ReplicaSet"), WEB),
        (End("", "shop", "web-7d-gone", workload="web", workload_kind="Deployment"), WEB),
        (End("", "shop", "web-7d-gone"), None),
        (End("", "other", workload="web"), None),
        (End("10.0.0.5"), WEB),
        (End("10.0.0.5", name="x.example"), WEB),
        (End("198.51.100.1"), None),
    ],
)
def test_what_a_record_says_goes_before_its_address(end: End, owner: Owner | None) -> None:
    told = of_objects([*MAKERS, pod("web-7d-a", "10.0.0.5", 0, "web-7d")], at(1))
    found = told.of(end, at(2))
    assert (found.owner if found else None) == owner


def test_a_name_that_two_workloads_have_is_nobodys() -> None:
    stateful = pod("web-0", "10.0.0.8", 0)
    stateful["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "web", "controller": True}]
    told = of_objects([*MAKERS, pod("web-7d-a", "10.0.0.5", 0, "web-7d"), stateful], at(1))
    assert told.of(End("", "shop", workload="web"), at(2)) is None


def test_one_snapshot_is_enough_from_each_start_on(tmp_path: Path) -> None:
    web = pod("web-7d-a", "10.0.0.5", -30, "web-7d")
    keep(str(tmp_path), spooled([*MAKERS, web], zulu(at(0))))
    told = of_snapshot(History(str(tmp_path)).at())
    assert [bool(told.at("10.0.0.5", at(minute))) for minute in (-31, -30, 0, 30)] == [False, True, True, True]


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "Pod"},
        {"kind": "Pod", "metadata": [], "status": 3, "spec": None},
        {"kind": "Pod", "metadata": {"name": 3}, "status": {"podIP": "x", "podIPs": [3], "startTime": "soon"}},
        {"kind": [], "metadata": {}},
        {"kind": "Pod", "metadata": {"name": [], "uid": {}, "labels": {"a": 3}}, "status": {"podIP": "10.0.0.9"}},
        {"kind": "Service", "spec": {"clusterIPs": 3, "selector": []}},
        {"kind": "Node", "spec": {"podCIDR": "10"}, "status": {"addresses": {}}},
        {"kind": "EndpointSlice", "metadata": {"namespace": "default", "name": "kubernetes"}, "endpoints": "x"},
        {},
    ],
)
def test_objects_that_are_none_tell_nothing(broken: dict[str, Any]) -> None:
    told = of_objects([broken, *MAKERS, pod("web-7d-a", "10.0.0.5", 0, "web-7d")], at(1))
    assert told.at("10.0.0.5", at(2)) is not None


def test_a_history_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HistoryError):
        of_history(str(tmp_path))


def audited(folder: Path, *events: tuple[float, str, dict[str, Any]]) -> Path:
    """An audit log of what was done with pods, as an API server writes it at level RequestResponse."""
    lines = [
        {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": "RequestResponse",
            "auditID": f"a{at}",
            "stage": "ResponseComplete",
            "requestURI": "/api/v1/namespaces/shop/pods/x",
            "verb": verb,
            "user": {"username": "system:node:a", "groups": []},
            "sourceIPs": ["192.0.2.1"],
            "objectRef": {"resource": "pods", "namespace": "shop", "name": "x", "apiVersion": "v1"},
            "responseStatus": {"metadata": {}, "code": 200},
            "responseObject": told,
            "requestReceivedTimestamp": zulu(at),
            "stageTimestamp": zulu(at),
            "annotations": {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": ""},
        }
        for minute, verb, told in events
        for at in (TEN + timedelta(minutes=minute),)
    ]
    (folder / "audit.log").write_text("\n".join(json.dumps(one) for one in lines))
    return folder / "audit.log"


def test_an_audit_log_tells_what_no_snapshot_saw(tmp_path: Path) -> None:
    """A pod that came and went between two snapshots, on an address that another had before and another has now."""
    old, new = pod("web-7d-a", "10.0.0.5", -60, "web-7d"), pod("web-7d-c", "10.0.0.5", 8, "web-7d")
    short = pod("api-9c-b", "10.0.0.5", 3, "api-9c")
    leaving = {**short, "metadata": {**short["metadata"], "deletionTimestamp": "x", "deletionGracePeriodSeconds": 30}}
    ended = {**leaving, "metadata": {**leaving["metadata"], "deletionGracePeriodSeconds": 0}}
    log = audited(
        tmp_path, (3.1, "patch", short), (5, "delete", leaving), (5.5, "patch", leaving), (6, "delete", ended)
    )
    for minute, objects in ((0, [*MAKERS, old]), (10, [*MAKERS, new])):
        keep(str(tmp_path / "h"), spooled(objects, zulu(at(minute))))
    faults: list[Unreadable] = []
    told = resolver([*in_history(str(tmp_path / "h")), *in_audit_logs([str(log)], faults)])
    found = {minute: told.at("10.0.0.5", at(minute)) for minute in (0, 1, 3, 5, 5.6, 7, 8, 11)}
    owners = {minute: one.owner if one else None for minute, one in found.items()}
    assert owners == {0: WEB, 1: None, 3: API, 5: API, 5.6: None, 7: None, 8: WEB, 11: WEB}
    assert faults == []
    audited(tmp_path, (11, "patch", new))
    alone = resolver(in_audit_logs([str(log)], faults))
    assert [bool(alone.at("10.0.0.5", at(minute))) for minute in (8, 11, 12)] == [True, True, False]
    audited(tmp_path, (3.1, "patch", short), (4, "patch", short))
    log.write_text(log.read_text()[:-200])
    assert list(in_audit_logs([str(log)], faults))
    assert [one.line for one in faults] == [2]
