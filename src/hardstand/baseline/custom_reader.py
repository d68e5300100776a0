"""From a decoded mapping to a control of expressions. Every fault is told with its place; nothing is raised."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hardstand.baseline.custom import CustomControl, KindPattern
from hardstand.baseline.expressions import read_expressions
from hardstand.baseline.fields import Fields, Tell
from hardstand.model.path import Path, Value, called
from hardstand.model.verdict import Confidence, Maturity, Severity, Stage

FIRST = 26
"""The minor version of Kubernetes 1.x that brought ValidatingAdmissionPolicy.

Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

LONGEST_SUMMARY = 100
"""Characters of a summary that still fit where lists of controls show it."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KIND = re.compile(r"(?:(\*|core|(?!v[0-9])[a-z0-9]+(?:[-.][a-z0-9]+)*)/)?(\*|[A-Z][A-Za-z0-9]*)")
_VERSION = re.compile(r"v?1\.(\d{1,3})", re.ASCII)
_KEYS = (
    "id", "summary", "severity", "confidence", "stage", "maturity", "match", "kubernetes", "variables", "validations",
    "expression", "message", "messageExpression", "field", "why", "fix", "frameworks", "params", "tests",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The words that a declaration is held against."""

    ids: frozenset[str]
    """Ids of controls that there are already."""
    frameworks: Collection[str]
    """Full ids of requirements."""
    newest: int
    """The newest minor version of Kubernetes 1.x that is known."""


def custom_control(value: Value, path: Path, tell: Tell, known: Known) -> CustomControl | None:
    """The control that the mapping at `path` declares; None when something is wrong with it, which `tell` is told."""
    fields = Fields(value, path, tell, _KEYS, "a control")
    if not isinstance(value, dict):
        return None
    minor = _kubernetes(fields, known.newest)
    params = fields.mapping("params")
    variables, validations = read_expressions(fields, minor, has_params=params is not None)
    accepts, rejects = _tests(fields, tell)
    made = CustomControl(
        id=_id(fields, known.ids),
        summary=_summary(fields),
        severity=Severity.named(fields.choice("severity", [one.word for one in Severity])),
        confidence=Confidence(fields.choice("confidence", [*Confidence], Confidence.HIGH)),
        stage=Stage(fields.choice("stage", [*Stage], Stage.WEEK_1)),
        maturity=Maturity(fields.choice("maturity", [*Maturity], Maturity.MINIMUM)),
        kinds=_kinds(fields, tell),
        kubernetes=minor,
        variables=variables,
        validations=validations,
        why=fields.text("why", ""),
        fix=fields.text("fix", ""),
        frameworks=_frameworks(fields, known.frameworks),
        params=params,
        accepts=accepts,
        rejects=rejects,
        path=path,
    )
    return made if fields.sound else None


def _id(fields: Fields, taken: frozenset[str]) -> str:
    found = fields.text("id")
    if found and not _ID.fullmatch(found):
        fields.wrong(f"an id is lower-case words with dashes that name the bad thing, found `{found}`", "id")
    elif found in taken:
        fields.wrong(f"there is a control `{found}` already; give this one another id", "id")
    return found


def _summary(fields: Fields) -> str:
    found = " ".join(fields.text("summary").split())
    if len(found) > LONGEST_SUMMARY:
        fields.wrong(f"the summary has {len(found)} characters, more than {LONGEST_SUMMARY}", "summary")
    return found if found.endswith(".") else f"{found}."


def _kubernetes(fields: Fields, newest: int) -> int:
    found = fields.text("kubernetes", f"v1.{newest}")
    version = _VERSION.fullmatch(found)
    if version and FIRST <= int(version[1]) <= newest:
        return int(version[1])
    fields.wrong(f"`kubernetes` is a version from v1.{FIRST} to v1.{newest}, found `{found}`", "kubernetes")
    return newest


def _kinds(fields: Fields, tell: Tell) -> tuple[KindPattern, ...]:
    match = fields.mapping("match", needed=True)
    if match is None:
        return ()
    inner = Fields(match, (*fields.path, "match"), tell, ("kinds",), "`match`")
    words = inner.texts("kinds", needed=True)
    found = [_kind(inner, at, word) for at, word in enumerate(words)]
    fields.sound = fields.sound and inner.sound
    return tuple(one for one in found if one)


def _kind(fields: Fields, at: int, word: str) -> KindPattern | None:
    found = _KIND.fullmatch(word)
    if found is None:
        versioned = re.search(r"(^|/)v\d", word)
        hint = "leave out the version" if versioned else "write Deployment, apps/Deployment, core/Pod, Workload or *"
        fields.wrong(f"`{word}` is no kind; {hint}", "kinds", at)
        return None
    group = None if found[1] in (None, "*") else "" if found[1] == "core" else found[1]
    return KindPattern(group, found[2], workload=word == "Workload")


def _frameworks(fields: Fields, known: Collection[str]) -> tuple[str, ...]:
    words = fields.texts("frameworks")
    for at, word in enumerate(words):
        if word not in known:
            hint = "`hardstand explain FRAMEWORK` lists the requirements of each"
            fields.wrong(f"there is no framework requirement `{word}`; {hint}", "frameworks", at)
    return tuple(words)


def _tests(fields: Fields, tell: Tell) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    tests = fields.mapping("tests", needed=True)
    if tests is None:
        return (), ()
    inner = Fields(tests, (*fields.path, "tests"), tell, ("accepts", "rejects"), "`tests`")
    accepts, rejects = (tuple(_objects(inner, key)) for key in ("accepts", "rejects"))
    fields.sound = fields.sound and inner.sound
    return accepts, rejects


def _objects(fields: Fields, key: str) -> Iterator[Value]:
    for at, item in enumerate(fields.items(key, needed=True)):
        if not isinstance(item, dict):
            fields.wrong(f"`{key}` holds manifests, found {called(item)}", key, at)
        elif not (isinstance(item.get("apiVersion"), str) and isinstance(item.get("kind"), str)):
            fields.wrong(f"a manifest under `{key}` needs apiVersion and kind", key, at)
        else:
            yield item
