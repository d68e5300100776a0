"""Controls of declared expressions, as controls like any other.

What has no subject here: an expression on `request`, `oldObject` or `authorizer` asks about a request to an API server,
and files come with none. What cannot be evaluated is unknown, as an admission policy would fail.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from hardstand.analysis.secret_traces import holds_secret_object, tells, told_values
from hardstand.baseline.custom import CustomControl, KindPattern, Validation
from hardstand.baseline.expressions import names_of
from hardstand.controls.control import Control, Violations, anywhere
from hardstand.controls.given import Given
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.base import AnyObject
from hardstand.inventory.views.config import Namespace
from hardstand.model.kind import Kind, Platform
from hardstand.model.path import Value
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError, UnknownError, not_in_input
from hardstand.text.cel.access import Lazy
from hardstand.text.cel.program import Program, program
from hardstand.text.cel.values import EvaluationError, kind_of

OF_A_REQUEST = frozenset({"request", "oldObject", "authorizer"})
"""Variables that only a request to an API server gives a value."""

_SHOWN = 60
"""Characters of an expression that a message shows."""

_LONGEST = 5 * 1024
"""Bytes of a computed message; Kubernetes, too, says the declared one instead of a longer one."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A validation, compiled."""

    declared: Validation
    holds: Program
    message: Program | None


_ASKS_STATUS = re.compile(r"\bobject\b(?!\s*\.\s*\??\s*(?!status\b)[A-Za-z_])")
"""`object` followed by anything but another field of it: what is written in a way that is not seen here, such as
`object[name]`, is taken to look at the status, too."""


class _Variables(Lazy):
    """`variables`: each is evaluated when it is first asked for, over what the whole expression sees."""

    def __init__(self, programs: Mapping[str, Program], around: Mapping[str, object]) -> None:
        self._programs = programs
        self._around = around
        self._values: dict[str, object] = {}

    def field(self, name: str) -> tuple[object] | None:
        """The value of a variable; EvaluationError when it has none."""
        if name not in self._values:
            if name not in self._programs:
                return None
            self._values[name] = self._programs[name].run(self._around)
        return (self._values[name],)


class _Expressions:
    """The compiled expressions of one control."""

    def __init__(self, custom: CustomControl) -> None:
        self._names = names_of(has_params=custom.params is not None)
        self._version = custom.kubernetes
        self._params = custom.params
        self._programs: dict[str, Program] = {}
        for one in custom.variables:
            self._programs[one.name] = self._compiled(one.expression)
        every = [self._ready(one) for one in custom.validations]
        self._ready_ones = [one for one in every if not self.roots(one.holds) & OF_A_REQUEST]
        self.asks_status = any(_ASKS_STATUS.search(one) for one in _texts(custom))
        self.asks_namespace = any("namespaceObject" in self.roots(one.holds) for one in self._ready_ones)

    def _compiled(self, text: str) -> Program:
        return program(text, version=self._version, names=self._names, composed=frozenset(self._programs))

    def _ready(self, one: Validation) -> _Ready:
        message = self._compiled(one.message_expression) if one.message_expression else None
        return _Ready(one, self._compiled(one.expression), message)

    def roots(self, of: Program) -> frozenset[str]:
        """The variables that a program uses, also by way of `variables`."""
        return of.roots.union(*(self.roots(self._programs[name]) for name in of.composed))

    def check(self, subject: AnyObject, given: Given) -> Violations:
        """A violation for each expression that does not hold."""
        return self._check(subject, self._namespace(subject, given) if self.asks_namespace else None)

    def check_alone(self, subject: AnyObject) -> Violations:
        """As `check`, for expressions that do not look at the namespace."""
        return self._check(subject, None)

    def _namespace(self, subject: AnyObject, given: Given) -> object:
        """The object's namespace; null for what lies outside of namespaces, as in an admission policy."""
        if subject.namespace is None:
            return None
        found = given.table_anywhere(Namespace, _name_of).under(subject.namespace)
        if not found:
            raise not_in_input("Namespace", subject.namespace)
        return dict(found[0].data)

    def _check(self, subject: AnyObject, namespace: object) -> Violations:
        if not self._ready_ones:
            raise NotApplicableError(Why.NO_SUBJECT)
        around: dict[str, object] = {"object": dict(subject.data), "namespaceObject": namespace, "params": self._params}
        around["variables"] = _Variables(self._programs, around)
        unknown: UnknownError | None = None
        for one in self._ready_ones:
            try:
                held = _evaluated(one.holds, around, "bool")
            except (EvaluationError, RecursionError) as error:
                unknown = unknown or _unknown(one.declared, error)
                continue
            if not held:
                yield subject.violates(_message(one, around, subject.data), *one.declared.field)
        if unknown:
            raise unknown


