"""The language in which Calico selects by labels.

Source: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors: comparisons `==`, `!=`, `in`,
`not in`, `contains`, `starts with`, `ends with`, `has()`, `all()` and `global()`, put together with `!`, `&&`, `||` and
parentheses, of which `!` binds most and `||` least. A comparison that denies holds for what lacks the label, too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

OF_NAMESPACE, OF_ACCOUNT = "pcns.", "pcsa."
"""What stands before the labels that pods have from their namespace and from their service account."""
NAMESPACE = "projectcalico.org/namespace"
ACCOUNT = "projectcalico.org/serviceaccount"
NAME = "projectcalico.org/name"
ORCHESTRATOR = "projectcalico.org/orchestrator"
"""Labels that Calico gives: the first two to pods, the third to namespaces and service accounts, the last to pods."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is asked of one label. Without `values` and `test` it must be there; with either it must fit."""

    key: str
    values: tuple[str, ...] | None = None
    test: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """`all()`."""


@dataclass(frozen=True, slots=True)
class Global:
    """`global()`: what is in no namespace."""


@dataclass(frozen=True, slots=True)
class Negated:
    """What the other does not select."""

    of: "Selector"


@dataclass(frozen=True, slots=True)
class Joined:
    """What all parts select, or any of them."""

    parts: tuple["Selector", ...]
    every: bool


Selector: TypeAlias = Label | Everything | Global | Negated | Joined
Leaf: TypeAlias = Label | Everything | Global


def evaluate(selector: Selector, leaf: Callable[[Leaf], int], everything: int) -> int:
    """The set, as bits, that a selector means; `leaf` tells that of each part that asks one thing."""
    if isinstance(selector, Negated):
        return everything & ~evaluate(selector.of, leaf, everything)
    if not isinstance(selector, Joined):
        return leaf(selector)
    found = everything if selector.every else 0
    for part in selector.parts:
        those = evaluate(part, leaf, everything)
        found = found & those if selector.every else found | those
    return found


def selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Tell whether a selector selects what has these labels and is in a namespace."""

    def leaf(one: Leaf) -> int:
        if isinstance(one, Label):
            return int(one.key in labels and fits(one, labels[one.key]))
        return int(isinstance(one, Everything))

    return evaluate(selector, leaf, 1) == 1


def fits(label: Label, value: str) -> bool:
    """Tell whether a value is one that is asked for."""
    if label.values is not None:
        return value in label.values
    return label.test is None or label.test(value)


def keys(selector: Selector) -> Iterator[str]:
    """The labels that a selector asks for."""
    if isinstance(selector, Label):
        yield selector.key
    elif isinstance(selector, Negated):
        yield from keys(selector.of)
    elif isinstance(selector, Joined):
        for part in selector.parts:
            yield from keys(part)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Selector:
    """What a text says; an empty one selects everything. ValueError with the place where it cannot be understood."""
    reader = _Reader(text)
    if reader.ended():
        return Everything()
    found = reader.either()
    if not reader.ended():
        raise reader.error("`&&`, `||` or the end")
    return found


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<call>(?:all|global)\(\s*\)|has\(\s*(?P<there>[\w./-]+)\s*\))
      | (?P<mark>&&|\|\||==|!=|[!(){},])
      | (?P<quote>["'])(?P<text>.*?)(?P=quote)
      | (?P<word>[\w./-]+)
    )""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_OPERATOR = re.compile(r"\s*(==|!=|contains|starts\s*with|ends\s*with|not\s*in|in)\s*")
_DEEPEST = 50


class _Reader:
    """The text, read from the left."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def ended(self) -> bool:
        return not self._text[self._at :].strip()

    def error(self, expected: str) -> ValueError:
        spaces = len(self._text[self._at :]) - len(self._text[self._at :].lstrip())
        return ValueError(f"at character {self._at + spaces + 1} of `{self._text}` there should be {expected}")

    def _next(self, mark: str) -> bool:
        """Read a mark where it comes next."""
        found = _TOKEN.match(self._text, self._at)
        if found is None or found["mark"] != mark:
            return False
        self._at = found.end()
        return True

    def either(self) -> Selector:
        parts = [self._both()]
        while self._next("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), every=False)

    def _both(self) -> Selector:
        parts = [self._one()]
        while self._next("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), every=True)

    def _one(self) -> Selector:
        negated = False
        while self._next("!"):
            negated = not negated
        found = self._plain()
        return Negated(found) if negated else found

    def _plain(self) -> Selector:
        if self._next("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise self.error(f"no more than {_DEEPEST} parentheses in each other")
            found = self.either()
            if not self._next(")"):
                raise self.error("`)`")
            self._depth -= 1
            return found
        token = _TOKEN.match(self._text, self._at)
        if token is None or not (token["call"] or token["word"]):
            raise self.error("a label, `has(label)`, `all()`, `global()` or `(`")
        self._at = token.end()
        if token["word"]:
            return self._compared(token["word"])
        if token["there"]:
            return Label(token["there"])
        return Everything() if token["call"].startswith("all") else Global()

    def _compared(self, key: str) -> Selector:
        found = _OPERATOR.match(self._text, self._at)
        if found is None:
            raise self.error("`==`, `!=`, `in`, `not in`, `contains`, `starts with` or `ends with`")
        self._at = found.end()
        operator = "".join(found[1].split())
        if operator in ("in", "notin"):
            inside = Label(key, self._values())
            return inside if operator == "in" else Negated(inside)
        value = self._value()
        if operator in ("==", "!="):
            equal = Label(key, (value,))
            return equal if operator == "==" else Negated(equal)
        return Label(key, test=_TESTS[operator](value))

    def _value(self) -> str:
        token = _TOKEN.match(self._text, self._at)
        if token is None or not token["quote"]:
            raise self.error("a text in quotes")
        self._at = token.end()
        return token["text"]

    def _values(self) -> tuple[str, ...]:
        if not self._next("{"):
            raise self.error("`{`")
        found: list[str] = []
        while not self._next("}"):
            found.append(self._value())
            if not self._next(","):
                if self._next("}"):
                    break
                raise self.error("`,` or `}`")
        return tuple(found)


_TESTS: Mapping[str, Callable[[str], Callable[[str], bool]]] = {
    "contains": lambda asked: lambda value: asked in value,
    "startswith": lambda asked: lambda value: value.startswith(asked),
    "endswith": lambda asked: lambda value: value.endswith(asked),
}
