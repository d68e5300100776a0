"""ImageReviews: what is wrong of an image whatever the pod may be, and nothing else."""

import json
from typing import Any

import pytest

from hardstand.engine import catalog
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.handling import ImagePolicy
from hardstand.gate.images import ImageReviewer
from tests.baseline.making import TODAY, baseline_of, exception
from tests.gate.reviewing import NOON, put, review

BLOCK: dict[str, Any] = {"modes": [{"mode": "block"}]}
REGISTRIES = {"parameters": {"registry-not-allowed": {"registries": ["registry.example"]}}}


def asked(*images: str, namespace: str = "shop", annotations: dict[str, str] | None = None) -> dict[str, Any]:
    """As the API server sends it: k8s.io/kubernetes, plugin/pkg/admission/imagepolicy/admission.go."""
    spec = {"containers": [{"image": one} for one in images], "namespace": namespace}
    if annotations:
        spec["annotations"] = annotations
    return {
        "kind": "ImageReview", "apiVersion": "imagepolicy.k8s.io/v1alpha1",
        "metadata": {"creationTimestamp": None}, "spec": spec, "status": {"allowed": False},
    }  # fmt: skip


def reviewer(declared: dict[str, Any], *there: dict[str, Any]) -> ImageReviewer:
    baseline = baseline_of(declared)
    live = Live(catalog.load(), Settings(baseline=baseline, cluster="test", today=TODAY))
    for one in there:
        put(live, one)
    return ImageReviewer(live, catalog.load())


def status(declared: dict[str, Any], body: Any, *there: dict[str, Any]) -> dict[str, Any]:
    answer = reviewer(declared, *there).review(body, TODAY).review
    assert (answer["apiVersion"], answer["kind"]) == ("imagepolicy.k8s.io/v1alpha1", "ImageReview")
    found: dict[str, Any] = answer["status"]
    return found


PINNED = "registry.example/app:1.4.2@sha256:" + "a" * 64


def test_images_that_are_in_order_are_allowed() -> None:
    found = status({**BLOCK, **REGISTRIES}, asked(PINNED, PINNED))
    assert found["allowed"] is True
    assert "reason" not in found
    assert set(found["auditAnnotations"]) == {"baseline"}


REASON = (
    "high[registry-not-allowed] docker.io/app:latest: runs an image from `docker.io`, outside the declared registries. "
    "Fix: Push the image to a registry of yours, or mirror it there, and name it by that address; "
    "medium[mutable-image-tag] docker.io/app:latest: runs an image by the tag `latest`, which moves. "
    "Fix: Name a release and its digest: `registry.example/app:1.4.2@sha256:…`"
)


def test_an_image_that_is_wrong_is_refused_with_the_reason() -> None:
    modes = [{"mode": "block", "control": ["registry-not-allowed", "mutable-image-tag"]}]
    found = status({"modes": modes, **REGISTRIES}, asked(PINNED, "docker.io/app:latest"))
    assert (found["allowed"], found["reason"]) == (False, REASON)
    assert found["auditAnnotations"]["block"] == "mutable-image-tag,registry-not-allowed"
    assert found["auditAnnotations"]["warn"] == "image-without-digest"


def test_only_what_the_image_alone_tells_is_judged() -> None:
    """Neither what a pod has besides, nor what is pulled when, nor what labels say."""
    found = status({**BLOCK, **REGISTRIES}, asked("docker.io/kubernetesui/dashboard:latest", "k8s.gcr.io/tiller:v2"))
    refused = set(found["auditAnnotations"]["block"].split(","))
    assert refused == {"registry-not-allowed", "mutable-image-tag", "image-without-digest", "retired-registry"}


@pytest.mark.parametrize("image", ["", "UPPER CASE", "auto", "a" * 5_000, "::::", "\ud800"])
def test_an_image_that_cannot_be_read_is_left_to_the_webhook(image: str) -> None:
    """Nothing is then wrong for certain; there the control is unknown, and the baseline says what to do."""
    body = json.loads(json.dumps(asked(image)))
    assert status({**BLOCK, **REGISTRIES}, body)["allowed"] in (True, False)
    assert status({"modes": [{"mode": "block", "control": "registry-not-allowed"}]}, body)["allowed"] is True


def test_what_would_be_warned_of_is_in_the_annotations_since_nothing_can_warn() -> None:
    found = status(REGISTRIES, asked("docker.io/app:latest"))
    assert found["allowed"] is True
    told = found["auditAnnotations"]["warn"].split(",")
    assert {"registry-not-allowed", "mutable-image-tag", "image-without-digest"} <= set(told)


