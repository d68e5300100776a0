"""From text to a syntax tree, with macros taken apart. Bounded in depth, so that no expression exhausts the stack.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax; macros:
https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros and the extensions that Kubernetes switches on.
"""

from hardstand.text.cel.macros import expanded
from hardstand.text.cel.nodes import (
    Binary,
    Call,
    Choice,
    Index,
    ListOf,
    Literal,
    MapOf,
    Name,
    Node,
    Select,
    Unary,
)
from hardstand.text.cel.tokens import Flaw, Token, WrongExpressionError, tokens
from hardstand.text.cel.values import INT_MAX, UINT_MAX, UInt

DEEPEST = 100
"""Levels of nesting, and operators in a row; an expression beyond this belongs into variables."""

LONGEST = 16_384
"""Characters of an expression. Source: the API's own bound on what a policy may say in one expression."""

RESERVED = frozenset(
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    }
)  # fmt: skip
"""Words that no variable can have. Source: the language definition's RESERVED."""

_BINDING = {
    word: strength
    for strength, words in enumerate(("||", "&&", "< <= >= > == != in", "+ -", "* / %"), start=1)
    for word in words.split()
}
"""How strongly each operator binds; all of them to the left."""

_WORDS = {"true": True, "false": False, "null": None}


def parsed(text: str) -> Node:
    """The syntax tree of an expression. WrongExpressionError, with the place, for what is none."""
    if len(text) > LONGEST:
        raise WrongExpressionError(Flaw(0, f"the expression has {len(text)} characters, more than {LONGEST}"))
    return _Parser(list(tokens(text))).whole()


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._peek.kind != "end":
            raise self._unexpected("the end of the expression")
        return node

    @property
    def _peek(self) -> Token:
        return self._words[self._next]

    def _take(self) -> Token:
        word = self._words[self._next]
        self._next += 1
        return word

    def _accept(self, kind: str) -> Token | None:
        return self._take() if self._peek.kind == kind else None

    def _expect(self, kind: str, what: str = "") -> Token:
        if self._peek.kind != kind:
            raise self._unexpected(what or f"`{kind}`")
        return self._take()

    def _unexpected(self, wanted: str) -> WrongExpressionError:
        word = self._peek
        found = "the end of the expression" if word.kind == "end" else f"`{word.text[:40]}`"
        return WrongExpressionError(Flaw(word.at, f"expected {wanted}, found {found}"))

    def _deeper(self, levels: int) -> None:
        self._depth += levels
        if self._depth > DEEPEST:
            message = f"nested or chained more than {DEEPEST} deep; take parts out into `variables`"
            raise WrongExpressionError(Flaw(self._peek.at, message))

    def _expression(self) -> Node:
        self._deeper(1)
        node = self._binary()
        if question := self._accept("?"):
            yes = self._binary()
            self._expect(":")
            node = Choice(question.at, node, yes, self._expression())
        self._depth -= 1
        return node

    def _binary(self, weakest: int = 1) -> Node:
        """Operators that bind at least this strongly."""
        node = self._unary()
        chained = 0
        while (strength := self._strength()) >= weakest:
            word = self._take()
            chained += 1
            self._deeper(1)
            node = Binary(word.at, word.text, node, self._binary(strength + 1))
        self._depth -= chained
        return node

    def _strength(self) -> int:
        """How strongly the next word binds; 0 when it is no operator."""
        word = self._peek
        return _BINDING.get(word.text, 0) if word.kind in (word.text, "name") else 0

    def _unary(self) -> Node:
        signs: list[Token] = []
        while self._peek.kind in ("!", "-") and (not signs or signs[0].kind == self._peek.kind):
            signs.append(self._take())
        self._deeper(len(signs))
        negative = bool(signs) and signs[-1].kind == "-" and self._peek.kind in ("int", "double")
        if negative:
            signs.pop()
        node = self._member(negative=negative)
        for sign in reversed(signs):
            node = Unary(sign.at, sign.kind, node)
        self._depth -= len(signs) + negative
        return node

    def _member(self, *, negative: bool) -> Node:
        node = self._primary(negative=negative)
        chained = 0
        while self._peek.kind in (".", "["):
            chained += 1
            self._deeper(1)
            node = self._selected(node) if self._take().kind == "." else self._indexed(node)
        self._depth -= chained
        return node

    def _selected(self, of: Node) -> Node:
        optional = self._accept("?") is not None
        if word := self._accept("quoted"):
            return Select(word.at, of, str(word.value), optional, quoted=True)
        word = self._expect("name", "the name of a field or function")
        if word.text in _WORDS or word.text == "in":
            message = f"`{word.text}` cannot be selected by a dot; write ['{word.text}']"
            raise WrongExpressionError(Flaw(word.at, message))
        if not optional and self._accept("("):
            return expanded(Call(word.at, of, word.text, self._arguments(")")))
        return Select(word.at, of, word.text, optional)

    def _indexed(self, of: Node) -> Node:
        at = self._words[self._next - 1].at
        optional = self._accept("?") is not None
        key = self._expression()
        self._expect("]")
        return Index(at, of, key, optional)

    def _arguments(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._accept(end):
            if found:
                self._expect(",", f"`,` or `{end}`")
            found.append(self._expression())
        return tuple(found)

    def _primary(self, *, negative: bool) -> Node:
        word = self._take()
        if word.kind == "(":
            node = self._expression()
            self._expect(")")
            return node
        if word.kind == "[":
            return self._list(word)
        if word.kind == "{":
            return self._map(word)
        if word.kind == "." and self._peek.kind == "name":
            word = self._take()
        if word.kind == "name":
            return self._name(word)
        if word.value is not None and word.kind != "quoted":
            return Literal(word.at, _number(word, negative=negative))
        self._next -= 1
        raise self._unexpected("a value")

    def _name(self, word: Token) -> Node:
        if word.text in _WORDS:
            return Literal(word.at, _WORDS[word.text])
        if word.text in RESERVED or word.text == "in":
            raise WrongExpressionError(Flaw(word.at, f"`{word.text}` is a reserved word, not a variable"))
        if self._accept("("):
            return expanded(Call(word.at, None, word.text, self._arguments(")")))
        if self._peek.kind == "{":
            message = f"`{word.text}{{…}}` makes a message, and Kubernetes has no message types for policies"
            raise WrongExpressionError(Flaw(word.at, message))
        return Name(word.at, word.text)

    def _list(self, word: Token) -> Node:
        items: list[tuple[bool, Node]] = []
        while not self._accept("]"):
            if items:
                self._expect(",", "`,` or `]`")
                if self._accept("]"):
                    break
            items.append((self._accept("?") is not None, self._expression()))
        return ListOf(word.at, tuple(items))

    def _map(self, word: Token) -> Node:
        entries: list[tuple[bool, Node, Node]] = []
        while not self._accept("}"):
            if entries:
                self._expect(",", "`,` or `}`")
                if self._accept("}"):
                    break
            optional = self._accept("?") is not None
            key = self._expression()
            self._expect(":")
            entries.append((optional, key, self._expression()))
        return MapOf(word.at, tuple(entries))


def _number(word: Token, *, negative: bool) -> object:
    """The value of a literal; WrongExpressionError for a number that 64 bits do not hold."""
    value = word.value
    if word.kind == "double" and isinstance(value, float):
        return -value if negative else value
    if word.kind not in ("int", "uint") or not isinstance(value, int):
        return value
    if value > (UINT_MAX if word.kind == "uint" else INT_MAX + negative):
        raise WrongExpressionError(Flaw(word.at, f"{word.text[:40]} does not fit into 64 bits"))
    return UInt(value) if word.kind == "uint" else -value if negative else value
