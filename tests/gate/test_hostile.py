"""Whatever is sent, the gate answers in a sentence, and lets nothing in that it has not understood."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardstand.gate.handling import Reply, Validating
from tests.gate.reviewing import BLOCK, NOON, REVIEWS, review, reviewer

SERVE = Validating(reviewer(BLOCK), clock=lambda: NOON)
NAME = "pod-create-privileged"
UID = review(NAME)["request"]["uid"]


def sent(body: Any) -> Reply:
    return SERVE(json.dumps(body).encode())


def without(*path: str) -> dict[str, Any]:
    found = review(NAME)
    *way, last = path
    inside: Any = found
    for step in way:
        inside = inside[step]
    del inside[last]
    return found


def changed(value: Any, *path: str) -> dict[str, Any]:
    found = review(NAME)
    *way, last = path
    inside: Any = found
    for step in way:
        inside = inside[step]
    inside[last] = value
    return found


ONLY = "hardstand: only admission.k8s.io/v1, kind AdmissionReview, is answered"
REFUSED = {
    "a list": ([], "hardstand: an AdmissionReview is a mapping, found a list", ""),
    "a text": ("AdmissionReview", "hardstand: an AdmissionReview is a mapping, found a string", ""),
    "null": (None, "hardstand: an AdmissionReview is a mapping, found nothing", ""),
    "nothing in it": ({}, ONLY, ""),
    "the version before": (changed("admission.k8s.io/v1beta1", "apiVersion"), ONLY, UID),
    "another kind": (changed("ImageReview", "kind"), ONLY, UID),
    "no request": (without("request"), "hardstand: request must be a mapping, found nothing", ""),
    "a request that is a list": (changed([], "request"), "hardstand: request must be a mapping, found a list", ""),
    "no uid": (without("request", "uid"), "hardstand: request.uid is missing", ""),
    "a uid that is a number": (changed(7, "request", "uid"), "hardstand: request.uid is missing", ""),
    "no operation": (
        without("request", "operation"),
        "hardstand: request.operation is none of CREATE, UPDATE, DELETE and CONNECT",
        UID,
    ),
    "another operation": (
        changed("create", "request", "operation"),
        "hardstand: request.operation is none of CREATE, UPDATE, DELETE and CONNECT",
        UID,
    ),
    "no kind": (without("request", "kind"), "hardstand: request.kind must be a mapping, found nothing", UID),
    "an empty kind": (
        changed("", "request", "kind", "kind"),
        "hardstand: request.kind.kind must be a text, found a string",
        UID,
    ),
    "no resource": (
        without("request", "resource"),
        "hardstand: request.resource must be a mapping, found nothing",
        UID,
    ),
    "no user": (without("request", "userInfo"), "hardstand: request.userInfo must be a mapping, found nothing", UID),
    "groups that are a text": (
        changed("system:masters", "request", "userInfo", "groups"),
        "hardstand: request.userInfo.groups must be a list of texts, found a string",
        UID,
    ),
    "no object": (without("request", "object"), "hardstand: request.object must be an object, found nothing", UID),
    "an object that is a list": (
        changed([], "request", "object"),
        "hardstand: request.object must be an object, found a list",
        UID,
    ),
    "an old object that is a text": (
        changed("pod", "request", "oldObject"),
        "hardstand: request.oldObject must be an object, found a string",
        UID,
    ),
    "an object of another kind": (
        changed("ConfigMap", "request", "object", "kind"),
        "hardstand: request.object is not the Pod that request.kind says",
        UID,
    ),
    "an object of another version": (
        changed("v2", "request", "object", "apiVersion"),
        "hardstand: request.object is not the Pod that request.kind says",
        UID,
    ),
    "an object of another name": (
        changed("innocent", "request", "object", "metadata", "name"),
        "hardstand: request.object has another name than the request",
        UID,
    ),
    "an object of another namespace": (
        changed("kube-system", "request", "object", "metadata", "namespace"),
        "hardstand: request.object is in another namespace than the request",
        UID,
    ),
    "a namespace that is a path": (
        changed("kube-system/../shop", "request", "namespace"),
        "hardstand: request.namespace is no name",
        UID,
    ),
    "metadata that is a list": (
        changed([], "request", "object", "metadata"),
        "hardstand: request.object.metadata must be a mapping, found a list",
        UID,
    ),
    "a name with a line break": (changed("a\nb", "request", "name"), "hardstand: request.name is no name", UID),
    "a dry run of maybe": (
        changed("maybe", "request", "dryRun"),
        "hardstand: request.dryRun must be true or false, found a string",
        UID,
    ),
}


@pytest.mark.parametrize(("body", "message", "uid"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_review_is_an_error_to_the_api_server(body: Any, message: str, uid: str) -> None:
    """400 is a failed call to it: the failure policy decides."""
    reply = sent(body)
    assert (reply.status, reply.verdict) == (400, "error")
    assert json.loads(reply.body) == {"error": message, "uid": uid}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the request is not JSON"),
        (b"{", "the request is not JSON"),
        (b"\xff\xfe\x00", "the request is not JSON"),
        (b"AdmissionReview: {}", "the request is not JSON"),
        (b"[" * 200_000, "the request is nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, message: str) -> None:
    reply = SERVE(data)
    assert (reply.status, reply.verdict, reply.fault) == (400, "error", message)


NOT_FINITE = {
    "NaN": "the request is not JSON: NaN is no number there (RFC 8259, section 6)",
    "Infinity": "the request is not JSON: Infinity is no number there (RFC 8259, section 6)",
    "-Infinity": "the request is not JSON: -Infinity is no number there (RFC 8259, section 6)",
    "1e999": "a number of the request is beyond the range of 64-bit floats",
    "-1.5E+400": "a number of the request is beyond the range of 64-bit floats",
}


@pytest.mark.parametrize(("number", "message"), NOT_FINITE.items())
def test_what_is_no_finite_number_is_refused_wherever_it_stands(number: str, message: str) -> None:
    body = changed(4242, "request", "object", "spec", "terminationGracePeriodSeconds")
    data = json.dumps(body).encode()
    assert (SERVE(data).status, data.count(b"4242")) == (200, 1)
    reply = SERVE(data.replace(b"4242", number.encode()))
    assert (reply.status, reply.verdict, reply.fault) == (400, "error", message)
    assert json.loads(reply.body)["error"] == f"hardstand: {message}"
    near = SERVE(data.replace(b"4242", b"1e308"))
    assert near.status == 200


def test_an_object_that_is_nested_too_deeply_is_an_error() -> None:
    deep: Any = {}
    for _ in range(900):
        deep = {"a": deep}
    reply = sent(changed(deep, "request", "object", "spec", "affinity"))
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert json.loads(reply.body)["response"]["allowed"] is False
    else:
        assert json.loads(reply.body)["uid"] == UID


def test_a_defect_of_ours_is_an_error_and_lets_nothing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    made = reviewer(BLOCK)

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(made._live, "judge", broken)
    reply = Validating(made, clock=lambda: NOON)(json.dumps(review(NAME)).encode())
    assert (reply.status, reply.verdict) == (500, "error")
    assert json.loads(reply.body) == {"error": "hardstand: unexpected KeyError; nothing was decided", "uid": UID}


def test_odd_characters_steer_nothing() -> None:
    body = review(NAME)
    odd = "app\u202e\u0007\ud800\r\nSet-Cookie: x"
    body["request"]["object"]["spec"]["containers"][0]["name"] = odd
    body["request"]["userInfo"]["username"] = odd
    response = json.loads(sent(body).body)["response"]
    assert response["allowed"] is False
    told = [*response["status"]["message"].splitlines(), *(str(one) for one in response["auditAnnotations"].values())]
    told += [text for one in response["status"]["details"]["causes"] for text in one.values()]
    assert all(one.isprintable() for one in told)
    assert "app���" in response["status"]["message"]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in items for place in places(one, (*path, key)))]


RECORDED = {path.stem: review(path.stem) for path in sorted(REVIEWS.glob("*.json"))}
PLACES = [(name, path) for name, one in RECORDED.items() for path in places(one) if path]
ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "/", "a/b", [], {}, [None], {"x": 1}, [[]], "\ud800", "é" * 300, 10**30]
)


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), ODD)
def test_whatever_stands_anywhere_the_answer_is_whole(place: tuple[str, tuple[Any, ...]], value: Any) -> None:
    name, (*way, last) = place
    body = copy.deepcopy(RECORDED[name])
    inside: Any = body
    for step in way:
        inside = inside[step]
    inside[last] = value
    reply = sent(body)
    assert reply.status in (200, 400), reply.fault
    said = json.loads(reply.body)
    if reply.status == 200:
        assert said["response"]["uid"] == body["request"]["uid"]
        assert isinstance(said["response"]["allowed"], bool)
    else:
        assert said["error"].startswith("hardstand: ")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    assert SERVE(data).status == 400
