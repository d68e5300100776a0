"""The expressions of a declared control: variables in their order, and validations.

The names and what each sees are those of ValidatingAdmissionPolicy. Source:
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

import re
from collections.abc import Collection

from hardstand.baseline.custom import Validation, Variable
from hardstand.baseline.fields import Fields
from hardstand.model.path import Path

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_STEP = re.compile(r"""\.?([A-Za-z_$][^.\[\]"']*)|\[(\d{1,9})\]|\[(?:"([^"]*)"|'([^']*)')\]""")
_ONE = ("expression", "message", "messageExpression", "field")
NAMES = frozenset({"object", "oldObject", "request", "namespaceObject", "authorizer", "variables"})
"""What every expression can use; `params` besides where some are declared."""


def names_of(*, has_params: bool) -> frozenset[str]:
    """The variables of expressions."""
    return NAMES | {"params"} if has_params else NAMES


def read_expressions(
    fields: Fields, minor: int, *, has_params: bool
) -> tuple[tuple[Variable, ...], tuple[Validation, ...]]:
    """The variables and validations of a control; what is wrong is told at its place."""
    reader = _Reader(fields, minor, names_of(has_params=has_params))
    variables = tuple(reader.variables())
    return variables, tuple(reader.validations())


class _Reader:
    def __init__(self, fields: Fields, minor: int, names: frozenset[str]) -> None:
        self._fields = fields
        self._minor = minor
        self._names = names
        self._composed: list[str] = []

    def variables(self) -> list[Variable]:
        found = []
        for at, item in enumerate(self._fields.items("variables")):
            one = self._inner(item, ("variables", at), ("name", "expression"), "a variable")
            name, expression = one.text("name"), one.text("expression")
            if name and not _VARIABLE.fullmatch(name):
                one.wrong(f"a variable's name is letters, digits and `_`, found `{name}`", "name")
            elif name in self._composed:
                one.wrong(f"there is a variable `{name}` above", "name")
            self._checked(one, "expression", expression, ())
            self._composed.append(name)
            found.append(Variable(name, expression))
            self._join(one)
        return found

    def validations(self) -> list[Validation]:
        fields = self._fields
        if "validations" not in fields.data:
            if "expression" not in fields.data:
                fields.wrong("a control needs `validations`, or one `expression`")
                return []
            return [self._validation(fields)]
        for key in _ONE:
            if key in fields.data and key != "field":
                fields.wrong(f"`{key}` stands beside `validations`; move it into one of them", key)
        common = self._field(fields)
        found = []
        for at, item in enumerate(fields.items("validations", needed=True)):
            one = self._inner(item, ("validations", at), _ONE, "a validation")
            found.append(self._validation(one, common))
            self._join(one)
        return found

    def _inner(self, item: object, steps: Path, keys: Collection[str], what: str) -> Fields:
        return Fields(item, self._fields.path + steps, self._fields.tell, keys, what)  # type: ignore[arg-type]

    def _join(self, inner: Fields) -> None:
        self._fields.sound = self._fields.sound and inner.sound

    def _validation(self, fields: Fields, common: Path = ()) -> Validation:
        expression = fields.text("expression")
        computed = fields.text("messageExpression", "")
        self._checked(fields, "expression", expression, ("bool",))
        self._checked(fields, "messageExpression", computed, ("string",))
        message = " ".join(fields.text("message", "").split())
        return Validation(expression, message, computed, self._field(fields) or common)

    def _field(self, fields: Fields) -> Path:
        text = fields.text("field", "")
        steps: list[str | int] = []
        at = 0
        while at < len(text):
            found = _STEP.match(text, at)
            if found is None or (found.start() == 0 and text[0] == "."):
                fields.wrong(f"`field` is a path such as spec.containers[0].image, found `{text}`", "field")
                return ()
            at = found.end()
            name, index, *quoted = found.groups()
            steps.append(int(index) if index else name or quoted[0] or quoted[1] or "")
        return tuple(steps)

    def _checked(self, fields: Fields, key: str, text: str, kinds: Collection[str]) -> None:
        """Tell what is wrong with an expression. CEL is loaded here, for the first that there is."""
        from hardstand.text.cel.program import WrongExpressionError, program

        if not text:
            return
        try:
            made = program(text, version=self._minor, names=self._names, composed=frozenset(self._composed))
        except WrongExpressionError as error:
            for flaw in error.flaws:
                fields.wrong(f"{_where(text, flaw.at)}: {flaw.message}", key)
            return
        if kinds and made.kind is not None and made.kind not in kinds:
            fields.wrong(f"`{key}` must give a {' or '.join(kinds)}, and gives a {made.kind}", key)


def _where(text: str, at: int) -> str:
    """The place in an expression, for a person."""
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, column {column} of the expression" if "\n" in text else f"column {column} of the expression"