def test_a_namespace_has_the_tier_of_its_highest_workload() -> None:
    declared = {"modes": [{"mode": "block", "control": "mutable-image-tag", "tier": "high"}]}
    assert status(declared, asked("registry.example/app:latest"))["allowed"] is True
    there = review("daemonset-create")  # It runs privileged, which makes the namespace's tier high.
    assert status(declared, asked("registry.example/app:latest"), there)["allowed"] is False
    assert status(declared, asked("registry.example/app:latest", namespace="other"), there)["allowed"] is True


def test_an_environment_has_its_modes() -> None:
    declared = {
        "boundary": {"environments": {"production": {"namespaces": ["shop"]}}},
        "modes": [{"mode": "block", "control": "mutable-image-tag", "environment": "production"}],
    }
    assert status(declared, asked("app:latest"))["allowed"] is False
    assert status(declared, asked("app:latest", namespace="staging"))["allowed"] is True


@pytest.mark.parametrize(
    ("match", "allowed"),
    [
        ({"name": "web"}, True),  # It could be called so.
        ({"labels": {"app": "web"}}, True),
        ({"kind": "DaemonSet"}, True),
        ({"namespace": "shop"}, True),
        ({"namespace": "other"}, False),
        ({"name": "web", "namespace": "other"}, False),
        ({"image": "docker.io/*"}, True),
        ({"image": "quay.io/*"}, False),
    ],
)
def test_what_an_exception_may_be_about_is_left_to_the_webhook(match: dict[str, Any], allowed: bool) -> None:
    modes = [{"mode": "block", "control": "mutable-image-tag"}]
    declared = {"modes": modes, "exceptions": [exception("mutable-image-tag", match=match)]}
    found = status(declared, asked("docker.io/app:latest"))
    assert found["allowed"] is allowed
    assert ("waivable" in found["auditAnnotations"]) is allowed
    expired = [exception("mutable-image-tag", match=match, expires="2026-05-31")]
    assert status({"modes": modes, "exceptions": expired}, asked("docker.io/app:latest"))["allowed"] is False


def test_annotations_of_the_pod_decide_nothing() -> None:
    hopeful = {"hardstand.image-policy.k8s.io/break-glass": "true", "alpha.image-policy.k8s.io/allow": "all"}
    assert status(BLOCK, asked("app:latest", annotations=hopeful))["allowed"] is False


def test_exempt_namespaces_pass_and_an_emergency_lets_everything_in() -> None:
    assert status(BLOCK, asked("app:latest", namespace="kube-system")) == {"allowed": True}
    found = status({**BLOCK, "gate": {"emergency": "warn"}}, asked("app:latest"))
    assert found["allowed"] is True
    assert "mutable-image-tag" in found["auditAnnotations"]["would-block"].split(",")


def test_the_reason_is_short_whatever_is_asked() -> None:
    found = status(BLOCK, asked(*(f"docker.io/library/image-{number}:latest" for number in range(1_000))))
    assert found["allowed"] is False
    assert len(found["reason"]) <= 1_500
    assert found["reason"].endswith(" more")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "only imagepolicy.k8s.io/v1alpha1, kind ImageReview, is answered"),
        ({}, "only imagepolicy.k8s.io/v1alpha1, kind ImageReview, is answered"),
        ({**asked(), "spec": None}, "spec must be a mapping, found nothing"),
        ({**asked(), "spec": {"namespace": 7}}, "spec.namespace is no name"),
        ({**asked(), "spec": {"containers": {}, "namespace": "a/b"}}, "spec.namespace is no name"),
        ({**asked(), "spec": {"containers": {"a": 1}}}, "spec.containers must be a list of at most 1000"),
        (asked(*["a"] * 1_001), "spec.containers must be a list of at most 1000"),
        (
            {**asked(), "spec": {"containers": [{"image": 7}]}},
            "spec.containers must hold mappings, each with a text as its image",
        ),
        (
            {**asked(), "spec": {"containers": ["app"]}},
            "spec.containers must hold mappings, each with a text as its image",
        ),
    ],
)
def test_what_is_no_image_review_is_an_error(body: Any, message: str) -> None:
    reply = ImagePolicy(reviewer(BLOCK), clock=lambda: NOON)(json.dumps(body).encode())
    assert (reply.status, json.loads(reply.body)) == (400, {"error": f"hardstand: {message}", "uid": ""})


def test_nothing_asked_is_allowed() -> None:
    reply = ImagePolicy(reviewer(BLOCK), clock=lambda: NOON)(json.dumps(asked()).encode())
    assert (reply.status, reply.verdict) == (200, "admitted")
