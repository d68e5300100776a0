"""Words of an expression. The lexical rules: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an expression, and where: characters from its start."""

    at: int
    message: str


class WrongExpressionError(Exception):
    """An expression that is not one, or not one of the declared version; `flaws` says all that is known."""

    def __init__(self, *flaws: Flaw) -> None:
        self.flaws = flaws
        super().__init__("; ".join(flaw.message for flaw in flaws))


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `kind` is `name`, `quoted`, `int`, `uint`, `double`, `string`, `bytes`, `end`, or the sign itself."""

    kind: str
    text: str
    at: int
    value: object = None


_STRING = (
    r"(?P<raw>[rR])?(?:"
    r'"""(?P<s1>(?:\\.|[^\\])*?)"""|\'\'\'(?P<s2>(?:\\.|[^\\])*?)\'\'\'|'
    r'"(?P<s3>(?:\\[^\r\n]|[^"\\\r\n])*)"|\'(?P<s4>(?:\\[^\r\n]|[^\'\\\r\n])*)\')'
)
_RAW = (
    r"[rR](?:"
    r'"""(?P<r1>.*?)"""|\'\'\'(?P<r2>.*?)\'\'\'|"(?P<r3>[^"\r\n]*)"|\'(?P<r4>[^\'\r\n]*)\')'
)
_TOKEN = re.compile(
    rf"(?P<space>(?:[\t \r\n\f]+|//[^\n]*)+)"
    rf"|(?P<bytes>[bB])?(?:(?P<rawstring>{_RAW})|(?P<string>{_STRING}))"
    r"|(?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<number>0x[0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU])?"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|`(?P<quoted>[A-Za-z0-9_./ -]+)`"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-<>\[\]{}().,!?:+*/%])",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:(?P<plain>[abfnrtv\"'\\?`])|[xX](?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|(?P<o>[0-3][0-7]{2})|(?P<wrong>.?))",
    re.DOTALL,
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def tokens(text: str) -> Iterator[Token]:
    """The words of an expression, the last of kind `end`. WrongExpressionError for what is no word."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise WrongExpressionError(Flaw(at, _no_word(text[at])))
        if not found["space"]:
            yield _token(found, at)
        at = found.end()
    yield Token("end", "", len(text))


def _no_word(mark: str) -> str:
    if mark in "\"'":
        return "this string is not ended"
    if mark == "`":
        return "between backticks stands the name of a field: letters, digits, and _ . - / and spaces"
    if mark in "=&|":
        return f"`{mark}` is no operator; CEL has == != && ||"
    return f"{mark!r} is no part of an expression"


def _token(found: re.Match[str], at: int) -> Token:
    text = found[0]
    if found["string"] or found["rawstring"]:
        return _string(found, at)
    if found["double"]:
        return Token("double", text, at, float(text))
    if found["number"]:
        return Token("uint" if found["unsigned"] else "int", text, at, int(found["number"], 0 if "x" in text else 10))
    if found["quoted"]:
        return Token("quoted", text, at, found["quoted"])
    return Token("name" if found["name"] else text, text, at)


def _string(found: re.Match[str], at: int) -> Token:
    in_bytes = bool(found["bytes"])
    if found["rawstring"]:
        body = next(found[name] for name in ("r1", "r2", "r3", "r4") if found[name] is not None)
        return Token("bytes" if in_bytes else "string", found[0], at, body.encode() if in_bytes else body)
    name = next(name for name in ("s1", "s2", "s3", "s4") if found[name] is not None)
    value = _unescaped(found[name], found.start(name), in_bytes=in_bytes)
    return Token("bytes" if in_bytes else "string", found[0], at, value)


def _unescaped(body: str, at: int, *, in_bytes: bool) -> str | bytes:
    """The value of a string's body. In bytes, `\\x` and octal escapes are bytes; in strings, code points."""
    parts: list[bytes] = []
    last = 0
    for found in _ESCAPE.finditer(body):
        parts.append(body[last : found.start()].encode("utf-8", "surrogatepass"))
        parts.append(_escaped(found, at + found.start(), in_bytes=in_bytes))
        last = found.end()
    parts.append(body[last:].encode("utf-8", "surrogatepass"))
    whole = b"".join(parts)
    return whole if in_bytes else whole.decode("utf-8", "replace")


def _escaped(found: re.Match[str], at: int, *, in_bytes: bool) -> bytes:
    if found["plain"]:
        return _PLAIN.get(found["plain"], found["plain"]).encode()
    if found["wrong"] is not None:
        raise WrongExpressionError(Flaw(at, f"`\\{found['wrong']}` is no escape; in r'…' a backslash is itself"))
    code = int(found["o"], 8) if found["o"] else int(found["x"] or found["u"] or found["U"], 16)
    if in_bytes and (found["o"] or found["x"]):
        return bytes([code])
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise WrongExpressionError(Flaw(at, f"`{found[0]}` is no character"))
    return chr(code).encode()
