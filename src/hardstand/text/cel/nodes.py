"""The syntax tree of an expression. `at` is where a node's own word stands, in characters from the start."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    at: int
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or the first word of a longer name."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """`of.field`; `optional` is `of.?field`, `test` is `has(of.field)`."""

    at: int
    of: "Node"
    field: str
    optional: bool = False
    test: bool = False
    quoted: bool = False
    """The field is written in backticks."""


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`; `optional` is `of[?key]`."""

    at: int
    of: "Node"
    key: "Node"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)` or `target.name(arguments)`."""

    at: int
    target: "Node | None"
    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of` or `-of`."""

    at: int
    operator: str
    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    at: int
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    at: int
    condition: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, ?b]`; each item with whether it is left out when it is an optional without a value."""

    at: int
    items: "tuple[tuple[bool, Node], ...]"


@dataclass(frozen=True, slots=True)
class MapOf:
    """`{k: v, ?l: w}`."""

    at: int
    entries: "tuple[tuple[bool, Node, Node], ...]"


@dataclass(frozen=True, slots=True)
class Loop:
    """A macro over a list or map: `over.macro(variables…, [condition,] body)`."""

    at: int
    macro: str
    over: "Node"
    variables: tuple[str, ...]
    condition: "Node | None"
    body: "Node"


@dataclass(frozen=True, slots=True)
class WithValue:
    """`of.optMap(variable, body)`; `flat` is `optFlatMap`, whose body gives an optional itself."""

    at: int
    of: "Node"
    variable: str
    body: "Node"
    flat: bool


Node: TypeAlias = Literal | Name | Select | Index | Call | Unary | Binary | Choice | ListOf | MapOf | Loop | WithValue


def qualified(node: Node) -> str | None:
    """The dotted name that a chain of plain selections spells, `google.protobuf.Timestamp`; None for anything else."""
    words: list[str] = []
    while isinstance(node, Select) and not node.optional and not node.test:
        words.append(node.field)
        node = node.of
    return ".".join([node.name, *reversed(words)]) if isinstance(node, Name) else None


def root(node: Node) -> str | None:
    """The first word of a chain of plain selections."""
    name = qualified(node)
    return name.partition(".")[0] if name else None
