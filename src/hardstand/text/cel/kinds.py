"""What the text alone says about the types of values.

Kubernetes checks types before it runs an expression, as far as they are known: objects and params have none. Here, a
type counts as known where a literal, an operator or a macro shows it; the rest is found out in running.
"""

from hardstand.text.cel.library import regex
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
)
from hardstand.text.cel.operators import invert, negate
from hardstand.text.cel.overloads import FUNCTIONS, bound
from hardstand.text.cel.scope import Scope
from hardstand.text.cel.values import NUMBERS, ORDERED, EvaluationError, kind_of

_BOOLEAN = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"})
_LISTS = frozenset({"map", "filter", "sortBy", "transformList"})
_UNTYPED = frozenset({"object", "oldObject", "params"})
_FOLDED = frozenset(
    {"int", "uint", "double", "string", "bool", "timestamp", "duration", "matches", "find", "findAll", "format"}
)
"""Functions that Kubernetes works out before it runs anything, where all that they are given is written out."""

_RESULTS = {
    **dict.fromkeys(("size", "indexOf", "lastIndexOf", "int", "compareTo", "getSeconds", "prefixLength"), "int"),
    **dict.fromkeys(("string", "substring", "replace", "lowerAscii", "upperAscii", "trim", "join", "find"), "string"),
    **dict.fromkeys(("charAt", "format", "getHost", "getHostname", "getScheme", "getPort"), "string"),
    **dict.fromkeys(("contains", "startsWith", "endsWith", "matches", "isSorted", "hasValue", "bool"), "bool"),
    **dict.fromkeys(("isQuantity", "isURL", "isIP", "isCIDR", "isSemver", "isGreaterThan", "isLessThan"), "bool"),
    **dict.fromkeys(("split", "findAll"), "list"),
    **{
        name: name for name in ("double", "uint", "bytes", "timestamp", "duration", "quantity", "semver", "url", "cidr")
    },
}
"""What functions give whose name alone tells it, whatever they are given."""

_SUMS = frozenset({("timestamp", "duration"), ("duration", "timestamp")})
_DIFFERENCES = frozenset({("timestamp", "duration")})
_ADDED = NUMBERS | {"string", "bytes", "list", "duration"}
_SUBTRACTED = NUMBERS | {"timestamp", "duration"}


def plain_kind(node: Node) -> str | None:
    """The kind of a node's value where the text tells; `dyn` for what has no type, None for what is not known here."""
    match node:
        case Literal():
            return kind_of(node.value)
        case ListOf() | MapOf():
            return "list" if isinstance(node, ListOf) else "map"
        case Select(of=of, test=test):
            return "bool" if test else "dyn" if _untyped(of) else None
        case Index(of=of):
            return "dyn" if _untyped(of) else None
        case Call(target=target, name=name):
            return "dyn" if target is None and name == "dyn" else _RESULTS.get(name)
    return _kind_of_operation(node)


def _kind_of_operation(node: Node) -> str | None:
    match node:
        case Unary(operator=operator, of=of):
            return "bool" if operator == "!" else plain_kind(of)
        case Binary(operator=operator) if operator in _BOOLEAN:
            return "bool"
        case Loop(macro=macro):
            return "list" if macro in _LISTS else "map" if macro.startswith("transform") else "bool"
        case Choice(yes=yes, no=no):
            return plain_kind(yes) if plain_kind(yes) == plain_kind(no) else None
    return None


def _untyped(node: Node) -> bool:
    while isinstance(node, Select | Index):
        node = node.of
    return isinstance(node, Name) and node.name in _UNTYPED


def flaw_of_kinds(node: Node, scope: Scope) -> str | None:
    """What is wrong with a node whose values' types the text tells; None when nothing is, as far as it tells."""
    match node:
        case Binary(operator="==" | "!=" as operator, left=left, right=right):
            one, other = plain_kind(left), plain_kind(right)
            return None if {one, other} & {None, "dyn", "null"} or one == other else _no_overload(operator, one, other)
        case Binary(operator=operator, left=left, right=right) if operator not in ("&&", "||", "in"):
            one, other = plain_kind(left), plain_kind(right)
            if one is None or other is None or "dyn" in (one, other) or _taken(operator, one, other):
                return None
            return _no_overload(operator, one, other)
        case Choice(yes=yes, no=no):
            kinds = plain_kind(yes), plain_kind(no)
            if kinds[0] != kinds[1] and not {None, "dyn", "null"} & set(kinds):
                return f"both results of `?:` must be of one type, found {kinds[0]} and {kinds[1]}"
        case Unary(operator=operator, of=Literal(value=one)):
            return _overload_flaw(invert if operator == "!" else negate, one)
        case Select(of=Literal(value=value)):
            return f"{kind_of(value)} has no fields"
        case Call():
            return _call_flaw(node, scope)
    return None


def _no_overload(operator: str, one: str | None, other: str | None) -> str:
    return f"no such overload: `{operator}` of {one}, {other}"


def _taken(operator: str, one: str, other: str) -> bool:
    """Whether an operator takes values of these kinds."""
    same = one == other
    match operator:
        case "+":
            return (same and one in _ADDED) or (one, other) in _SUMS
        case "-":
            return (same and one in _SUBTRACTED) or (one, other) in _DIFFERENCES
        case "*" | "/":
            return same and one in NUMBERS
        case "%":
            return same and one in ("int", "uint")
    return (same and one in ORDERED) or {one, other} <= NUMBERS


def _overload_flaw(run: object, *values: object) -> str | None:
    """The flaw of running something with these values, if it takes no such values."""
    try:
        run(*values)  # type: ignore[operator]
    except EvaluationError as error:
        return str(error) if str(error).startswith("no such overload") else None
    return None


def _call_flaw(node: Call, scope: Scope) -> str | None:
    key, arguments = scope.callee(node)
    fitting = [one for one in FUNCTIONS.get(key, ()) if len(one.kinds) == len(arguments) and one.since <= scope.version]
    if not fitting:
        return None
    if node.name in regex.NAMES and (absent := regex.absent()):
        return absent
    if node.name in regex.NAMES and len(arguments) > 1 and isinstance(arguments[1], Literal):
        subject: object = arguments[0].value if isinstance(arguments[0], Literal) else ""
        return _failure(bound(key, 2, scope.version), subject, arguments[1].value)
    values = [_written_out(one) for one in arguments]
    if any(value is None for value in values) or not values:
        return None
    constants = [value[0] for value in values if value is not None]
    failure = _failure(bound(key, len(constants), scope.version), *constants)
    folded = node.name in _FOLDED or (failure or "").startswith("no such overload")
    return failure if folded else None


def _written_out(node: Node) -> tuple[object] | None:
    """The value of a literal, or of a list of literals, in a tuple."""
    if isinstance(node, Literal):
        return (node.value,)
    if isinstance(node, ListOf) and all(isinstance(item, Literal) for _, item in node.items):
        return ([item.value for _, item in node.items if isinstance(item, Literal)],)
    return None


def _failure(run: object, *values: object) -> str | None:
    try:
        run(*values)  # type: ignore[operator]
    except EvaluationError as error:
        return str(error)
    return None
