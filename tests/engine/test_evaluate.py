"""One evaluator: what it makes of crashes, malformed fields and missing neighbours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from hardstand.controls.control import Control, control, near
from hardstand.controls.given import Given
from hardstand.controls.parameter import number
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.inventory.views.workload import Workload
from hardstand.model.verdict import Maturity, Severity, Stage, Verdict, Why
from hardstand.model.violation import Violation

DESCRIBED: dict[str, Any] = {
    "severity": Severity.LOW,
    "stage": Stage.WEEK_1,
    "maturity": Maturity.MINIMUM,
    "frameworks": ("production-checklist:P1.1",),
}


@control(**DESCRIBED)
def crashing(container: Container) -> Iterator[Violation]:
    yield container.violates("found before the crash", "name")
    raise RuntimeError(container.name)


@control(**DESCRIBED)
def naming(container: Container) -> Iterator[Violation]:
    if container.name == "bad":
        yield container.violates("is called bad", "name")


@control(**DESCRIBED, reads=[near(NetworkPolicy, "spec.podSelector")])
def joining(workload: Workload, given: Given) -> Iterator[Violation]:
    if len(given.near(NetworkPolicy, workload)) > 1:
        yield workload.violates("has two policies", "metadata")


def pod(**container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def kube(value: Any) -> KubeObject:
    (found,) = objects_in(value, file="f.yaml", document=0, rendered_from=None, namespace="default")
    assert isinstance(found, KubeObject)
    return found


def judged(controls: list[Control], value: Any, *around: Any, complete: bool = False) -> Judged:
    evaluator = Evaluator(controls, Settings())
    objects = [kube(value), *map(kube, around)]
    facts = [fact for one in objects if (fact := evaluator.keeping.prune(one))]
    evaluator.meet(Neighbours(facts, evaluator.keeping, complete=complete))
    found = evaluator.alone(objects[0])
    evaluator.joined(found)
    return found


def test_a_crash_is_unknown_with_the_controls_name_and_the_others_go_on() -> None:
    found = judged([crashing, naming], pod(name="bad"))
    verdicts = {one.id: (verdict, why) for one, verdict, why in found.verdicts}
    assert set(verdicts.values()) == {(Verdict.FAIL, None)}  # What was found before the crash stays found.
    crash = next(hit for hit in found.hits if hit.why is Why.CRASHED)
    assert crash.verdict is Verdict.UNKNOWN
    assert crashing.id in crash.message
    assert "RuntimeError" in crash.message
    assert [hit.message for hit in found.hits if hit.control is naming] == ["is called bad"]


def test_a_crash_with_nothing_found_is_unknown() -> None:
    @control(**DESCRIBED)
    def broken(_container: Container) -> Iterator[Violation]:
        raise ZeroDivisionError
        yield

    found = judged([broken], pod())
    assert [(verdict, why) for _, verdict, why in found.verdicts] == [(Verdict.UNKNOWN, Why.CRASHED)]


def test_a_malformed_field_is_unknown_for_its_readers_only() -> None:
    value = pod(name="bad", image=7)
    image = next(one for one in catalog.load() if one.id == "privileged-container")
    value["spec"]["containers"][0]["securityContext"] = "root"
    found = judged([image, naming], value)
    assert {one.id: verdict for one, verdict, _ in found.verdicts} == {
        image.id: Verdict.UNKNOWN,
        naming.id: Verdict.FAIL,
    }
    malformed = next(hit for hit in found.hits if hit.why is Why.MALFORMED_FIELD)
    assert malformed.path == ("spec", "containers", 0, "securityContext")
    assert "root" not in malformed.message


@pytest.mark.parametrize("containers", ["web", {"web": 1}, [7], 3.5, True])
def test_containers_of_another_type_make_every_container_control_unknown(containers: Any) -> None:
    value = pod()
    value["spec"]["containers"] = containers
    found = judged([naming], value)
    assert [(verdict, why) for _, verdict, why in found.verdicts] == [(Verdict.UNKNOWN, Why.MALFORMED_FIELD)]


def test_null_containers_are_no_containers() -> None:
    value = pod()
    value["spec"]["containers"] = None
    assert [(verdict, why) for _, verdict, why in judged([naming], value).verdicts] == [
        (Verdict.NOT_APPLICABLE, Why.NO_SUBJECT)
    ]


def test_a_join_without_neighbours_is_unknown_unless_the_input_is_complete() -> None:
    assert [(v, why) for _, v, why in judged([joining], pod()).verdicts] == [(Verdict.UNKNOWN, Why.NOT_IN_INPUT)]
    assert [v for _, v, _ in judged([joining], pod(), complete=True).verdicts] == [Verdict.PASS]


def test_a_neighbour_of_another_namespace_does_not_count() -> None:
    elsewhere = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "n", "namespace": "other"},
        "spec": {},
    }
    assert [why for _, _, why in judged([joining], pod(), elsewhere).verdicts] == [Why.NOT_IN_INPUT]


def test_facts_hold_only_what_is_declared() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "n", "labels": {"a": "b"}},
        "spec": {"podSelector": {"matchLabels": {"c": "d"}}, "ingress": [{}]},
    }
    fact = Evaluator([joining], Settings()).keeping.prune(kube(policy))
    assert fact is not None
    assert fact.data == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "n"},
        "spec": {"podSelector": {"matchLabels": {"c": "d"}}},
    }


def test_reading_neighbours_that_are_not_declared_is_a_crash_and_not_a_pass() -> None:
    @control(**DESCRIBED)
    def undeclared(workload: Workload, given: Given) -> Iterator[Violation]:
        for policy in given.near(NetworkPolicy, workload):
            yield policy.violates("is there")

    assert [why for _, _, why in judged([undeclared], pod()).verdicts] == [Why.CRASHED]


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"max": 1}, "sized has no parameter `max`; it has: maximum"),
        ({"maximum": "many"}, "the parameter `maximum` of sized must be a whole number"),
    ],
)
def test_a_parameter_that_cannot_be_taken_says_what_can(declared: dict[str, object], said: str) -> None:
    @control(**DESCRIBED, parameters=[number("maximum", "How many there may be", 2)])
    def sized(container: Container) -> Iterator[Violation]:
        yield from ()

    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        Evaluator([sized], Settings(parameters={"sized": declared}))
