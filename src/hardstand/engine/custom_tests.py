"""The tests of a team's own controls, run through the evaluator that every verb uses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.baseline.custom import Code, CustomControl, Customs
from hardstand.controls.control import Control
from hardstand.engine.cases import case_failures
from hardstand.engine.catalog import with_custom
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, Problem, objects_in
from hardstand.model.path import Path, Value
from hardstand.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that failed: the control, the place and why. `file` is a case file's name, None for the baseline."""

    control: str
    file: str | None
    path: Path
    message: str
    line: int = 0
    """1-based; 0 where `path` tells the place."""
    column: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all tests came to."""

    controls: int
    tests: int
    failures: tuple[Failure, ...]
    untested: tuple[str, ...]
    """Ids of controls whose expressions all ask about a request to an API server: there is none to test them with."""


def run_tests(customs: Customs) -> Outcome:
    """Hold every control against the objects and cases that its team gives. As `with_custom` for what is raised."""
    controls = {one.id: one for one in with_custom(customs) if one.area == "custom"}
    tests, failures, untested = 0, [], []
    for custom in customs.controls:
        one = controls.pop(custom.id)
        found = list(_of_expressions(one, custom))
        tests += len(custom.accepts) + len(custom.rejects)
        if found and all(failure is None for failure in found):
            untested.append(custom.id)
        failures += [failure for failure in found if failure]
    for one in controls.values():
        count, failed = _of_code(one, customs.code)
        tests += count
        failures += failed
    return Outcome(len(customs.controls) + len(controls), tests, tuple(failures), tuple(untested))


def _of_expressions(one: Control, custom: CustomControl) -> Iterator[Failure | None]:
    """The failures of a control's objects; None for an object about which it has nothing to say without a request."""
    for key, values, wanted in (("accepts", custom.accepts, Verdict.PASS), ("rejects", custom.rejects, Verdict.FAIL)):
        for at, value in enumerate(values):
            path = (*custom.path, "tests", key, at)
            yield from _of_object(one, value, path, wanted)


def _of_object(one: Control, value: Value, path: Path, wanted: Verdict) -> Iterator[Failure | None]:
    parts = list(objects_in(value, file="", document=0, rendered_from=None, namespace="default"))
    problems = [part for part in parts if isinstance(part, Problem)]
    if problems:
        yield from (Failure(one.id, None, path + part.prefix + part.path, part.reason) for part in problems)
        return
    judged = judge(one, [part for part in parts if isinstance(part, KubeObject)], Settings())
    told = [(verdict, _said(found)) for found in judged for _, verdict, _ in found.verdicts]
    if not told:
        kind = value.get("kind") if isinstance(value, dict) else None
        yield Failure(one.id, None, path, f"the control does not look at a {kind}; see its `match`")
    elif {verdict for verdict, _ in told} == {Verdict.NOT_APPLICABLE}:
        yield None
    else:
        worst, said = max(told, key=lambda item: item[0].rank)
        if worst is not wanted:
            expected = "accepted" if wanted is Verdict.PASS else "rejected"
            yield Failure(one.id, None, path, f"should be {expected}, and the verdict is {worst}{said}")


def judge(one: Control, objects: Sequence[KubeObject], settings: Settings, *, complete: bool = False) -> list[Judged]:
    """Each object that the control is about, judged among all of them."""
    evaluator = Evaluator([one], settings)
    facts = [fact for kube in objects if (fact := evaluator.keeping.prune(kube))]
    evaluator.meet(Neighbours(facts, evaluator.keeping, complete=complete))
    found = [evaluator.alone(kube) for kube in objects]
    for judged in found:
        evaluator.joined(judged)
    return [judged for judged in found if judged.verdicts]


def _said(judged: Judged) -> str:
    messages = "; ".join(hit.message for hit in judged.hits)
    return f": {messages}" if messages else ""


def _of_code(one: Control, code: Code | None) -> tuple[int, list[Failure]]:
    """How many cases the file beside a Python control has, and which fail."""
    name = f"{one.id}.yaml"
    data = dict(code.files).get(name) if code else None
    if data is None:
        return 0, [Failure(one.id, name, (), f"the control has no case file {name} beside it", 1, 1)]
    count, failed = case_failures(
        one, data, lambda objects, settings, whole: judge(one, objects, settings, complete=whole)
    )
    return count, [Failure(one.id, name, *rest) for rest in failed]
