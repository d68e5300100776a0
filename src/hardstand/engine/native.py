"""Controls as expressions for native policy: which names an expression has, and which controls have one at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from hardstand.analysis.hooks import HOOKS
from hardstand.controls.cel import Cel, NotNative
from hardstand.controls.control import Control
from hardstand.controls.given import LATEST, Given
from hardstand.engine.declared import parameters_of
from hardstand.engine.settings import Settings
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.base import AnyObject, Subject
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import Workload
from hardstand.model.component import COMPONENT_CONFIG
from hardstand.model.kind import Kind, Platform, is_file, platform_of
from hardstand.model.path import Path
from hardstand.model.violation import NotApplicableError
from hardstand.text.cel.literals import literal
from hardstand.text.cel.program import Program, program

MINOR = 30
"""The minor version of Kubernetes 1.x whose CEL expressions may use: the first that has ValidatingAdmissionPolicy."""

CUSTOM = "custom"
"""The area of a team's own controls."""

OBJECT = "object"
CONTAINER = "container"
_USUAL: Path = ("spec", "template")

_SHARED: Mapping[str, str] = {
    "kind": "object.kind",
    "ownNamespace": "object.metadata.?namespace.orValue('')",
    "podSpec": "template.spec",
    "podMetadata": "template.?metadata.orValue({})",
    "initContainers": "podSpec.?initContainers.orValue([])",
    "regularContainers": "podSpec.?containers.orValue([])",
    "containers": "initContainers + regularContainers + podSpec.?ephemeralContainers.orValue([])",
    "podSecurity": "podSpec.?securityContext.orValue({})",
    "securityContexts": "[podSecurity] + containers.map(one, one.?securityContext.orValue({}))",
    "volumes": "podSpec.?volumes.orValue([])",
    "windows": "podSpec.?os.?name.orValue('') == 'windows'",
    "ownUsers": "!podSpec.?hostUsers.orValue(true)",
    "ends": (
        "kind in ['Job', 'CronJob'] || (kind == 'Pod' && podSpec.?restartPolicy.orValue('') in ['Never', 'OnFailure'])"
    ),
    "lasting": ("initContainers.filter(one, one.?restartPolicy.orValue('') == 'Always') + regularContainers"),
    "serving": (
        "initContainers.filter(one, one.?restartPolicy.orValue('') == 'Always' && one.?ports.orValue([]).size() > 0)"
        " + regularContainers"
    ),
    "hook": f"{literal(HOOKS)}.exists(key, key in object.metadata.?annotations.orValue({{}}))",
}
"""Names that every expression about pods may use besides `object` and `template`, each in terms of others."""

_OF_ANY = ("kind", "ownNamespace")
"""Those of them that are not about pods."""


def subject_kinds(one: Control) -> frozenset[Kind]:
    """The kinds of Kubernetes that a control is about; none for one that is about every kind."""
    subject = Workload if issubclass(one.subject, Container) else one.subject
    if not issubclass(subject, Subject) or issubclass(subject, AnyObject):
        return frozenset()
    return frozenset(kind for kind in subject.kinds or () if platform_of(kind) is Platform.KUBERNETES)


def is_about_pods(one: Control) -> bool:
    """Tell whether every kind that it is about makes pods."""
    kinds = subject_kinds(one)
    return bool(kinds) and kinds <= frozenset(SHAPES)


def expressed(one: Control) -> Cel | NotNative:
    """The control's expression, or why it has none. Its shape is asked first: nobody has to say what that says."""
    if one.area == CUSTOM and one.cel is None:
        return NotNative.NOT_WRITTEN
    if Platform.KUBERNETES not in one.platforms:
        return NotNative.COMPOSE
    if _is_about_components(one):
        return NotNative.COMPONENTS
    if one.needs_boundary:
        return NotNative.BOUNDARY
    if one.reads:
        return NotNative.NEIGHBOURS
    if isinstance(one.subject, type) and issubclass(one.subject, AnyObject):
        return NotNative.EVERY_KIND
    return one.cel if one.cel is not None else NotNative.NOT_WRITTEN


def _is_about_components(one: Control) -> bool:
    """Whether a control judges what components of the cluster run with, wherever that is told."""
    kinds = one.subject.kinds if issubclass(one.subject, Subject) else None
    return any(is_file(kind) or kind == COMPONENT_CONFIG for kind in kinds or ())


def shared_names(one: Control) -> Mapping[str, str]:
    """The names that the control's expression may use besides its own, each with its expression."""
    if not is_about_pods(one):
        return {name: _SHARED[name] for name in _OF_ANY}
    return {"template": template_of(sorted(subject_kinds(one))), **_SHARED}


def own_names(one: Control, cel: Cel) -> frozenset[str]:
    """The names of a control's own: its parameters, and the values that it works out of them."""
    return frozenset(parameter.name for parameter in one.parameters) | frozenset(cel.values)


def names(one: Control, cel: Cel) -> frozenset[str]:
    """Every name that the control's expression may use."""
    item = {CONTAINER} if issubclass(one.subject, Container) else set[str]()
    return frozenset({OBJECT, *item, *shared_names(one)}) | own_names(one, cel)


def template_of(kinds: Iterable[Kind]) -> str:
    """The expression for what keeps a pod's metadata and spec in these kinds: a Pod itself, else its template."""
    by_path: dict[Path, list[str]] = {}
    for kind in sorted(kinds):
        by_path.setdefault(SHAPES[kind].template, []).append(kind.name)
    usual = max(by_path, key=lambda path: (len(by_path[path]), path == _USUAL))
    choices = [
        f"object.kind {_one_of(sorted(set(found)))} ? {_below(path)}"
        for path, found in sorted(by_path.items())
        if path != usual
    ]
    return " : ".join([*choices, _below(usual)])


def _one_of(names: Sequence[str]) -> str:
    return f"== {literal(names[0])}" if len(names) == 1 else f"in {literal(names)}"


def _below(path: Path) -> str:
    return ".".join([OBJECT, *map(str, path)])


def values_of(one: Control, cel: Cel, settings: Settings) -> Mapping[str, object] | None:
    """What the control's own names stand for by these settings; None while it waits for a parameter to be declared.

    ValueError for parameters that are none of the control's, or of another type.
    """
    given = Given(pod_security=LATEST, declared=parameters_of(one, settings))
    try:
        plain = {parameter.name: _plain(given[parameter]) for parameter in one.parameters}
        return {**plain, **{name: _plain(work(given)) for name, work in cel.values.items()}}
    except NotApplicableError:
        return None


def _plain(value: object) -> object:
    """A parameter's value as CEL has it."""
    if isinstance(value, re.Pattern):
        return f"^(?:{value.pattern})$"
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_plain(one) for one in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return value


def prove(one: Control) -> Program | None:
    """Compile the control's expression; None where it has none.

    WrongExpressionError with every flaw; ValueError where it is no bool, or a name of its own hides a shared one.
    """
    cel = expressed(one)
    if isinstance(cel, NotNative):
        return None
    hidden = own_names(one, cel) & ({OBJECT, CONTAINER} | set(shared_names(one)))
    if hidden:
        raise ValueError(f"{one.id}: expressions have the name {', '.join(sorted(hidden))} already; choose another")
    made = program(cel.expression, version=MINOR, names=names(one, cel))
    if made.kind not in (None, "bool"):
        raise ValueError(
            f"{one.id}: the expression is of the kind {made.kind}, and must be true where the control holds"
        )
    return made
