"""What a real API server has sent, answered: what is judged, and what passes.

`reviews/` was recorded by `python -m tests.gate.record`.
"""

import pytest

from tests.gate.reviewing import BLOCK, NOON, REVIEWS, allowed, answered, message, notes, review, reviewer

PASS, DENIED, ADMITTED = "passed", "denied", "admitted"
EVERY = {
    "cronjob-create": ADMITTED,
    "daemonset-create": DENIED,  # Unlike PodSecurity, which would refuse its pods only.
    "deployment-create": ADMITTED,
    "deployment-update-bookkeeping": PASS,
    "deployment-update-image": ADMITTED,
    "deployment-update-replicas": PASS,
    "job-by-a-cronjob": ADMITTED,
    "job-create": ADMITTED,
    "namespace-create": ADMITTED,
    "pod-by-a-daemonset": DENIED,
    "pod-by-a-job": ADMITTED,
    "pod-by-a-replicaset": ADMITTED,
    "pod-by-a-statefulset": ADMITTED,
    "pod-create": ADMITTED,
    "pod-create-dry-run": ADMITTED,
    "pod-create-generated-name": ADMITTED,
    "pod-create-privileged": DENIED,
    "pod-ephemeral-container": DENIED,
    "pod-resize": ADMITTED,
    "pod-update-image": ADMITTED,
    "pod-update-label": PASS,
    "replicaset-by-its-controller": ADMITTED,
    "secret-create": ADMITTED,
    "service-create": ADMITTED,
    "statefulset-create": ADMITTED,
}


def test_every_recording_is_in_the_table() -> None:
    assert set(EVERY) == {path.stem for path in REVIEWS.glob("*.json")}


@pytest.mark.parametrize("name", EVERY)
def test_a_recorded_request_is_answered(name: str) -> None:
    sent = review(name)
    answer = answered(reviewer(BLOCK, controls=["privileged-container"]), sent)
    assert answer.verdict == EVERY[name]
    assert answer.review["apiVersion"] == "admission.k8s.io/v1"
    assert answer.review["kind"] == "AdmissionReview"
    response = answer.review["response"]
    assert response["uid"] == sent["request"]["uid"]
    assert allowed(answer) is (EVERY[name] != DENIED)
    assert ("status" in response) is (EVERY[name] == DENIED)
    assert ("auditAnnotations" in response) is (EVERY[name] != PASS)


@pytest.mark.parametrize("subresource", ["status", "exec", "attach", "binding", "eviction", "log", "portforward"])
def test_subresources_that_leave_the_pod_alone_pass(subresource: str) -> None:
    assert answered(reviewer(BLOCK), review("pod-create-privileged", subResource=subresource)).verdict == PASS


def test_a_subresource_of_pods_that_is_yet_unknown_is_judged() -> None:
    sent = review("pod-create-privileged", subResource="transmogrify")
    assert answered(reviewer(BLOCK), sent).verdict == DENIED


@pytest.mark.parametrize("subresource", ["scale", "status"])
def test_subresources_of_other_kinds_pass(subresource: str) -> None:
    assert answered(reviewer(BLOCK), review("daemonset-create", subResource=subresource)).verdict == PASS


@pytest.mark.parametrize("operation", ["DELETE", "CONNECT"])
def test_what_brings_nothing_passes(operation: str) -> None:
    sent = review("pod-create-privileged", operation=operation)
    assert answered(reviewer(BLOCK), sent).verdict == PASS
    sent["request"].update(object=None, oldObject=sent["request"]["object"])
    assert answered(reviewer(BLOCK), sent).verdict == PASS


def update(name: str, **spec: object) -> dict[str, object]:
    """The creation of a recording as an update of the same object, with other fields in its specification."""
    sent = review(name, operation="UPDATE")
    request = sent["request"]
    request["oldObject"] = review(name)["request"]["object"]
    request["object"]["spec"].update(spec)
    return sent


def container(**more: object) -> dict[str, object]:
    return {"name": "app", "image": "registry.example/app:1", "securityContext": {"privileged": True}, **more}


@pytest.mark.parametrize(
    ("spec", "verdict"),
    [
        ({}, PASS),
        ({"tolerations": []}, PASS),
        ({"activeDeadlineSeconds": 5}, PASS),
        # Not by the API's rules, and no matter: PodSecurity, too, looks at nothing but images and containers.
        ({"containers": [container(securityContext={"privileged": True, "runAsUser": 0})]}, PASS),
        ({"containers": [container(image="registry.example/app:2")]}, DENIED),
        ({"containers": [container(), container(name="other")]}, DENIED),
        ({"initContainers": [container(name="first")]}, DENIED),
        ({"ephemeralContainers": [container(name="debug")]}, DENIED),
        ({"containers": "none"}, DENIED),
        ({"ephemeralContainers": "none"}, DENIED),
    ],
)
def test_a_pod_is_judged_again_when_an_image_or_a_container_changes(spec: dict[str, object], verdict: str) -> None:
    """As `isSignificantPodUpdate` of k8s.io/pod-security-admission has it. What stays wrong counts then, as there."""
    made = reviewer({"modes": [{"mode": "block", "control": "privileged-container"}], "unknown": "block"})
    assert answered(made, update("pod-create-privileged", **spec)).verdict == verdict


