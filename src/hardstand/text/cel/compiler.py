"""From a syntax tree to a function of the variables. Each node becomes one closure, so that running costs no dispatch.

Errors follow the language: `&&`, `||`, `all` and `exists` give an answer where one side decides it, whatever the other
side is. Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import singledispatch

from hardstand.text.cel import loops
from hardstand.text.cel.access import field, has_field, index, optional_field, optional_index
from hardstand.text.cel.nodes import (
    Binary,
    Call,
    Choice,
    Index,
    ListOf,
    Literal,
    Loop,
    MapOf,
    Name,
    Node,
    Select,
    Unary,
    WithValue,
    qualified,
    root,
)
from hardstand.text.cel.operators import OPERATORS, invert, negate
from hardstand.text.cel.overloads import FUNCTIONS, bound
from hardstand.text.cel.scope import TYPES, Scope
from hardstand.text.cel.values import NONE, EvaluationError, Optional, kind_of, no_overload

Variables = Mapping[str, object]
Run = Callable[[Variables], object]


@singledispatch
def compiled(node: Node, scope: Scope) -> Run:  # noqa: ARG001 - the nodes below use it
    """The function that evaluates a node, which has been checked before."""
    raise TypeError(f"no node: {node!r}")


@compiled.register
def _(node: Literal, _scope: Scope) -> Run:
    value = node.value
    return lambda _: value


@compiled.register
def _(node: Name, scope: Scope) -> Run:
    name = node.name
    if name in TYPES and name not in scope.names:
        value = TYPES[name]
        return lambda _: value

    def run(variables: Variables) -> object:
        try:
            return variables[name]
        except KeyError:
            raise EvaluationError(f"`{name}` is not there") from None

    return run


@compiled.register
def _(node: Select, scope: Scope) -> Run:
    name = qualified(node)
    if name is not None and name in TYPES and root(node) not in scope.names:
        value = TYPES[name]
        return lambda _: value
    of, step = compiled(node.of, scope), node.field
    if node.test:
        return lambda variables: has_field(of(variables), step)
    if node.optional:
        return lambda variables: optional_field(of(variables), step)
    return lambda variables: field(of(variables), step)


@compiled.register
def _(node: Index, scope: Scope) -> Run:
    of, key = compiled(node.of, scope), compiled(node.key, scope)
    if node.optional:
        return lambda variables: optional_index(of(variables), key(variables))
    return lambda variables: index(of(variables), key(variables))


@compiled.register
def _(node: Call, scope: Scope) -> Run:
    key, values = scope.callee(node)
    runs = [compiled(one, scope) for one in values]
    if key in (("or", True), ("orValue", True)) and len(runs) == 2:
        return _alternative(runs[0], runs[1], flat=node.name == "or")
    call = bound(key, len(runs), scope.version)
    if len(runs) == 1:
        only = runs[0]
        return lambda variables: call(only(variables))
    if len(runs) == 2:
        one, other = runs
        return lambda variables: call(one(variables), other(variables))
    return lambda variables: call(*[run(variables) for run in runs])


def _alternative(of: Run, other: Run, *, flat: bool) -> Run:
    """`of.or(other)` and `of.orValue(other)`: the other is looked at only when it is needed."""

    def run(variables: Variables) -> object:
        found = of(variables)
        if not isinstance(found, Optional):
            raise no_overload("or()" if flat else "orValue()", found)
        if found.exists:
            return found if flat else found.value
        return other(variables)

    return run


@compiled.register
def _(node: Unary, scope: Scope) -> Run:
    of = compiled(node.of, scope)
    apply = invert if node.operator == "!" else negate
    return lambda variables: apply(of(variables))


@compiled.register
def _(node: Binary, scope: Scope) -> Run:
    left, right = compiled(node.left, scope), compiled(node.right, scope)
    if node.operator in ("&&", "||"):
        return _logical(node.operator, left, right)
    apply = OPERATORS[node.operator]
    return lambda variables: apply(left(variables), right(variables))


def _logical(operator: str, left: Run, right: Run) -> Run:
    decisive = operator == "||"

    def run(variables: Variables) -> object:
        error: EvaluationError | None = None
        one: object = None
        try:
            one = left(variables)
        except EvaluationError as raised:
            error = raised
        if one is decisive:
            return decisive
        other = right(variables) if error is None else _or_raise(right, variables, error)
        if other is decisive:
            return decisive
        if error is not None:
            raise error
        if one is (not decisive) and other is (not decisive):
            return not decisive
        raise no_overload(f"`{operator}`", one, other)

    return run


def _or_raise(right: Run, variables: Variables, error: EvaluationError) -> object:
    try:
        return right(variables)
    except EvaluationError:
        raise error from None


@compiled.register
def _(node: Choice, scope: Scope) -> Run:
    condition, yes, no = (compiled(one, scope) for one in (node.condition, node.yes, node.no))

    def run(variables: Variables) -> object:
        found = condition(variables)
        if found is True:
            return yes(variables)
        if found is False:
            return no(variables)
        raise no_overload("`?:`", found)

    return run


@compiled.register
def _(node: ListOf, scope: Scope) -> Run:
    items = [(optional, compiled(item, scope)) for optional, item in node.items]
    if not any(optional for optional, _ in items):
        runs = [run for _, run in items]
        return lambda variables: [run(variables) for run in runs]

    def run(variables: Variables) -> object:
        return list(_present((optional, item(variables)) for optional, item in items))

    return run


def _present(items: Iterator[tuple[bool, object]]) -> Iterator[object]:
    for optional, value in items:
        if not optional:
            yield value
        elif not isinstance(value, Optional):
            raise no_overload("`?` in a list", value)
        elif value.exists:
            yield value.value


@compiled.register
def _(node: MapOf, scope: Scope) -> Run:
    entries = [(optional, compiled(key, scope), compiled(value, scope)) for optional, key, value in node.entries]

    def run(variables: Variables) -> object:
        made: dict[object, object] = {}
        for optional, key_of, value_of in entries:
            for value in _present(iter([(optional, value_of(variables))])):
                key = key_of(variables)
                if kind_of(key) not in ("string", "int", "uint", "bool"):
                    raise EvaluationError(f"unsupported key type: {kind_of(key)}")
                made[key] = value
        return made

    return run


@compiled.register
def _(node: Loop, scope: Scope) -> Run:
    over, inner = compiled(node.over, scope), scope.within(node.variables)
    body = compiled(node.body, inner)
    condition = compiled(node.condition, inner) if node.condition is not None else None
    return loops.LOOPS[node.macro](over, node.variables, condition, body)


@compiled.register
def _(node: WithValue, scope: Scope) -> Run:
    of, name, flat = compiled(node.of, scope), node.variable, node.flat
    body = compiled(node.body, scope.within((name,)))

    def run(variables: Variables) -> object:
        found = of(variables)
        if not isinstance(found, Optional):
            raise no_overload("optFlatMap()" if flat else "optMap()", found)
        if not found.exists:
            return NONE
        made = body({**variables, name: found.value})
        return made if flat else Optional(made, exists=True)

    return run


__all__ = ["FUNCTIONS", "Run", "Variables", "compiled"]
