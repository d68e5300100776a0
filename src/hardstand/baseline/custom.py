"""Controls that a team declares itself: expressions in the baseline, and Python files in a folder that it names."""

from dataclasses import dataclass, field

from hardstand.model.path import Path, Value
from hardstand.model.verdict import Confidence, Maturity, Severity, Stage


@dataclass(frozen=True, slots=True)
class KindPattern:
    """Kinds that a control is about: of one API group or of any; `workload` is every kind that makes pods."""

    group: str | None
    name: str
    workload: bool = False

    def __str__(self) -> str:
        return self.name if self.group is None else f"{self.group or 'core'}/{self.name}"


@dataclass(frozen=True, slots=True)
class Variable:
    """An expression with a name, which those below it use as `variables.NAME`."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Validation:
    """An expression that holds where all is well."""

    expression: str
    message: str
    """What to say where it does not hold; empty when nothing is declared."""
    message_expression: str
    """An expression that gives the message; empty for none. The message above is said where it has no value."""
    field: Path
    """The field that a finding is about, from the object's root."""


@dataclass(frozen=True, slots=True)
class CustomControl:
    """A control of expressions, as declared and found sound."""

    id: str
    summary: str
    severity: Severity
    confidence: Confidence
    stage: Stage
    maturity: Maturity
    kinds: tuple[KindPattern, ...]
    kubernetes: int
    """The minor version of Kubernetes 1.x whose functions the expressions may use."""
    variables: tuple[Variable, ...]
    validations: tuple[Validation, ...]
    why: str
    fix: str
    frameworks: tuple[str, ...]
    params: dict[str, Value] | None
    accepts: tuple[Value, ...]
    rejects: tuple[Value, ...]
    path: Path
    """Where in the baseline it stands."""


@dataclass(frozen=True, slots=True)
class Code:
    """Python files of controls and their case files, as bytes: they may come from a working tree or from git."""

    folder: str
    files: tuple[tuple[str, bytes], ...]
    """The files' names below the folder, and what they hold."""

    @property
    def modules(self) -> tuple[tuple[str, bytes], ...]:
        """The files that hold controls, in the order of their names."""
        found = sorted(self.files)
        return tuple((name, data) for name, data in found if name.endswith(".py") and not name.startswith("_"))


@dataclass(frozen=True, slots=True)
class Customs:
    """All that a baseline adds to the catalog."""

    controls: tuple[CustomControl, ...] = field(default=())
    code: Code | None = None

    def __bool__(self) -> bool:
        return bool(self.controls or self.code)
