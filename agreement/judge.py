"""Hold the controls of a rule against the files of a case, through the evaluator that every door goes through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache

from agreement.packs import Page
from agreement.rules import Exempt, MappingError, Rule
from hardstand.controls.control import Control
from hardstand.controls.given import LATEST, Version
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator, Hit, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, Problem, objects_in
from hardstand.inventory.views.workload import Workload
from hardstand.model.path import Path, Value, dotted
from hardstand.model.verdict import Verdict, Why
from hardstand.text.document import Fault
from hardstand.text.reader import read

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Hardstand says of one object, after what the rule does not count has been left out."""

    object: KubeObject
    hits: tuple[Hit, ...]
    looked: bool
    """Some control of the rule is about objects of this kind."""
    judged: bool
    """Some control of the rule had something to say: not only not-applicable."""
    silent: frozenset[Why]
    """Why controls were not applicable."""

    @property
    def faults(self) -> tuple[Hit, ...]:
        """What was found, without what could not be decided."""
        return tuple(hit for hit in self.hits if hit.verdict is Verdict.FAIL)

    @property
    def word(self) -> str:
        """One of fault, unknown, not declared, clean, and unseen where no control of the rule is about the kind."""
        if self.faults:
            return "fault"
        if self.hits or Why.NOT_IN_INPUT in self.silent:
            return "unknown"
        if Why.NOT_DECLARED in self.silent:
            return "not declared"
        return "clean" if self.looked else "unseen"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answers on all objects of a case, and what in its files is no object."""

    answers: tuple[Answer, ...]
    unreadable: tuple[str, ...] = field(default=())

    @property
    def word(self) -> str:
        """The answer on the files as a whole: the worst of all; what cannot be read is unknown."""
        words = {answer.word for answer in self.answers} | ({"unknown"} if self.unreadable else set())
        return next((word for word in ("fault", "unknown", "not declared", "clean") if word in words), "unseen")


def judge(rule: Rule, pages: Sequence[Page], version: str | None = None) -> Judgement:
    """Hold the rule's controls against every object in the pages. MappingError when the rule cannot be asked."""
    controls = controls_of(rule)
    settings = Settings(
        pod_security=_version(version or rule.version), parameters=_parameters(rule, controls), complete=rule.complete
    )
    try:
        evaluator = Evaluator(controls, settings)
    except ValueError as error:
        raise MappingError(str(error)) from error
    found = [item for page in pages for item in _held(page)]
    objects = [item for item in found if isinstance(item, KubeObject)]
    facts = [fact for one in objects if (fact := evaluator.keeping.prune(one))]
    evaluator.meet(Neighbours(facts, evaluator.keeping, complete=rule.complete))
    answers = []
    for one in objects:
        judged = evaluator.alone(one)
        evaluator.joined(judged)
        answers.append(_answer(rule, judged))
    return Judgement(tuple(answers), tuple(item for item in found if isinstance(item, str)))


def controls_of(rule: Rule) -> list[Control]:
    """The rule's controls; MappingError for one that does not exist."""
    known = catalog.by_id()
    missing = sorted(set(rule.controls) - set(known))
    if missing:
        raise MappingError(f"there is no control {', '.join(missing)}")
    if not rule.controls:
        raise MappingError("the rule names no control")
    return [known[name] for name in rule.controls]


@cache
def _held(page: Page) -> tuple[KubeObject | str, ...]:
    return tuple(_objects(page))


def _objects(page: Page) -> Iterator[KubeObject | str]:
    for part in read(page.data):
        if isinstance(part, Fault):
            yield part.reason
            continue
        for found in objects_in(
            part.value, file=page.name, document=part.index, rendered_from=None, namespace="default"
        ):
            yield found.reason if isinstance(found, Problem) else found


def _version(asked: str | None) -> Version:
    return Version(*map(int, asked.removeprefix("v").split("."))) if asked else LATEST


def _parameters(rule: Rule, controls: Sequence[Control]) -> dict[str, dict[str, object]]:
    declared: dict[str, dict[str, object]] = {}
    for one in controls:
        names = {parameter.name for parameter in one.parameters}
        declared[one.id] = {name: value for name, value in rule.params.items() if name in names}
    nowhere = sorted(set(rule.params) - {name for given in declared.values() for name in given})
    if nowhere:
        raise MappingError(f"{', '.join(rule.controls)} has no parameter {', '.join(nowhere)}")
    return declared


def _answer(rule: Rule, judged: Judged) -> Answer:
    hits = tuple(hit for hit in judged.hits if _counts(rule, judged.object, hit))
    return Answer(
        judged.object,
        hits,
        looked=bool(judged.verdicts),
        judged=any(verdict is not Verdict.NOT_APPLICABLE for _, verdict, _ in judged.verdicts),
        silent=frozenset(why for _, verdict, why in judged.verdicts if verdict is Verdict.NOT_APPLICABLE and why),
    )


def _counts(rule: Rule, kube: KubeObject, hit: Hit) -> bool:
    if _exempted(rule.exempt, kube, hit):
        return False
    pattern = rule.fields.get(hit.control.id) or rule.fields.get("*")
    return pattern is None or hit.verdict is Verdict.UNKNOWN or bool(pattern.search(dotted(hit.path)))


def _exempted(exempt: Exempt, kube: KubeObject, hit: Hit) -> bool:
    if exempt.controls and hit.control.id not in exempt.controls:
        return False
    if kube.namespace in exempt.namespaces:
        return True
    if exempt.labels and exempt.labels.items() <= _labels(kube).items():
        return True
    image = container_at(kube.data, hit.path).get("image")
    return isinstance(image, str) and any(fnmatchcase(image, glob) for glob in exempt.images)


def _labels(kube: KubeObject) -> Mapping[str, str]:
    if kube.kind in Workload.kinds:
        return {**Workload(kube).pod_metadata.labels, **Workload(kube).metadata.labels}
    return {}


def container_at(data: Mapping[str, Value], path: Path) -> Mapping[str, Value]:
    """The container that a path leads into, or an empty mapping."""
    node: Value = dict(data)
    for step, before in zip(path, (None, *path), strict=False):
        if isinstance(node, dict) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
            if before in _CONTAINERS and isinstance(node, dict):
                return node
        else:
            break
    return {}
