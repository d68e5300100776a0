"""What audit logs tell was asked for and allowed is what the authorizers saw."""

import json
from pathlib import Path
from typing import Any

import pytest

from hardstand.model.asked import Asked
from hardstand.model.request import Request
from hardstand.model.run import Unreadable
from hardstand.sources.audit.asked import AskedLog
from hardstand.sources.audit.once import Once
from tests.sources.audited import GROUPS, WEB, event, google, lines

MAPS = "/api/v1/namespaces/shop/configmaps"
DECISION, REASON = "authorization.k8s.io/decision", "authorization.k8s.io/reason"


def read(folder: Path, *events: Any) -> tuple[list[Asked], AskedLog]:
    log = AskedLog((lines(folder / "a.log", *events),))
    found = list(log.open())
    assert all(isinstance(one, Asked) for one in found)
    return [one for one in found if isinstance(one, Asked)], log


def requests(folder: Path, *events: Any) -> list[str]:
    return [f"{one.request}" for one in read(folder, *events)[0]]


def reference(resource: str, namespace: str = "shop", name: str = "", **more: str) -> dict[str, str]:
    return {"resource": resource, "namespace": namespace, "name": name, "apiVersion": "v1", **more}


def test_who_asked_for_what_when_and_where_it_is_written(tmp_path: Path) -> None:
    ((one,), log) = read(tmp_path, event())
    assert one.request == Request("get", "", "configmaps", "", "a", "shop")
    assert (one.user, one.groups, one.by_rbac) == (WEB, tuple(GROUPS), True)
    assert (one.file, one.line, one.time.isoformat()) == (str(tmp_path / "a.log"), 1, "2026-06-01T12:00:00+00:00")
    assert (log.refused, log.undecided, log.entries) == (0, 0, 1)


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({"annotations": {DECISION: "forbid"}, "responseStatus": {"code": 403}}, False),
        ({"annotations": {DECISION: "allow", REASON: "RBAC: x"}, "responseStatus": {"code": 403}}, True),
        ({"annotations": {}, "responseStatus": {"code": 403}}, False),
        ({"annotations": {}, "responseStatus": {"code": 401}}, False),
        ({"annotations": {}, "responseStatus": {"code": 404}}, True),
    ],
    ids=["refused", "refused by admission", "perhaps refused", "nobody", "not there"],
)
def test_only_what_the_authorizers_allowed_is_use(changed: Any, allowed: bool, tmp_path: Path) -> None:
    found, log = read(tmp_path, event(**changed))
    assert (len(found), log.refused) == ((1, 0) if allowed else (0, 1))


def test_each_request_counts_once_whatever_its_stages(tmp_path: Path) -> None:
    stages = ("RequestReceived", "ResponseStarted", "ResponseComplete")
    watch = [event("w", "watch", f"{MAPS}?watch=1", stage=stage) for stage in stages]
    found, log = read(tmp_path, *watch, event("x", stage="Panic"), event("x"), watch[1])
    assert ([one.request.verb for one in found], log.undecided) == (["watch", "get"], 1)


def test_a_watch_that_ends_long_after_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Once, "MOST", 10)
    between = [event(str(number)) for number in range(100)]
    found, log = read(tmp_path, event("w", stage="ResponseStarted"), *between, event("w"))
    assert len(found) == 101
    assert log.once.held == (10, 0), "ended watches are forgotten"


JANE = {"username": "jane", "groups": ["dev"]}
ANN = {"username": "jane", "groups": ["ops"]}


@pytest.mark.parametrize(
    "changed",
    [
        {"requestURI": f"{MAPS}/b", "objectRef": {"resource": "configmaps", "namespace": "shop", "name": "b"}},
        {"verb": "delete"},
        {"user": {"username": "jane", "groups": GROUPS}},
        {"requestReceivedTimestamp": "2026-06-01T11:59:59.900001Z"},
        {"impersonatedUser": JANE},
    ],
    ids=["object", "verb", "user", "moment", "acting"],
)
def test_no_request_hides_behind_the_audit_id_of_another(changed: Any, tmp_path: Path) -> None:
    found, log = read(tmp_path, event("same-id-1"), event("same-id-1", **changed), event("same-id-1", **changed))
    assert len([one for one in found if one.request.verb != "impersonate"]) == 2
    assert log.entries == 3


def test_neither_a_refusal_nor_other_groups_hide_what_was_allowed_after(tmp_path: Path) -> None:
    refused = event("x", annotations={DECISION: "forbid"}, responseStatus={"code": 403})
    acting = [event("x", impersonatedUser=one) for one in (JANE, ANN)]
    found, log = read(tmp_path, refused, *acting)
    assert ([one.groups for one in found if one.user == "jane"], log.refused) == ([("dev",), ("ops",)], 1)


