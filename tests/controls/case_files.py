"""The files of cases: what is in them, and what is wrong with them, in sentences for whoever writes one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hardstand.analysis.placing import Placing
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import built_in, load
from hardstand.baseline.reading import BaselineError
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.controls.control import Control
from hardstand.controls.given import LATEST, Version
from hardstand.engine.evaluate import Evaluator
from hardstand.engine.settings import Settings
from hardstand.inventory.compose.document import is_compose, services_in
from hardstand.inventory.objects import KubeObject, Problem, objects_in
from hardstand.model.kind import Platform
from hardstand.model.verdict import Verdict, Why
from hardstand.text.document import Document
from hardstand.text.reader import read

HERE = Path(__file__).parent
IMAGE = "registry.example/app:1.2.3"
SUBJECTS = ("container", "pod", "object", "compose")
TYPES: Mapping[str, type] = {
    "name": str, "verdict": str, "why": str, "at": list, "container": dict, "pod": dict, "object": dict,
    "compose": dict, "around": list, "parameters": dict, "version": str, "complete": bool, "boundary": dict,
    "file": str, "safe": bool, "by_hand": bool, "baseline": dict,
}  # fmt: skip
"""The keys of a case and what each holds."""
WORDS = {str: "a string (quote it)", list: "a list", dict: "a mapping", bool: "true or false"}
VERDICTS = [one.value for one in Verdict]
REASONED = ("unknown", "not-applicable")
WHYS = [one.value for one in Why if one is not Why.CRASHED]  # A crash is never what a case asks for.


def case_file(one: Control) -> Path:
    return HERE / one.area / f"{one.id}.yaml"


def cases_of(one: Control) -> list[Mapping[str, Any]]:
    """The cases in a control's file; ValueError, for a person, when it is not a file of cases."""
    path = case_file(one)
    if not path.exists():
        raise ValueError(f"{one.id} has no case file {path}")
    documents = list(read(path.read_bytes()))
    for found in documents:
        if not isinstance(found, Document):
            raise ValueError(f"{path}:{found.line}:{found.column}: {found.reason}")
    value = documents[0].value if len(documents) == 1 and isinstance(documents[0], Document) else None
    cases = value.get("cases") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(cases, list) or not all(isinstance(case, dict) and "name" in case for case in cases):
        raise ValueError(f"{path} must hold one document with the key `cases`, a list of mappings that have a `name`")
    return cases


