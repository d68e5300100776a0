"""What was there before an update, as far as the log tells."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hardstand.gate.matters import is_judged
from hardstand.gate.request import request_of
from hardstand.model.past import Keeper, PastRequest
from hardstand.wiring.rehearsing.before import Before
from tests.gate.reviewing import review

CHANGED = review("deployment-update-image")
OLD, NEW = CHANGED["request"]["oldObject"], CHANGED["request"]["object"]


def past(data: Any, patch: Any = None, **changed: Any) -> PastRequest:
    made = PastRequest(
        Keeper.AUDIT, "a", datetime(2026, 6, 1, tzinfo=UTC), creates=False, api_version="apps/v1",
        resource="deployments", subresource="", namespace="shop", name="web", user="ann", groups=(), object=data,
        patch=patch,
    )  # fmt: skip
    return replace(made, **changed)


def matters(data: Any, before: Any) -> bool:
    """Whether the gate judges an update."""
    asked = {**CHANGED, "request": {**CHANGED["request"], "object": data, "oldObject": before}}
    return is_judged(request_of(asked))


def test_what_an_earlier_entry_left_was_there() -> None:
    known = Before()
    assert known.of(past(NEW)) is None
    known.took_place(past(OLD))
    assert known.of(past(NEW)) == OLD
    assert known.of(past(NEW, name="other")) is None


def test_what_the_log_does_not_tell_is_not_made_up() -> None:
    known = Before()
    known.took_place(past(OLD))
    another = {**NEW, "metadata": {**NEW["metadata"], "uid": "another"}}
    assert known.of(past(another)) is None, "it was deleted and made anew"
    later = {**NEW, "metadata": {**NEW["metadata"], "generation": OLD["metadata"]["generation"] + 2}}
    assert known.of(past(later)) is None, "something came in between"
    known.took_place(past(None))
    assert known.of(past(NEW)) is None, "what an entry without an object left is not known"
    known.took_place(past(OLD, as_sent=True))
    assert known.of(past(NEW)) is None, "nor what one left that has only what was sent"


@pytest.mark.parametrize(
    ("patch", "judged"),
    [
        ({"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "b"}]}}}}, True),
        ({"metadata": {"labels": {"seen": "yes"}}}, True),
        ({"metadata": {"annotations": {"team": None}}}, True),
        ({"metadata": {"annotations": {"kubernetes.io/change-cause": "tried"}}}, False),
        ({"metadata": {"finalizers": None}}, False),
        ({"spec": {"replicas": 3}}, False),
        ({"spec": {"$retainKeys": ["strategy"], "paused": True}}, False),
        ({"status": {"replicas": 3}}, False),
        ([{"op": "replace", "path": "/spec/replicas", "value": 3}], False),
        ([{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "b"}], True),
        ([{"op": "add", "path": "/metadata/annotations/kubernetes.io~1change-cause", "value": "b"}], False),
        ([{"op": "test", "path": "/spec/replicas"}, {"op": "add", "path": "/metadata/labels/a~1b", "value": ""}], True),
    ],
)
def test_a_patch_tells_what_it_changes(patch: Any, judged: bool) -> None:
    before = Before().of(past(NEW, patch))
    assert before is not None
    assert matters(NEW, before) is judged


@pytest.mark.parametrize("patch", [None, {}, [], [5], [{"op": "add"}], {"kind": "Deployment", "spec": {}}, "text"])
def test_what_is_applied_whole_or_no_patch_tells_nothing(patch: Any) -> None:
    assert Before().of(past(NEW, patch)) is None


def test_of_a_pod_only_containers_matter() -> None:
    pod = review("pod-create")
    data = pod["request"]["object"]
    for patch, judged in (
        ({"metadata": {"labels": {"a": "b"}}}, False),
        ({"spec": {"activeDeadlineSeconds": 5}}, False),
        ({"spec": {"containers": [{"name": "app", "image": "b"}]}}, True),
        ({"spec": {"ephemeralContainers": [{"name": "look"}]}}, "ephemeralContainers" in data["spec"]),
    ):
        before = Before().of(past(data, patch))
        asked = {**pod, "request": {**pod["request"], "operation": "UPDATE", "oldObject": before}}
        assert is_judged(request_of(asked)) is judged, patch