def test_the_name_of_what_is_made_is_not_asked_for(tmp_path: Path) -> None:
    made = event("1", "create", MAPS, objectRef=reference("configmaps", name="a"))
    space = event("2", "create", "/api/v1/namespaces", objectRef=reference("namespaces", "new", "new"))
    token = reference("serviceaccounts", name="web", subresource="token")
    uri = "/api/v1/namespaces/shop/serviceaccounts/web/token"
    assert requests(tmp_path, made, space, event("3", "create", uri, objectRef=token)) == [
        "create configmaps in shop",
        "create namespaces",
        "create serviceaccounts/token web in shop",
    ]


def test_an_update_that_makes_an_object_takes_the_right_to_create_it(tmp_path: Path) -> None:
    applied = event("1", "patch", f"{MAPS}/a?fieldManager=x", responseStatus={"code": 201})
    assert requests(tmp_path, applied, event("2", "patch", responseStatus={"code": 200})) == [
        "patch configmaps a in shop",
        "create configmaps a in shop",
        "patch configmaps a in shop",
    ]


def test_whoever_acts_as_somebody_is_allowed_that_and_the_other_does_it(tmp_path: Path) -> None:
    jane = {"username": "jane", "groups": ["dev", "system:authenticated"], "extra": {"scopes": ["a"]}}
    found, _ = read(tmp_path, event("1", impersonatedUser=jane))
    assert [(one.user, str(one.request)) for one in found] == [
        ("jane", "get configmaps a in shop"),
        (WEB, "impersonate users jane"),
        (WEB, "impersonate groups dev"),
        (WEB, "impersonate userextras/scopes.authentication.k8s.io a"),
    ]
    assert found[0].groups == ("dev", "system:authenticated")
    account = {"username": "system:serviceaccount:ci:bot", "groups": ["system:serviceaccounts:ci"]}
    assert requests(tmp_path, event("2", impersonatedUser=account))[1:] == ["impersonate serviceaccounts bot in ci"]


def test_paths_and_what_another_authorizer_allowed(tmp_path: Path) -> None:
    notes = {DECISION: "allow", REASON: ""}
    found, _ = read(tmp_path, event("1", "get", "/metrics?x=1", objectRef=None), event("2", annotations=notes))
    assert (str(found[0].request), found[0].by_rbac, found[1].by_rbac) == ("get /metrics", True, False)


@pytest.mark.parametrize(
    ("method", "name", "told"),
    [
        ("io.k8s.core.v1.pods.list", "core/v1/namespaces/shop/pods", "list pods in shop"),
        ("io.k8s.core.v1.pods.list", "core/v1/pods", "list pods"),
        ("io.k8s.core.v1.pods.exec.create", "core/v1/namespaces/shop/pods/x/exec", "create pods/exec x in shop"),
        ("io.k8s.core.v1.pods.create", "core/v1/namespaces/shop/pods/x", "create pods in shop"),
        ("io.k8s.core.v1.namespaces.get", "core/v1/namespaces/shop", "get namespaces shop in shop"),
        ("io.k8s.core.v1.namespaces.finalize.update", "core/v1/namespaces/shop/finalize",
         "update namespaces/finalize shop in shop"),
        ("io.k8s.core.v1.nodes.proxy.get", "core/v1/nodes/n/proxy/metrics/cadvisor", "get nodes/proxy n"),
        ("io.k8s.authorization.rbac.v1.clusterroles.get", "rbac.authorization.k8s.io/v1/clusterroles/x",
         "get clusterroles.rbac.authorization.k8s.io x"),
        ("io.k8s.get", "readyz", "get /readyz"),
        ("io.k8s.get", "openapi/v3/apis/apps/v1", "get /openapi/v3/apis/apps/v1"),
    ],
)  # fmt: skip
def test_entries_of_gke(method: str, name: str, told: str, tmp_path: Path) -> None:
    ((one,), _) = read(tmp_path, google(method, name))
    assert (str(one.request), one.user, one.groups, one.by_rbac) == (told, WEB, None, True)


def test_what_gke_refused_is_no_use(tmp_path: Path) -> None:
    method, name = "io.k8s.core.v1.secrets.get", "core/v1/namespaces/shop/secrets/db"
    denied = google(method, name, status={"code": 7, "message": "forbidden"}, authorizationInfo=[{"granted": False}])
    for labels in ({}, {DECISION: "forbid"}):
        assert requests(tmp_path, {**denied, "labels": labels}) == []