def test_an_ephemeral_container_that_was_there_is_not_judged_again() -> None:
    sent = review("pod-ephemeral-container", subResource="")
    sent["request"]["oldObject"] = review("pod-ephemeral-container")["request"]["object"]
    assert answered(reviewer(BLOCK), sent).verdict == PASS


MATTERS = [
    ({"finalizers": ["example.com/hold"]}, PASS),
    ({"ownerReferences": []}, PASS),
    ({"generation": 9, "resourceVersion": "77", "managedFields": []}, PASS),
    ({"annotations": {"deployment.kubernetes.io/revision": "4"}}, PASS),
    ({"annotations": {"control-plane.alpha.kubernetes.io/leader": "{}"}}, PASS),
    ({"annotations": {"hardstand.dev/data": "public"}}, DENIED),
    ({"labels": {"app": "other"}}, DENIED),
]


@pytest.mark.parametrize(("metadata", "verdict"), MATTERS)
def test_of_other_kinds_what_controllers_keep_is_not_judged(metadata: dict[str, object], verdict: str) -> None:
    sent = review("daemonset-create", operation="UPDATE", oldObject=review("daemonset-create")["request"]["object"])
    sent["request"]["object"]["metadata"].update(metadata)
    assert answered(reviewer(BLOCK), sent).verdict == verdict


def test_of_other_kinds_the_status_passes_and_any_other_field_is_judged() -> None:
    for key, verdict in (("status", PASS), ("data", DENIED)):
        sent = review("daemonset-create", operation="UPDATE", oldObject=review("daemonset-create")["request"]["object"])
        sent["request"]["object"][key] = {"observed": 1}
        assert answered(reviewer(BLOCK), sent).verdict == verdict
    assert answered(reviewer(BLOCK), update("daemonset-create", minReadySeconds=5)).verdict == DENIED
    assert answered(reviewer(BLOCK), update("daemonset-create", replicas=5)).verdict == PASS


def test_only_what_a_resize_brings_can_refuse_it() -> None:
    declared = {"modes": [{"mode": "block", "control": ["privileged-container", "memory-limit-missing"]}]}
    sent = review("pod-resize")
    assert sent["request"]["object"]["spec"]["containers"][0]["securityContext"]["privileged"] is True
    assert answered(reviewer(declared), sent).verdict == ADMITTED
    for container_ in sent["request"]["oldObject"]["spec"]["containers"]:
        container_["resources"]["limits"] = {"memory": "1Gi"}
    answer = answered(reviewer(declared), sent)
    assert answer.verdict == DENIED
    assert notes(answer)["block"] == "memory-limit-missing"


def test_a_resize_without_another_amount_passes() -> None:
    sent = review("pod-resize")
    sent["request"]["oldObject"] = sent["request"]["object"]
    assert answered(reviewer(BLOCK), sent).verdict == PASS


def test_an_update_without_what_was_there_is_judged_whole() -> None:
    assert answered(reviewer(BLOCK), review("daemonset-create", operation="UPDATE", oldObject=None)).verdict == DENIED


def test_the_namespace_of_the_request_is_the_object_s() -> None:
    sent = review("pod-create-privileged")
    del sent["request"]["object"]["metadata"]["namespace"]
    declared = {
        "boundary": {"environments": {"production": {"namespaces": ["shop"]}}},
        "modes": [{"mode": "block", "control": "privileged-container", "environment": "production"}],
    }
    answer = answered(reviewer(declared), sent)
    assert answer.verdict == DENIED
    assert message(answer).startswith("Hardstand refuses Pod shop/privileged")
    sent["request"]["namespace"] = "other"
    assert answered(reviewer(declared), sent).verdict == ADMITTED


def test_what_has_a_name_that_the_server_makes_is_judged() -> None:
    sent = review("pod-create-generated-name")
    request = sent["request"]
    request["object"]["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    answer = answered(reviewer(BLOCK), sent)
    assert "kind: Pod, namespace: shop, name: made-*}" in message(answer)
    del request["object"]["metadata"]["name"], request["name"]
    answer = answered(reviewer(BLOCK), sent)
    assert answer.verdict == DENIED
    assert "kind: Pod, namespace: shop, name: made-*}" in message(answer)


def test_a_namespace_is_judged_itself() -> None:
    declared = {"modes": [{"mode": "block", "control": "pod-security-labels-missing"}]}
    answer = answered(reviewer(declared), review("namespace-create"))
    assert answer.verdict == DENIED
    assert message(answer).startswith("Hardstand refuses Namespace made")


def test_an_answer_is_made_of_the_request_and_changes_nothing() -> None:
    made, sent = reviewer(BLOCK, review("deployment-create")), review("pod-create-privileged")
    first = made.review(sent, NOON).review
    assert sent == review("pod-create-privileged")
    assert answered(made, review("pod-create")).verdict == ADMITTED
    assert made.review(sent, NOON).review == first
