"""Every control against its case file: firing, innocent and edge documents that state their own verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from hardstand.controls.control import Control, Violations
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.kinds import wanted
from hardstand.inventory.field_name import field_names
from hardstand.inventory.neighbours import Keeping, Neighbours, Tree
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.overlay import patched
from hardstand.inventory.views.base import Subject
from hardstand.model.gap import Gaps
from hardstand.model.kind import Kind, Platform, group_of
from hardstand.model.verdict import Verdict
from hardstand.model.violation import MalformedFieldError, NotApplicableError, UnknownError, Violation
from tests.controls.case_files import (
    HERE,
    case_file,
    cases_of,
    flaws,
    flaws_of_values,
    objects_of,
    platform_of_case,
    settings_of,
    subject_of,
)

CONTROLS = catalog.load()
S = TypeVar("S", bound=Subject)
UNNAMED = """{control} reads fields of its neighbours that it does not name in reads=. By the named fields it says:
{named}
and by whole neighbours:
{whole}
Add what is missing to near(...) or anywhere(...)."""


def all_cases(*verdicts: str) -> Iterator[Any]:
    """The cases with one of these verdicts, or all; a file that cannot be read fails in `test_case_file` alone."""
    for one in CONTROLS:
        try:
            cases = cases_of(one)
        except ValueError:
            continue
        for case in cases:
            if not verdicts or case.get("verdict") in verdicts:
                yield pytest.param(one, case, id=f"{one.id}: {case['name']}")


@dataclass
class Trial:
    """A case judged once."""

    judged: Judged
    crashes: list[Exception] = field(default_factory=list)

    @property
    def verdict(self) -> tuple[str, str | None]:
        """The verdict and its reason."""
        ((_, verdict, why),) = self.judged.verdicts
        return verdict.value, why.value if why else None

    @property
    def said(self) -> str:
        """All that was said, for a person, whatever order it was said in."""
        hits = sorted(f"  {hit.verdict} at {'/'.join(map(str, hit.path))}: {hit.message}" for hit in self.judged.hits)
        return "\n".join([" ".join(word for word in self.verdict if word), *hits])


def watched(one: Control, crashes: list[Exception]) -> Control:
    """The control, keeping what it crashes with, which the evaluator turns into a verdict."""

    def check(*arguments: Any) -> Violations:
        try:
            for found in one.check(*arguments):
                assert isinstance(found, Violation), f"{one.id} yields {found!r}, not what `view.violates(...)` gives"
                yield found
        except (MalformedFieldError, NotApplicableError, UnknownError):
            raise
        except Exception as error:
            crashes.append(error)
            raise

    return replace(one, check=check)


def judge(one: Control, case: Mapping[str, Any], subject: Any, *, whole: bool = False) -> Trial:
    """Judge `subject` among the case's neighbours, seen by the fields that the control names or as a whole."""
    crashes: list[Exception] = []
    evaluator = Evaluator([watched(one, crashes)], settings_of(one, case))
    objects = objects_of(case, subject)
    keeping = evaluator.keeping
    facts = [fact for kube in objects if (fact := keeping.prune(kube))]
    if whole:
        facts = [
            replace(kube, data=widened(kube.data, tree)) for kube in objects if (tree := keeping.fields.get(kube.kind))
        ]
    evaluator.meet(Declared(facts, keeping, complete=case.get("complete", False)))
    judged = evaluator.alone(objects[0])
    evaluator.joined(judged)
    return Trial(judged, crashes)


