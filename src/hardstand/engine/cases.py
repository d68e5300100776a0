"""Case files: documents that state what verdict they should have. CONTRIBUTING.md tells how one is written."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.controls.control import Control
from hardstand.controls.given import LATEST, Version
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.settings import Settings
from hardstand.inventory.field_name import field_names
from hardstand.inventory.objects import KubeObject, Problem, objects_in
from hardstand.model.path import Path, called
from hardstand.model.verdict import Verdict, Why
from hardstand.text.document import Document
from hardstand.text.reader import read

_SUBJECTS = ("container", "pod", "object")
_TYPES: Mapping[str, tuple[type, str]] = {
    "name": (str, "a string"),
    "verdict": (str, "a string"),
    "why": (str, "a string"),
    "at": (list, "a list"),
    "container": (dict, "a mapping"),
    "pod": (dict, "a mapping"),
    "object": (dict, "a mapping"),
    "around": (list, "a list"),
    "parameters": (dict, "a mapping"),
    "version": (str, "a string"),
    "complete": (bool, "true or false"),
}
_REASONED = (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
_VERSION = re.compile(r"v1\.(\d{1,3})", re.ASCII)

Case = Mapping[str, Any]
Failed = tuple[Path, str, int, int]
"""Where in the file, why, and the place where there is no such path."""
Judge = Callable[[Sequence[KubeObject], Settings, bool], Sequence[Judged]]
"""Judges objects among each other; the last says whether they are all there is."""


def case_failures(one: Control, data: bytes, judge: Judge) -> tuple[int, list[Failed]]:
    """How many cases a file has, and which of them are malformed or have another verdict than they state."""
    documents = list(read(data))
    for found in documents:
        if not isinstance(found, Document):
            return 0, [((), found.reason, found.line, found.column)]
    value = documents[0].value if len(documents) == 1 and isinstance(documents[0], Document) else None
    cases = value.get("cases") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(cases, list) or not cases:
        return 0, [((), "a case file holds one document with the key `cases`, a list that is not empty", 1, 1)]
    failed: list[Failed] = []
    for at, case in enumerate(cases):
        failed += [(("cases", at, *path), why, 0, 0) for path, why in _failures(one, case, judge)]
    stated = {case.get("verdict") for case in cases if isinstance(case, dict)}
    if not {"pass", "fail"} <= stated:
        failed.append((("cases",), "there must be a case that passes and one that fails", 0, 0))
    return len(cases), failed


def _failures(one: Control, case: Any, judge: Judge) -> Iterator[tuple[Path, str]]:
    if not isinstance(case, dict):
        yield (), f"a case is a mapping, found {called(case)}"
        return
    flaws = [*_flaws(case)] or [*_flaws_of_values(one, case)]
    yield from flaws or _disagreements(case, judge(_objects(case), _settings(one, case), case.get("complete", False)))


def _flaws(case: Case) -> Iterator[tuple[Path, str]]:
    """What is wrong with the case itself."""
    for key, value in case.items():
        if key not in _TYPES:
            yield (key,), f"unknown key `{key}`; a case has {', '.join(_TYPES)}"
        elif not isinstance(value, _TYPES[key][0]):
            yield (key,), f"`{key}` must be {_TYPES[key][1]}, found {called(value)}"
    verdict = case.get("verdict")
    if "name" not in case:
        yield (), "a case needs a `name`"
    if verdict not in [*Verdict]:
        yield ("verdict",), f"`verdict` must be one of {', '.join(Verdict)}"
    elif (verdict in _REASONED) != ("why" in case) or case.get("why", "crashed") not in [*Why]:
        reasons = ", ".join(why for why in Why if why is not Why.CRASHED)
        yield ("why",), f"`why` goes with {' and '.join(_REASONED)}, and is one of {reasons}"
    if sum(key in case for key in _SUBJECTS) != 1:
        yield (), f"a case gives exactly one of {', '.join(_SUBJECTS)}"
    if isinstance(version := case.get("version"), str) and not _VERSION.fullmatch(version):
        yield ("version",), "`version` must look like v1.25"


def _flaws_of_values(one: Control, case: Case) -> Iterator[tuple[Path, str]]:
    """What is wrong with what an otherwise sound case holds: parameters and objects."""
    try:
        Evaluator([one], _settings(one, case))
    except ValueError as error:
        yield ("parameters",), str(error)
    for steps, value in [
        ((), _subject(case)),
        *(((("around", at)), it) for at, it in enumerate(case.get("around", ()))),
    ]:
        found = list(_parts(value))
        if not found:
            yield steps, "no Kubernetes object, for want of apiVersion and kind"
        yield from ((steps, part.reason) for part in found if isinstance(part, Problem))


def _disagreements(case: Case, judged: Sequence[Judged]) -> Iterator[tuple[Path, str]]:
    first = next(iter(judged), None)
    if first is None or first.object.data != _subject(case):
        yield (), "the control does not look at the case's object"
        return
    ((_, verdict, why),) = first.verdicts
    said = " ".join(word for word in (verdict, why) if word)
    wanted = " ".join(word for word in (case["verdict"], case.get("why")) if word)
    if said != wanted:
        messages = "; ".join(hit.message for hit in first.hits)
        yield (), f"{case['name']}: expected {wanted}, and the control says {said}{': ' if messages else ''}{messages}"
    elif "at" in case:
        fields = sorted({field_names(_subject(case), hit.path)[0] for hit in first.hits})
        if fields != sorted(map(str, case["at"])):
            yield ("at",), f"{case['name']}: the violations are at {', '.join(fields) or 'no field'}"


def _subject(case: Case) -> dict[str, Any]:
    """The object a case is about: as written, or a pod made of the `pod` or `container` that the case gives."""
    if "object" in case:
        return dict(case["object"])
    container = {"name": "app", "image": "registry.example/app:1.2.3", **case.get("container", {})}
    spec = case.get("pod", {"containers": [container]})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "subject", "namespace": "shop"}, "spec": spec}


def _parts(value: Any) -> Iterator[KubeObject | Problem]:
    return objects_in(value, file="", document=0, rendered_from=None, namespace="default")


def _objects(case: Case) -> list[KubeObject]:
    values = [_subject(case), *case.get("around", ())]
    return [part for value in values for part in _parts(value) if isinstance(part, KubeObject)]


def _settings(one: Control, case: Case) -> Settings:
    version = _VERSION.fullmatch(case.get("version", ""))
    return Settings(
        pod_security=Version(1, int(version[1])) if version else LATEST,
        parameters={one.id: case.get("parameters", {})},
    )
