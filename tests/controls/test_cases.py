"""Every control against its case file: firing, innocent and edge documents that state their own verdict."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hardstand.controls.control import Control
from hardstand.controls.given import LATEST, Version
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.field_name import field_names
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.overlay import patched
from hardstand.model.verdict import Verdict
from hardstand.text.document import Document
from hardstand.text.reader import read

HERE = Path(__file__).parent
CONTROLS = catalog.load()
KEYS = {"complete", "name", "verdict", "why", "at", "version", "parameters", "object", "pod", "container", "around"}


def case_file(one: Control) -> Path:
    return HERE / one.area / f"{one.id}.yaml"


def loaded(one: Control) -> Mapping[str, Any]:
    (document,) = read(case_file(one).read_bytes())
    assert isinstance(document, Document), document
    assert isinstance(document.value, dict)
    return document.value


def all_cases() -> Iterator[Any]:
    for one in CONTROLS:
        if case_file(one).exists():
            for case in loaded(one)["cases"]:
                yield pytest.param(one, case, id=f"{one.id}: {case['name']}")


def subject_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The object a case is about: as written, or a pod made of the `pod` or `container` that the case gives."""
    if "object" in case:
        return dict(case["object"])
    container = {"name": "app", "image": "registry.example/app:1.2.3", **case.get("container", {})}
    spec = case.get("pod") or {"containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "subject", "namespace": "shop"}, "spec": spec}


def in_objects(value: Any) -> list[KubeObject]:
    found = list(objects_in(value, file="case.yaml", document=0, rendered_from=None, namespace="default"))
    assert all(isinstance(one, KubeObject) for one in found), found
    return [one for one in found if isinstance(one, KubeObject)]


def judge(one: Control, case: Mapping[str, Any], subject: Any) -> Judged:
    version = Version(*map(int, case["version"].removeprefix("v").split("."))) if "version" in case else LATEST
    settings = Settings(pod_security=version, parameters={one.id: case.get("parameters", {})})
    evaluator = Evaluator([one], settings)
    objects = [*in_objects(subject), *(found for around in case.get("around", ()) for found in in_objects(around))]
    facts = [fact for found in objects if (fact := evaluator.keeping.prune(found))]
    evaluator.meet(Neighbours(facts, evaluator.keeping, complete=case.get("complete", False)))
    judged = evaluator.alone(objects[0])
    evaluator.joined(judged)
    return judged


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_has_firing_and_innocent_cases(one: Control) -> None:
    assert case_file(one).exists(), f"{one.id} has no case file {case_file(one)}"
    verdicts = {case["verdict"] for case in loaded(one)["cases"]}
    assert {"fail", "pass"} <= verdicts, f"{one.id} needs a case that fails and one that passes, has {verdicts}"


@pytest.mark.parametrize(("one", "case"), list(all_cases()))
def test_case(one: Control, case: Mapping[str, Any]) -> None:
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    subject = subject_of(case)
    judged = judge(one, case, subject)
    assert judged.verdicts, f"{one.id} does not look at a {subject.get('kind')}"
    ((_, verdict, why),) = judged.verdicts
    hits = [(hit.verdict.value, hit.message) for hit in judged.hits]
    assert (verdict.value, why.value if why and "why" in case else case.get("why")) == (
        case["verdict"],
        case.get("why"),
    ), hits
    if "at" in case:
        assert sorted({field_names(subject, hit.path)[0] for hit in judged.hits}) == sorted(case["at"])


@pytest.mark.parametrize(("one", "case"), list(all_cases()))
def test_fix_ends_the_finding(one: Control, case: Mapping[str, Any]) -> None:
    if case["verdict"] != "fail":
        return
    judged = judge(one, case, subject := subject_of(case))
    edits = [edit for hit in judged.hits for edit in hit.edits]
    if one.fix is None:
        assert not edits, f"{one.id} yields edits but declares no fix"
        return
    assert edits, f"{one.id} declares a fix, but this violation carries no edits"
    again = judge(one, case, patched(subject, edits))
    assert [verdict for _, verdict, _ in again.verdicts] in ([Verdict.PASS], [Verdict.NOT_APPLICABLE]), again.hits