class Declared(Neighbours):
    """Neighbours that let nobody ask for a view that is not in reads=, of which there are never any."""

    def __init__(
        self, facts: Iterable[KubeObject], keeping: Keeping, *, complete: bool, gaps: Gaps | None = None
    ) -> None:
        super().__init__(facts, keeping, complete=complete, gaps=gaps)
        self._declared = {view for views in keeping.views.values() for view in views}

    def _asked(self, view: type[Subject]) -> None:
        assert view in self._declared, f"{view.__name__} is asked for but not named in reads="

    def near(self, view: type[S], namespace: str | None) -> Sequence[S]:
        self._asked(view)
        return super().near(view, namespace)

    def anywhere(self, view: type[S]) -> Sequence[S]:
        self._asked(view)
        return super().anywhere(view)

    def holds(self, view: type[Subject], namespace: str | None, *, anywhere: bool = False) -> bool:
        self._asked(view)
        return super().holds(view, namespace, anywhere=anywhere)


def widened(value: Any, tree: Tree) -> Any:
    """All of `value` but what is kept without its values: such as `data.*`, which is about keys alone."""
    if isinstance(value, list):
        return [widened(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return dict.fromkeys(value) if "*" in tree else {key: widened(value[key], tree.get(key, {})) for key in value}


def judged_soundly(one: Control, case: Mapping[str, Any], subject: Any) -> Trial:
    """As `judge`; a crash of the control is raised, and so is a reading of fields that it does not name."""
    trial = judge(one, case, subject)
    for crash in trial.crashes:
        raise crash
    assert trial.judged.verdicts, f"{one.id} looks at {one.subject.__name__}, which a {subject.get('kind')} is not"
    if one.reads:
        whole = judge(one, case, subject, whole=True)
        for crash in whole.crashes:
            raise crash
        if trial.said != whole.said:
            pytest.fail(UNNAMED.format(control=one.id, named=trial.said, whole=whole.said), pytrace=False)
    return trial


REPORTED: Mapping[str, Any] = {
    "phase": "Failed", "replicas": 7, "numberReady": 7, "hostIP": "203.0.113.7", "podIP": "203.0.113.8",
    "conditions": [{"type": "Ready", "status": "False", "reason": "bench"}], "observedGeneration": 9,
    "containerStatuses": [{"name": "app", "image": "other.example/x:latest", "imageID": "other.example/x@sha256:0"}],
    "currentReplicas": 7, "disruptionsAllowed": 0, "expectedPods": 7, "loadBalancer": {"ingress": [{"ip": "8.8.8.8"}]},
}  # fmt: skip
"""What a server and its controllers may report of an object."""


def test_no_control_looks_at_a_status_unless_it_says_so() -> None:
    """A watch is told nothing of a status where nobody looks: kinds.py derives from `reported` and `reads=` where."""
    looking: set[str] = set()
    asked = 0
    for parameters in all_cases():
        one, case = parameters.values
        if platform_of_case(case) is not Platform.KUBERNETES or one.reported:
            continue
        subject = subject_of(case)
        need = wanted(CONTROLS).get(Kind(group_of(subject["apiVersion"]), subject["kind"]))
        if need is None or need.status:
            continue
        asked += 1
        plain, told = ({**subject, "status": status} for status in ({}, REPORTED))
        if judge(one, case, plain).said != judge(one, case, told).said:
            looking.add(one.id)
    assert asked > 1000
    assert not looking, f"{', '.join(sorted(looking))}: declare reported=True"


def fail_with(wrong: Sequence[str]) -> None:
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_case_file(one: Control) -> None:
    wrong, cases = [], []
    try:
        cases = cases_of(one)
    except ValueError as error:
        wrong = [str(error)]
    fail_with(wrong)
    for platform in one.platforms:
        verdicts = {case.get("verdict") for case in cases if platform_of_case(case) is platform}
        assert {"fail", "pass"} <= verdicts, (
            f"{one.id} needs a case of {platform} that fails and one that passes, has {verdicts}"
        )
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), "each case has a name of its own"


def test_every_case_file_belongs_to_a_control() -> None:
    stray = set(HERE.glob("*/*")) - {case_file(one) for one in CONTROLS} - set(HERE.glob("__pycache__/*"))
    assert not stray, "the file is AREA/CONTROL-ID.yaml, as in `hardstand explain`"


@pytest.mark.parametrize(("one", "case"), list(all_cases()))
def test_case(one: Control, case: Mapping[str, Any]) -> None:
    fail_with(list(flaws(one, case)) or list(flaws_of_values(one, case)))
    subject = subject_of(case)
    trial = judged_soundly(one, case, subject)
    if trial.verdict != (case["verdict"], case.get("why")):
        wanted = " ".join(word for word in (case["verdict"], case.get("why")) if word)
        pytest.fail(f"the case expects: {wanted}\nthe control says: {trial.said}", pytrace=False)
    if "at" in case:
        kube = trial.judged.object
        paths = [hit.path if kube.written is None else kube.place(hit.path) for hit in trial.judged.hits]
        assert sorted({field_names(subject, path)[0] for path in paths}) == sorted(case["at"])


@pytest.mark.parametrize(("one", "case"), list(all_cases("fail")))
def test_fix_ends_the_finding(one: Control, case: Mapping[str, Any]) -> None:
    if list(flaws(one, case)) or list(flaws_of_values(one, case)):
        pytest.skip("the case is not well-formed, as test_case says")
    trial = judge(one, case, subject := subject_of(case))
    if not trial.judged.verdicts or {hit.verdict for hit in trial.judged.hits} != {Verdict.FAIL}:
        pytest.skip("there is more to mend than the fix can, or nothing, as test_case says")
    edits = [edit for hit in trial.judged.hits for edit in hit.edits]
    if one.fix is None:
        assert not edits, f"{one.id} yields edits but declares no fix; add fix=Repair(...)"
        return
    by_hand = {hit.path for hit in trial.judged.hits if not hit.edits}
    if case.get("by_hand"):
        assert by_hand, "the case says that it takes a person, but every violation carries edits"
    else:
        assert not by_hand, f"{one.id} declares a fix, but a violation carries no edits; say `by_hand: true` if it must"
    assert {hit.unsafe for hit in trial.judged.hits} == {not case.get("safe", one.fix.safe)} or not one.fix.safe
    if trial.judged.object.written is not None:
        mapped = [trial.judged.object.document_edits(hit.edits) for hit in trial.judged.hits]
        if None in mapped:
            pytest.skip("the file says it in a way that has no counterpart, and so it has no fix")
        edits = []
        for edit in (edit for made in mapped for edit in made or ()):
            edits += [] if edit in edits else [edit]  # Two places of the pod may be one of the file.
    again = judge(one, case, patched(subject, edits))
    for crash in again.crashes:
        raise crash
    if by_hand:
        assert {hit.path for hit in again.judged.hits} == by_hand, f"after the fix:\n{again.said}"
        return
    only_a_part = trial.judged.object.written is not None and again.verdict == ("unknown", "not-rendered")
    assert only_a_part or again.verdict[0] in ("pass", "not-applicable"), f"after the fix:\n{again.said}"


def test_what_is_wrong_with_a_boundary_or_a_place_of_a_case() -> None:
    one = next(one for one in CONTROLS if one.id == "foreign-registry")
    sound = {"name": "a", "verdict": "pass", "container": {}}
    assert list(flaws(one, {**sound, "boundary": {"environments": {}}, "file": "prod/a.yaml"})) == []
    assert list(flaws(one, {**sound, "file": "prod/a.yaml"})) == [
        "`file` tells an environment, which needs a `boundary`"
    ]
    placed = {**sound, "boundary": {}, "around": [{"file": "/etc/a.yaml"}]}
    assert list(flaws(one, placed)) == ["`file` must be a path from the working directory, found '/etc/a.yaml'"]
    assert any("must be a mapping" in flaw for flaw in flaws(one, {**sound, "boundary": []}))
    wrong = {**sound, "boundary": {"environments": {"production": {"namespace": ["shop"]}}}}
    (flaw,) = flaws_of_values(one, wrong)
    assert flaw.startswith("`boundary`: ")
    assert "`namespace`" in flaw
