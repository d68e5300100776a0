"""Other names for the variables of an expression, in its text: what a macro names itself is left alone."""

from collections.abc import Iterator, Mapping

from hardstand.text.cel.nodes import (
    Binary,
    Call,
    Choice,
    Index,
    ListOf,
    Loop,
    MapOf,
    Name,
    Node,
    Select,
    Unary,
    WithValue,
)
from hardstand.text.cel.parser import parsed


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The expression with each variable of `names` written as what it maps to; WrongExpressionError for none at all."""
    places = sorted((one for one in free_names(parsed(text)) if one.name in names), key=lambda one: one.at)
    pieces: list[str] = []
    done = 0
    for one in places:
        pieces += [text[done : one.at], names[one.name]]
        done = one.at + len(one.name)
    return "".join([*pieces, text[done:]])


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Every use of a variable that no macro around it has named."""
    match node:
        case Name(name=name):
            if name not in bound:
                yield node
        case Loop(over=over, variables=variables, condition=condition, body=body):
            yield from free_names(over, bound)
            inner = bound | frozenset(variables)
            for one in (condition, body):
                if one is not None:
                    yield from free_names(one, inner)
        case WithValue(of=of, variable=variable, body=body):
            yield from free_names(of, bound)
            yield from free_names(body, bound | {variable})
        case _:
            for one in _parts(node):
                yield from free_names(one, bound)


def _parts(node: Node) -> Iterator[Node]:
    match node:
        case Select(of=of) | Unary(of=of):
            yield of
        case Index(of=of, key=key):
            yield from (of, key)
        case Call(target=target, arguments=arguments):
            yield from (target, *arguments) if target is not None else arguments
        case Binary(left=left, right=right):
            yield from (left, right)
        case Choice(condition=condition, yes=yes, no=no):
            yield from (condition, yes, no)
        case ListOf(items=items):
            yield from (item for _, item in items)
        case MapOf(entries=entries):
            for _, key, value in entries:
                yield from (key, value)