@pytest.mark.parametrize("field", ["objectRef", "user", "responseStatus", "annotations", "verb", "stage", "requestURI"])
@pytest.mark.parametrize("value", [None, [], "text", 5, {"groups": 5}, {"username": [], "resource": {}}])
def test_no_field_of_another_type_brings_it_down_or_is_passed_over(field: str, value: Any, tmp_path: Path) -> None:
    acts = {"username": "x", "groups": value, "extra": value, "uid": value}
    entry = google("io.k8s.core.v1.pods.list", "core/v1/pods", authenticationInfo=value, authorizationInfo=value)
    events = [event("1", **{field: value}), event("2", impersonatedUser=value), event("3", impersonatedUser=acts)]
    log = AskedLog((lines(tmp_path / "a.log", *events, {**entry, "labels": value, "operation": value}, event("4")),))
    found = list(log.open())
    assert {one.line for one in found} == {1, 2, 3, 4, 5}
    assert log.entries + len([one for one in found if isinstance(one, Unreadable)]) == 5
    assert isinstance(found[-1], Asked)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"user": "x"}, "`user` is no mapping"),
        ({"user": {"groups": ["dev"]}}, "no `user.username`"),
        ({"user": {"username": "x", "groups": "dev"}}, "`user.groups`"),
        ({"verb": 7}, "`verb` is no text"),
        ({"verb": ""}, "no `verb`"),
        ({"objectRef": ["x"]}, "`objectRef` is no mapping"),
        ({"objectRef": {"name": "a"}}, "no `objectRef.resource`"),
        ({"objectRef": {"resource": "configmaps", "namespace": 5}}, "`objectRef.namespace` is no text"),
        ({"objectRef": None}, "`requestURI` is of a resource"),
        ({"objectRef": None, "requestURI": "/apis/apps/v1/%64eployments"}, "`requestURI` is of a resource"),
        ({"objectRef": None, "requestURI": 5}, "`requestURI` is no text"),
        ({"objectRef": None, "requestURI": "healthz"}, "neither"),
        ({"annotations": "x"}, "`annotations`"),
        ({"responseStatus": {"code": "403"}}, "`responseStatus.code`"),
        ({"stage": "Done"}, "`stage` is none"),
        ({"impersonatedUser": {"groups": ["dev"]}}, "no `impersonatedUser.username`"),
        ({"impersonatedUser": {"username": "x", "extra": {"scopes": "a"}}}, "`impersonatedUser.extra`"),
        ({"objectRef": {"resource": "secrets", "name": "a\ud800"}}, "half a character"),
        ({"requestObject": {"data": {"\udfff": "x"}}}, "half a character"),
        ({"stageTimestamp": "9999-12-31T23:59:59-12:00", "requestReceivedTimestamp": None}, "no time"),
        ({"stageTimestamp": "0001-01-01T00:00:00+12:00", "requestReceivedTimestamp": None}, "no time"),
        ({"stageTimestamp": "0001-01-01T00:00:00Z", "requestReceivedTimestamp": None}, "no time"),
    ],
)  # fmt: skip
def test_what_is_not_as_an_api_server_writes_it_is_told_with_its_place(
    changed: Any, reason: str, tmp_path: Path
) -> None:
    log = AskedLog((lines(tmp_path / "a.log", event("1"), event("2", **changed)),))
    first, fault = log.open()
    assert isinstance(first, Asked)
    assert isinstance(fault, Unreadable)
    assert (fault.path, fault.line) == (str(tmp_path / "a.log"), 2)
    assert reason in fault.reason


def test_what_only_looks_odd_is_read(tmp_path: Path) -> None:
    assert requests(
        tmp_path,
        event("1", objectRef={"resource": "configmaps", "name": "\U0001f600"}),
        event("2", "get", "/api/v1", objectRef=None),
        event("3", "get", "//[x/y?z", objectRef=None),
        event("4", user={}, annotations=None, responseStatus={"code": 401}),
        event("5", stageTimestamp="9999-12-31T23:59:59-12:00"),
    ) == ["get configmaps \U0001f600", "get /api/v1", "get //[x/y", "get configmaps a in shop"]


def test_a_line_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(json.dumps(event("1")).replace("shop", "sh\u00f6p").encode("latin-1") + b"\n")
    (fault,) = AskedLog((str(tmp_path / "a.log"),)).open()
    assert isinstance(fault, Unreadable)
    (tmp_path / "b.log").write_bytes(b"\xef\xbb\xbf" + json.dumps(event("1")).encode())
    assert len(list(AskedLog((str(tmp_path / "b.log"),)).open())) == 1
