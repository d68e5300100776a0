"""Calls that are no functions: what they say of one item is worked out item by item.

Sources: https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros, and for two variables, sorting and
optionals https://pkg.go.dev/github.com/google/cel-go/ext and https://pkg.go.dev/github.com/google/cel-go/cel#OptionalTypes.
"""

from collections.abc import Mapping

from hardstand.text.cel.nodes import Call, Loop, Name, Node, Select, WithValue
from hardstand.text.cel.tokens import Flaw, WrongExpressionError

_SHAPES: Mapping[tuple[str, int], tuple[int, bool]] = {
    ("all", 2): (1, False),
    ("all", 3): (2, False),
    ("exists", 2): (1, False),
    ("exists", 3): (2, False),
    ("exists_one", 2): (1, False),
    ("exists_one", 3): (2, False),
    ("existsOne", 2): (1, False),
    ("existsOne", 3): (2, False),
    ("map", 2): (1, False),
    ("map", 3): (1, True),
    ("filter", 2): (1, False),
    ("transformList", 3): (2, False),
    ("transformList", 4): (2, True),
    ("transformMap", 3): (2, False),
    ("transformMap", 4): (2, True),
    ("transformMapEntry", 3): (2, False),
    ("transformMapEntry", 4): (2, True),
    ("sortBy", 2): (1, False),
}
"""By name and number of arguments: how many variables there are, and whether a condition comes before the body."""

MACROS = frozenset({name for name, _ in _SHAPES} | {"has", "optMap", "optFlatMap"})


def expanded(call: Call) -> Node:
    """The node that a call stands for, which is the call itself unless it is a macro."""
    if call.target is None:
        return _presence(call) if call.name == "has" and len(call.arguments) == 1 else call
    if call.name in ("optMap", "optFlatMap") and len(call.arguments) == 2:
        variable = _variable(call, call.arguments[0])
        return WithValue(call.at, call.target, variable, call.arguments[1], call.name == "optFlatMap")
    shape = _SHAPES.get((call.name, len(call.arguments)))
    if shape is None:
        return call
    count, conditional = shape
    variables = tuple(_variable(call, one) for one in call.arguments[:count])
    if len(set(variables)) < count:
        raise WrongExpressionError(Flaw(call.at, f"the two variables of `{call.name}` must have different names"))
    condition = call.arguments[count] if conditional else None
    return Loop(call.at, call.name, call.target, variables, condition, call.arguments[-1])


def _presence(call: Call) -> Node:
    one = call.arguments[0]
    if not isinstance(one, Select) or one.test:
        raise WrongExpressionError(Flaw(call.at, "has() takes a field, such as has(object.spec.replicas)"))
    return Select(one.at, one.of, one.field, one.optional, test=True, quoted=one.quoted)


def _variable(call: Call, node: Node) -> str:
    if not isinstance(node, Name):
        raise WrongExpressionError(Flaw(node.at, f"the first argument of `{call.name}` must be a plain name"))
    return node.name