def _name_of(namespace: Namespace) -> Sequence[Hashable]:
    return (namespace.name,)


def _evaluated(of: Program, around: Mapping[str, object], kind: str) -> object:
    found = of.run(around)
    if kind_of(found) != kind:
        raise EvaluationError(f"the expression must give a {kind}, and gives a {kind_of(found)}")
    return found


def _unknown(of: Validation, error: Exception) -> UnknownError:
    why = str(error) if isinstance(error, EvaluationError) else "it is nested too deeply"
    message = f"`{_short(of.expression)}` cannot be evaluated: {why}"
    return UnknownError(Why.CRASHED, message, f"expression:{of.expression}")


def _short(expression: str) -> str:
    text = " ".join(expression.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _message(one: _Ready, around: Mapping[str, object], data: Mapping[str, Value]) -> str:
    """What to say: the computed message, if it is one line and tells no piece of a secret, else the declared one."""
    declared = one.declared.message or f"does not hold: {_short(one.declared.expression)}"
    seen = [data, *(around[name] for name in ("namespaceObject", "params"))]
    if one.message is None or any(holds_secret_object(cast("Value", each)) for each in seen):
        return declared
    try:
        found = str(_evaluated(one.message, around, "string")).strip()
    except (EvaluationError, RecursionError):
        return declared
    if not found or "\n" in found or len(found.encode("utf-8", "replace")) > _LONGEST:
        return declared
    secrets = (told_values(each) for each in seen if isinstance(each, dict))
    return declared if any(tells(found, some) for some in secrets) else found


def _subject(patterns: Sequence[KindPattern]) -> type[AnyObject]:
    """The class of the subjects that a control is about."""

    class Matched(AnyObject):
        """An object of a kind that the declaration names."""

        @classmethod
        def about(cls, kind: Kind) -> bool:
            """Whether the declaration names this kind."""
            return any(_fits(one, kind) for one in patterns)

    return Matched


def _fits(pattern: KindPattern, kind: Kind) -> bool:
    if pattern.workload:
        return kind in SHAPES
    return pattern.name in ("*", kind.name) and pattern.group in (None, kind.group)


def made(custom: CustomControl) -> Control:
    """The control that a sound declaration describes; its expressions are compiled here."""
    expressions = _Expressions(custom)
    check = expressions.check if expressions.asks_namespace else expressions.check_alone
    fields = ("metadata.labels", "metadata.annotations", "metadata.finalizers", "spec.finalizers", "status.phase")
    return Control(
        id=custom.id,
        area="custom",
        subject=_subject(custom.kinds),
        check=cast("Callable[..., Violations]", check),
        takes_given=expressions.asks_namespace,
        severity=custom.severity,
        confidence=custom.confidence,
        stage=custom.stage,
        maturity=custom.maturity,
        frameworks=custom.frameworks,
        parameters=(),
        reads=(anywhere(Namespace, *fields, needed=False),) if expressions.asks_namespace else (),
        fix=None,
        platforms=(Platform.KUBERNETES,),
        module=__name__,
        page="\n".join(_page(custom)),
        reported=expressions.asks_status,
    )


def _texts(custom: CustomControl) -> Iterator[str]:
    yield from (one.expression for one in custom.variables)
    for each in custom.validations:
        yield each.expression
        yield each.message_expression


def _page(custom: CustomControl) -> Iterator[str]:
    """The page that reports and `explain` show."""
    yield from (custom.summary, "", "Why")
    yield from _indented(custom.why or "The baseline declares it, and does not say why.")
    yield from ("", "Fix")
    yield from _indented(custom.fix or _demand(custom))


def _demand(custom: CustomControl) -> str:
    return "Make hold what the baseline asks for:\n\n" + "\n".join(
        f"    {one.expression}" for one in custom.validations
    )


def _indented(text: str) -> Iterator[str]:
    for line in text.strip().splitlines():
        yield f"    {line}".rstrip()
