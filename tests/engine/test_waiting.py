"""Controls that wait for fields say of every object what they would say if they were held against it."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from hardstand.controls.control import Control
from hardstand.controls.given import Version
from hardstand.engine.catalog import load
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from tests.controls.case_files import cases_of, objects_of, settings_of, subject_of

WAITING = [one for one in load() if one.when]
ODD = ("text", 7, True, [], ["text"], [None], [7], {}, None)
"""What stands in place of a field: most of it is of no type that Kubernetes has there."""


def kube(data: Any) -> list[KubeObject]:
    found = objects_in(data, file="case.yaml", document=0, rendered_from=None, namespace="default")
    return [one for one in found if isinstance(one, KubeObject)]


@cache
def pods() -> tuple[dict[str, Any], ...]:
    """Everything in the case files that makes pods."""
    found = []
    for one in load():
        for case in cases_of(one):
            subject = subject_of(case) if "compose" not in case else {}
            found += [subject for each in kube(subject) if each.kind in SHAPES]
    assert len(found) > 1000
    return tuple(found)


def said(made: Evaluator, data: Any) -> list[Any]:
    return [told(judged) for judged in judge(made, kube(data))]


def alone(controls: list[Control], settings: Settings) -> Evaluator:
    made = Evaluator(controls, settings)
    made.meet(Neighbours((), made.keeping, complete=True))
    return made


def judge(made: Evaluator, objects: list[KubeObject]) -> Iterator[Judged]:
    for one in objects:
        judged = made.alone(one)
        made.joined(judged)
        yield judged


def told(judged: Judged) -> Any:
    hits = [(hit.control.id, hit.verdict, hit.why, hit.path, hit.message, hit.edits, hit.cause) for hit in judged.hits]
    return sorted((one.id, verdict, str(why)) for one, verdict, why in judged.verdicts), hits


def not_waiting(controls: list[Control]) -> list[Control]:
    return [replace(one, when=()) for one in controls]


@pytest.mark.parametrize("version", [Version(1, 18), Version(1, 30), Version(1, 37)], ids=str)
def test_they_say_the_same_of_every_object_of_the_case_files(version: Version) -> None:
    settings = Settings(pod_security=version)
    waiting, other = alone(WAITING, settings), alone(not_waiting(WAITING), settings)
    for data in pods():
        assert said(waiting, data) == said(other, data), data


@pytest.mark.parametrize("one", WAITING, ids=lambda one: one.id)
def test_they_say_the_same_with_the_parameters_of_their_cases(one: Control) -> None:
    for case in cases_of(one):
        if "compose" in case:
            continue
        objects, settings = objects_of(case, subject_of(case)), settings_of(one, case)
        found = []
        for controls in ([one], not_waiting([one])):
            made = Evaluator(controls, settings)
            made.meet(Neighbours([fact for each in objects if (fact := made.keeping.prune(each))], made.keeping))
            found.append([told(judged) for judged in judge(made, objects)])
        assert found[0] == found[1], case["name"]


@pytest.mark.parametrize("one", WAITING, ids=lambda one: one.id)
def test_what_cannot_be_read_is_unknown_all_the_same(one: Control) -> None:
    """Each field on the way to one that is waited for is in turn something else, in a pod that has them all."""
    waiting, other, asked = alone([one], Settings()), alone(not_waiting([one]), Settings()), 0
    for path in _ways(one):
        for at in range(1, len(path) + 1):
            for odd in ODD:
                data = _pod_with(path)
                _put(data, path[:at], copy.deepcopy(odd))
                asked += 1
                assert said(waiting, data) == said(other, data), (path[:at], odd)
    assert asked


@pytest.mark.parametrize("one", WAITING, ids=lambda one: one.id)
def test_a_bare_pod_is_held_against_them_once(one: Control) -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": {"containers": [{"name": "app"}]}}
    held: list[Any] = []
    (subject,) = kube(bare)

    def noted(*given: Any) -> Any:
        held.append(given)
        return one.check(*given)

    watching = replace(one, check=noted)
    made = alone([watching], Settings())
    for _ in range(5):
        judged = made.alone(subject)
        made.joined(judged)
        assert all(verdict in ("pass", "not-applicable") for _, verdict, _ in judged.verdicts)
    assert len(held) <= 1, "it is asked once what it says of a bare pod, and then no more"


def test_a_field_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`spec\.hostNetwork` is no field of `pod\.` or `container\.`"):
        Evaluator([replace(WAITING[0], when=("spec.hostNetwork",))], Settings()).alone(
            kube({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": {}})[0]
        )


def _ways(one: Control) -> Iterator[list[str]]:
    for field in one.when:
        first, _, rest = field.partition(".")
        yield rest.split(".") if first == "pod" else ["spec", "containers[]", *rest.split(".")]


def _pod_with(path: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "one", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
    }
    _put(data, path, "text")
    return data


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        key = step.removesuffix("[]")
        data = data.setdefault(key, {}) if key == step else data.setdefault(key, [{}])[0]
    data[path[-1].removesuffix("[]")] = value