def flaws(one: Control, case: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the case itself."""
    for key, value in case.items():
        if key not in TYPES:
            yield f"unknown key `{key}`; a case has {', '.join(TYPES)}"
        elif not isinstance(value, TYPES[key]):
            yield f"`{key}` must be {WORDS[TYPES[key]]}, found {value!r}"
    if case.get("verdict") not in VERDICTS:
        yield f"`verdict` must be one of {', '.join(VERDICTS)}, found {case.get('verdict')!r}"
    elif case["verdict"] in REASONED and case.get("why") not in WHYS:
        yield f"`why` must be one of {', '.join(WHYS)}, found {case.get('why')!r}"
    elif case["verdict"] not in REASONED and "why" in case:
        yield f"`why` belongs to {' and '.join(REASONED)} only"
    yield from _flaws_of_safety(one, case)
    if sum(key in case for key in SUBJECTS) != 1:
        yield f"a case gives exactly one of {', '.join(SUBJECTS)}"
    if platform_of_case(case) not in one.platforms:
        yield f"the control does not hold in {platform_of_case(case)}: name it in platforms=, or drop the case"
    yield from _flaws_of_files(case)
    version = case.get("version")
    if isinstance(version, str) and not re.fullmatch(r"v1\.\d+", version):
        yield f"`version` must look like v1.25, found {version!r}"


def _flaws_of_files(case: Mapping[str, Any]) -> Iterator[str]:
    around = case.get("around")
    items = [case, *(around if isinstance(around, list) else ())]
    files = [item["file"] for item in items if isinstance(item, dict) and "file" in item]
    if files and "boundary" not in case:
        yield "`file` tells an environment, which needs a `boundary`"
    for name in files:
        if not isinstance(name, str) or name.startswith("/"):
            yield f"`file` must be a path from the working directory, found {name!r}"


def _flaws_of_safety(one: Control, case: Mapping[str, Any]) -> Iterator[str]:
    if ("safe" in case) is not (case.get("verdict") == "fail" and one.fix is not None and one.fix.safe):
        yield "`safe` belongs to every failing case of a control whose repair is safe: whether its edits are, too"
    if "by_hand" in case and (case.get("verdict") != "fail" or one.fix is None or not case["by_hand"]):
        yield "`by_hand: true` belongs to a failing case of a control with a repair, where some violation has no edits"


def flaws_of_values(one: Control, case: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with what an otherwise sound case holds: the boundary, parameters and objects."""
    try:
        baseline_of(case)
    except BaselineError as error:
        yield from (f"`boundary`: {one.message}" for one in error.mistakes)
        return
    try:
        Evaluator([replace(one, reads=())], settings_of(one, case))  # Without joins, it takes the parameters at once.
    except ValueError as error:
        yield str(error)
    for value in (subject_of(case), *map(without_file, case.get("around", ()))):
        found = list(parts_of(value))
        if not found:
            yield f"no service, and no Kubernetes object, for want of apiVersion and kind: {value!r}"
        yield from (part.reason for part in found if isinstance(part, Problem))


def subject_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The object a case is about: as written, or a pod made of the `pod` or `container` that the case gives.

    For `compose` it is a Compose file: as written, or with the one service that the case gives. Its first is judged.
    """
    if "compose" in case:
        given = case["compose"]
        return dict(given) if "services" in given else {"services": {"app": {"image": IMAGE, **given}}}
    if "object" in case:
        return dict(case["object"])
    container = {"name": "app", "image": IMAGE, **case.get("container", {})}
    spec = case.get("pod", {"containers": [container]})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "subject", "namespace": "shop"}, "spec": spec}


def platform_of_case(case: Mapping[str, Any]) -> Platform:
    return Platform.COMPOSE if "compose" in case else Platform.KUBERNETES


def without_file(value: Any) -> Any:
    """A neighbour as Kubernetes has it, without the path that the case gives it."""
    return {key: one for key, one in value.items() if key != "file"} if isinstance(value, dict) else value


def parts_of(
    value: Any, file: str = "case.yaml", document: int = 0, environment: str = ""
) -> Iterator[KubeObject | Problem]:
    find = services_in if is_compose(value, file, named=True) else objects_in
    return find(value, file=file, document=document, rendered_from=None, namespace="default", environment=environment)


def objects_of(case: Mapping[str, Any], subject: Any) -> list[KubeObject]:
    """The subject and its neighbours, each at its place."""
    placing = Placing(baseline_of(case).boundary)
    placed = [(subject, case.get("file", "case.yaml"))]
    placed += [(without_file(one), one.get("file", "case.yaml")) for one in case.get("around", ())]
    found = (
        part
        for at, (one, file) in enumerate(placed)
        for part in parts_of(one, file, at, "+".join(placing.at_place(file)))
    )
    return [part for part in found if isinstance(part, KubeObject)]


def baseline_of(case: Mapping[str, Any]) -> Baseline:
    """The built-in baseline with the case's own, and its boundary; BaselineError when that is none."""
    if "boundary" not in case and "baseline" not in case:
        return built_in()
    boundary = {"boundary": case["boundary"]} if "boundary" in case else {}
    data = json.dumps({**case.get("baseline", {}), **boundary}).encode()
    return load(data, Vocabulary({}), today=date(2026, 1, 1))


def settings_of(one: Control, case: Mapping[str, Any]) -> Settings:
    version = Version(*map(int, case["version"].removeprefix("v").split("."))) if "version" in case else LATEST
    return Settings(pod_security=version, parameters={one.id: case.get("parameters", {})}, baseline=baseline_of(case))
