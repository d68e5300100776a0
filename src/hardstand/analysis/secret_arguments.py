"""Secrets among the arguments of a program: `--password=…`, `--password …`, `curl -u user:…`, `PGPASSWORD=… psql`."""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import lru_cache

from hardstand.analysis.secret_literals import is_literal
from hardstand.analysis.secret_names import PASSWORD, noun_in
from hardstand.analysis.secret_shapes import is_login
from hardstand.analysis.secret_text import Detected, in_text

_ASSIGNED = re.compile(r"(?:--?|/)?(?:D(?=[a-z]+\.))?([A-Za-z_][\w.\-\[\]]{0,100})=(.*)", re.DOTALL)
_FLAG = re.compile(r"--?([A-Za-z][\w.\-]{2,60})")

_SHORT_FLAGS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"redis-cli|valkey-cli|keydb-cli"), frozenset({"-a"})),
    (re.compile(r"sshpass"), frozenset({"-p"})),
    (re.compile(r"mongo(?:sh|dump|restore|export|import)?"), frozenset({"-p"})),
    (re.compile(r"ldap(?:search|modify|add|delete|passwd|whoami)"), frozenset({"-w"})),
    (re.compile(r"docker|podman|buildah|skopeo|helm|oras|crane|nerdctl"), frozenset({"-p"})),
    (re.compile(r"sqlcmd|bcp|cqlsh|cypher-shell|influx"), frozenset({"-P", "-p"})),
)
_GLUED_FLAG = re.compile(r"(?:mysql|mariadb)(?:dump|admin|check|import|show|-dump|-admin|-check)?|mydumper|myloader")
_USER_FLAGS = {"curl": frozenset({"-u", "--user", "-U", "--proxy-user"})}
_BOOLEAN_PREFIXES = ("no-", "enable-", "disable-", "use-", "with-", "skip-", "allow-", "require-", "ask-", "prompt-")


def in_arguments(words: Sequence[str]) -> Sequence[tuple[int, Detected]]:
    """Give the index of each argument that holds a secret, with the secret; an argument may be a whole shell script.

    A flag and its value may be two arguments; the place is then the value's. Values that refer elsewhere are silent.
    """
    return _in_arguments(tuple(words))


@lru_cache(maxsize=4_096)
def _in_arguments(words: tuple[str, ...]) -> Sequence[tuple[int, Detected]]:
    """Worked out once for each command line: those that run again and again are the same ones."""
    return tuple(_found(words))


def _found(words: Sequence[str]) -> Iterator[tuple[int, Detected]]:
    tokens = [(at, token) for at, word in enumerate(words) for token in _tokens(word)]
    seen: set[tuple[int, str]] = set()
    anywhere = ((at, found) for at, word in enumerate(words) for found in in_text(word))
    for at, found in (*_flags(tokens), *anywhere):
        if (at, found.value) not in seen:
            seen.add((at, found.value))
            yield at, found


def _tokens(word: str) -> Sequence[str]:
    if not re.search(r"\s", word):
        return (word,)
    try:
        return shlex.split(word, comments=True)
    except ValueError:  # An open quote: no shell would run it either, but its words can be looked at.
        return [part.strip("\"'") for part in word.split()]


def _flags(tokens: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Detected]]:
    program = ""
    for place, (at, token) in enumerate(tokens):
        program = _program(token) or program
        assigned = _ASSIGNED.fullmatch(token)
        if assigned:
            found = _named(assigned[1], assigned[2])
            if found:
                yield at, found
            continue
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        glued = _GLUED_FLAG.fullmatch(program) and token.startswith("-p") and token[2:]
        if glued and is_literal(glued, PASSWORD):
            yield at, Detected(PASSWORD.kind, "-p", glued)
        elif after is not None and token.startswith("-"):
            found = _flag(program, token, after[1])
            if found:
                yield after[0], found


@lru_cache(maxsize=20_000)
def _program(token: str) -> str:
    name = token.rpartition("/")[2]
    known = name in _USER_FLAGS or _GLUED_FLAG.fullmatch(name)
    return name if known or any(pattern.fullmatch(name) for pattern, _ in _SHORT_FLAGS) else ""


def _flag(program: str, flag: str, value: str) -> Detected | None:
    """The secret that `value` is when it follows `flag`."""
    if flag in _USER_FLAGS.get(program, ()):
        user, colon, password = value.partition(":")
        literal = colon and is_literal(value, PASSWORD) and is_login(user, password)
        return Detected(PASSWORD.kind, flag, password) if literal else None
    if any(pattern.fullmatch(program) and flag in flags for pattern, flags in _SHORT_FLAGS):
        return Detected(PASSWORD.kind, flag, value) if is_literal(value, PASSWORD) else None
    named = _FLAG.fullmatch(flag)
    if named is None or value.startswith("-") or named[1].startswith(_BOOLEAN_PREFIXES):
        return None
    return _named(named[1], value)


def _named(name: str, value: str) -> Detected | None:
    noun = noun_in(name)
    return Detected(noun.kind, name, value) if noun is not None and is_literal(value, noun) else None
