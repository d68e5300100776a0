"""The shape of a control: a decorator that describes one function, and registers nothing."""

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hardstand.controls.cel import Cel, NotNative
from hardstand.controls.given import Given
from hardstand.controls.parameter import Parameter
from hardstand.inventory.views.base import Subject, View
from hardstand.model.kind import Platform
from hardstand.model.verdict import Confidence, Maturity, Severity, Stage
from hardstand.model.violation import Violation

V = TypeVar("V", bound=View)

Violations = Iterable[Violation]
"""What a control gives: nothing when it holds."""

Check = Callable[[V, Given], Violations] | Callable[[V], Violations]


@dataclass(frozen=True, slots=True)
class Read:
    """Objects around the subject that a control asks for, and the fields of them that it looks at."""

    view: type[Subject]
    keep: tuple[str, ...]
    anywhere: bool
    needed: bool
    """Without any of them in the input the answer is unknown: they may simply not have been given."""
    counts: Callable[[Any], bool] | None = None
    """Tells of one of them, by the fields `keep` alone, whether the control looks at more of it than this."""


def near(view: type[Subject], *keep: str, needed: bool = True, counts: Callable[[Any], bool] | None = None) -> Read:
    """Objects of `view` in the subject's namespace, of which the fields `keep` are looked at.

    `metadata.name` and `metadata.namespace` are always there. `pod.` stands for the pod template of a workload,
    `data.*` for the keys of `data` without their values. Those for which `counts` says no are to the control as if they
    were not there: it asks that itself, and what comes, changes or goes of them makes nobody judge anew.
    """
    return Read(view, keep, anywhere=False, needed=needed, counts=counts)


def anywhere(view: type[Subject], *keep: str, needed: bool = True) -> Read:
    """Objects of `view` in all namespaces; otherwise as `near`."""
    return Read(view, keep, anywhere=True, needed=needed)


@dataclass(frozen=True, slots=True)
class Repair:
    """The title of the fix that a control's violations carry edits for, and whether it may be applied unseen."""

    title: str
    safe: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that must hold."""

    id: str
    area: str
    subject: type[View]
    check: Callable[..., Violations]
    takes_given: bool
    severity: Severity
    confidence: Confidence
    stage: Stage
    maturity: Maturity
    frameworks: tuple[str, ...]
    parameters: tuple[Parameter[Any], ...]
    reads: tuple[Read, ...]
    fix: Repair | None
    platforms: tuple[Platform, ...]
    module: str
    needs_boundary: bool = False
    """Not applicable until a baseline declares environments that are production, and others that are not."""
    cel: Cel | NotNative | None = None
    """The same for native policy, or why there is none where the shape of the control does not tell."""
    page: str = ""
    """The page of a control that has no module of its own."""
    reported: bool = False
    """It may look at what the server reports of its subject: `status`."""
    when: tuple[str, ...] = ()
    """Fields of pods without a value in any of which there is nothing to look at; see `control`."""
    wide: bool = False
    """It asks about the network as a whole: scans judge it, and what judges single objects as they come does not."""

    @property
    def doc(self) -> str:
        """The control's page: its module's docstring, unless it has brought one."""
        if self.page:
            return self.page
        return inspect.cleandoc(sys.modules[self.module].__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page, without its full stop."""
        return self.doc.partition("\n")[0].rstrip(".")


def control(
    *,
    severity: Severity,
    stage: Stage,
    maturity: Maturity,
    frameworks: Sequence[str] = (),
    confidence: Confidence = Confidence.HIGH,
    parameters: Sequence[Parameter[Any]] = (),
    reads: Sequence[Read] = (),
    fix: Repair | None = None,
    needs_boundary: bool = False,
    platforms: Sequence[Platform] = (Platform.KUBERNETES,),
    cel: Cel | NotNative | None = None,
    reported: bool = False,
    when: Sequence[str] = (),
    wide: bool = False,
) -> Callable[[Check[V]], Control]:
    """Describe the control that the decorated function is.

    The function takes one subject, of the type that its first parameter is annotated with, and, if it wants, a Given;
    it yields a Violation for each place where the control does not hold. The control's id is the file's name when the
    function is called `check`, else the function's. `platforms` are those on which it means the same: the services of
    Compose files are folded to pods, and only a control that names Compose sees them. `cel` is the same control as an
    expression for native policy, or why it has none. `reported`: it looks at the subject's `status`; a watch does not
    judge again for what nobody looks at.

    `when` names fields of pods, such as `pod.spec.hostNetwork`, `pod.spec.volumes[].hostPath` or, of any of the
    containers, `container.securityContext.privileged`. It says two things: that the control holds where none of them
    has a value, and that it reads nothing else before it has found one. Most pods have none, and are not asked.

    `wide`: it asks who may reach whom in all of the network. Any pod that comes may change the answer for any other, so
    it is judged by scans, and neither by the gate nor by a watch.
    """

    def describe(check: Check[V]) -> Control:
        signature = inspect.signature(check)
        subject = next(iter(signature.parameters.values())).annotation
        area, name = ("", *check.__module__.split("."))[-2:]
        return Control(
            id=(name if check.__name__ == "check" else check.__name__).replace("_", "-"),
            area=area or "custom",
            subject=subject,
            check=check,
            takes_given=len(signature.parameters) > 1,
            severity=severity,
            confidence=confidence,
            stage=stage,
            maturity=maturity,
            frameworks=tuple(frameworks),
            parameters=tuple(parameters),
            reads=tuple(reads),
            fix=fix,
            platforms=tuple(platforms),
            module=check.__module__,
            needs_boundary=needs_boundary,
            cel=cel,
            reported=reported,
            when=tuple(when),
            wide=wide,
        )

    return describe
