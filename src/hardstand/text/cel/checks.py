"""What can be said of an expression without running it: what it names, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from hardstand.text.cel import library
from hardstand.text.cel.kinds import flaw_of_kinds, plain_kind
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
    qualified,
    root,
)
from hardstand.text.cel.overloads import FUNCTIONS
from hardstand.text.cel.scope import OPTIONALS, QUOTED, SORT_BY, TWO_VARIABLES, TYPES, Scope
from hardstand.text.cel.tokens import Flaw

library.load()


@dataclass(slots=True)
class Found:
    """What a check found."""

    roots: set[str] = field(default_factory=set)
    composed: set[str] = field(default_factory=set)
    flaws: list[Flaw] = field(default_factory=list)
    kind: str | None = None


def check(node: Node, scope: Scope, composed: frozenset[str]) -> Found:
    """Everything that can be said of an expression; `composed` are the names below `variables`."""
    kind = plain_kind(node)
    found = Found(kind=None if kind == "dyn" else kind)
    _Check(found, composed).visit(node, scope)
    return found


class _Check:
    def __init__(self, found: Found, composed: frozenset[str]) -> None:
        self._found = found
        self._composed = composed
        self._mixed = 0
        """How many calls stand around that take lists of anything."""

    def visit(self, node: Node, scope: Scope) -> None:
        """Check a node and what is below it."""
        if flaw := flaw_of_kinds(node, scope):
            self._flaw(node, flaw)
        match node:
            case Name():
                self._name(node, scope)
            case Select():
                self._select(node, scope)
            case Call():
                self._call(node, scope)
            case Loop():
                self._loop(node, scope)
            case WithValue():
                self._since(node, OPTIONALS, f"`{'optFlatMap' if node.flat else 'optMap'}`", scope)
                self.visit(node.of, scope)
                self.visit(node.body, scope.within((node.variable,)))
            case _:
                self._syntax(node, scope)
                for child in _children(node):
                    self.visit(child, scope)

    def _flaw(self, node: Node, message: str) -> None:
        self._found.flaws.append(Flaw(node.at, message))

    def _since(self, node: Node, minor: int, what: str, scope: Scope) -> None:
        if scope.version < minor:
            self._flaw(node, f"{what} is there from Kubernetes v1.{minor} on, and v1.{scope.version} is declared")

    def _name(self, node: Name, scope: Scope) -> None:
        if node.name in scope.names:
            self._found.roots.add(node.name)
            if node.name == "variables":
                self._found.composed |= self._composed  # All of them: which one is not to be seen here.
        elif node.name not in TYPES:
            close = get_close_matches(node.name, scope.names, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(sorted(scope.names))}"
            hint = "declare `params` to use it" if node.name == "params" else hint
            self._flaw(node, f"there is no variable `{node.name}`; {hint}")

    def _select(self, node: Select, scope: Scope) -> None:
        if qualified(node) in TYPES and root(node) not in scope.names:
            return
        if node.optional:
            self._since(node, OPTIONALS, "`.?`", scope)
        if node.quoted:
            self._since(node, QUOTED, "a name in backticks", scope)
        if isinstance(node.of, Name) and node.of.name == "variables" and "variables" in scope.names:
            self._found.roots.add("variables")
            self._found.composed.add(node.field)
            if node.field not in self._composed:
                close = get_close_matches(node.field, self._composed, n=1)
                hint = f"did you mean `{close[0]}`?" if close else "a variable can use those above it"
                self._flaw(node, f"there is no `variables.{node.field}` here; {hint}")
            return
        self.visit(node.of, scope)

    def _call(self, node: Call, scope: Scope) -> None:
        key, values = scope.callee(node)
        target = node.target
        if isinstance(target, Name) and target.name not in scope.names and target.name not in TYPES and key[1]:
            if key in FUNCTIONS:
                self._name(target, scope)
            else:
                self._flaw(target, _unknown(f"{target.name}.{key[0]}"))
            return
        self._mixed += node.name == "format"
        for value in values:
            self.visit(value, scope)
        self._mixed -= node.name == "format"
        known = FUNCTIONS.get(key)
        if known is None:
            self._flaw(node, _unknown(key[0], method=key[1]))
            return
        fitting = [one for one in known if len(one.kinds) == len(values)]
        if not fitting:
            counts = sorted({len(one.kinds) - key[1] for one in known})
            wanted = " or ".join(map(str, counts))
            noun = "argument" if counts[-1] == 1 else "arguments"
            self._flaw(node, f"`{key[0]}` takes {wanted} {noun}, not {len(values) - key[1]}")
            return
        self._since(node, min(one.since for one in fitting), f"`{key[0]}`", scope)

    def _loop(self, node: Loop, scope: Scope) -> None:
        if len(node.variables) == 2:
            self._since(node, TWO_VARIABLES, f"`{node.macro}` with two variables", scope)
        elif node.macro == "sortBy":
            self._since(node, SORT_BY, "`sortBy`", scope)
        self.visit(node.over, scope)
        inner = scope.within(node.variables)
        for body in (node.condition, node.body):
            if body is not None:
                before = self._found.roots & set(node.variables)
                self.visit(body, inner)
                # What the macro names hides a variable of the same name: using it is no use of that.
                self._found.roots -= set(node.variables) - before
        if node.macro == "transformMapEntry" and not isinstance(node.body, MapOf):
            self._flaw(node.body, "`transformMapEntry` needs a map such as {key: value} as its last argument")

    def _syntax(self, node: Node, scope: Scope) -> None:
        """Optional items, and lists and maps whose items are plainly of different types."""
        match node:
            case Index(of=Name(name="variables")) if "variables" in scope.names:
                self._flaw(node, "`variables` is not indexed; write variables.name")
            case Index(optional=True):
                self._since(node, OPTIONALS, "`[?`", scope)
            case ListOf(items=items):
                if any(optional for optional, _ in items):
                    self._since(node, OPTIONALS, "`?` in a list", scope)
                self._alike(node, "list", [item for _, item in items])
            case MapOf(entries=entries):
                if any(optional for optional, _, _ in entries):
                    self._since(node, OPTIONALS, "`?` in a map", scope)
                self._alike(node, "map", [key for _, key, _ in entries])
                self._alike(node, "map", [value for _, _, value in entries])

    def _alike(self, node: Node, what: str, items: list[Node]) -> None:
        kinds = {kind for item in items if (kind := plain_kind(item)) is not None}
        if len(kinds) > 1 and not self._mixed:
            shown = " and ".join(sorted(kinds))
            hint = "; dyn(…) around each makes them one" if "dyn" in kinds else ""
            self._flaw(node, f"a {what} holds values of one type, found {shown}{hint}")


def _unknown(name: str, *, method: bool = False) -> str:
    if (name, not method) in FUNCTIONS:
        how = f"{name}(value)" if method else f"value.{name}()"
        return f"`{name}` is not called so; write `{how}`"
    names = {one for one, is_method in FUNCTIONS if is_method == method}
    close = get_close_matches(name, names, n=1)
    what = "method" if method else "function"
    return f"there is no {what} `{name}`" + (f"; did you mean `{close[0]}`?" if close else " in Kubernetes' CEL")


def _children(node: Node) -> Iterator[Node]:
    match node:
        case Index(of=of, key=key):
            yield from (of, key)
        case Unary(of=of):
            yield of
        case Binary(left=left, right=right):
            yield from (left, right)
        case Choice(condition=condition, yes=yes, no=no):
            yield from (condition, yes, no)
        case ListOf(items=items):
            yield from (item for _, item in items)
        case MapOf(entries=entries):
            for _, key, value in entries:
                yield from (key, value)
