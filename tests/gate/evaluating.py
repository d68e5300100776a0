"""An exported policy, evaluated here as an API server does."""

from collections.abc import Mapping
from typing import Any

from hardstand.gate.export.interface import Policy
from hardstand.text.cel.access import Lazy
from hardstand.text.cel.program import Program, program

NAMES = frozenset({"object", "oldObject", "request", "namespaceObject", "authorizer", "variables"})
MINOR = 30


class _Variables(Lazy):
    def __init__(self, expressions: Mapping[str, str], around: Mapping[str, object]) -> None:
        self._expressions = expressions
        self._around = around
        self._values: dict[str, object] = {}

    def field(self, name: str) -> tuple[object] | None:
        if name not in self._expressions:
            return None
        if name not in self._values:
            names = list(self._expressions)
            before = frozenset(names[: names.index(name)])
            self._values[name] = compiled(self._expressions[name], before).run(self._around)
        return (self._values[name],)


def compiled(expression: str, composed: frozenset[str]) -> Program:
    """Compiled with nothing but the variables that stand before, as the API server asks for."""
    return program(expression, version=MINOR, names=NAMES, composed=composed)


class Answer:
    """What a policy says of a request; each part is evaluated when it is asked for."""

    def __init__(
        self,
        policy: Policy,
        new: Any,
        *,
        old: Any = None,
        user: str = "jane",
        subresource: str = "",
    ) -> None:
        self._policy = policy
        request = {
            "operation": "CREATE" if old is None else "UPDATE",
            "userInfo": {"username": user},
            "subResource": subresource,
        }
        self._around: dict[str, object] = {"object": new, "oldObject": old, "request": request}
        self._around["variables"] = _Variables({one.name: one.expression for one in policy.variables}, self._around)

    def _run(self, expression: str) -> Any:
        names = frozenset(one.name for one in self._policy.variables)
        return compiled(expression, names).run(self._around)

    @property
    def judged(self) -> bool:
        return all(self._run(one.expression) is True for one in self._policy.conditions)

    @property
    def admitted(self) -> bool:
        if not self.judged:
            return True
        found = self._run(self._policy.expression)
        assert isinstance(found, bool), found
        return found

    @property
    def message(self) -> str:
        found = self._run(self._policy.message_expression)
        assert isinstance(found, str), found
        return found

    @property
    def audit(self) -> dict[str, str]:
        found = {one.name: self._run(one.expression) for one in self._policy.audit}
        return {name: value for name, value in found.items() if value != ""}


def without_nulls(value: Any) -> Any:
    """As an API server has it: what is null is not there, and in a list of structures it is an empty one."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [{} if one is None else without_nulls(one) for one in value]
    return value
