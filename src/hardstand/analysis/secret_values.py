"""All literal secrets in an object, for those who must keep them out of what they show.

More is given here than controls report: a word too many that is masked costs little, a secret that is shown costs all.
"""

import base64
import binascii
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence

from hardstand.analysis.secret_arguments import in_arguments
from hardstand.analysis.secret_headers import basic_login
from hardstand.analysis.secret_text import all_in_named_value
from hardstand.model.path import Value

_SHORTEST = 4
"""Shorter values stand in so many words that masking them would leave nothing to read."""

_COMMANDS = ("command", "entrypoint")
"""Fields that Compose lets hold a command line in one text:
https://github.com/compose-spec/compose-spec/blob/main/05-services.md#command"""


def secret_values(data: Mapping[str, Value]) -> set[str]:
    """Every literal secret anywhere in an object, as text to be masked; for a Secret all its values.

    Secrets of several lines come with each of their lines, values of a Secret also decoded, logins of Basic also
    without that word and with their password alone, and all also as they look escaped inside JSON and YAML.
    """
    found = set(_secret_object(data) if data.get("kind") == "Secret" else ())
    found.update(_below(data))
    logins = [(value, login) for value in found if (login := basic_login(value)) is not None]
    found.update(part for value, login in logins for part in (value.split()[-1], login.password))
    lines = {line.strip() for value in found for line in value.splitlines()}
    spelt = {spelling for value in found | lines for spelling in _spellings(value)}
    return {value for value in spelt if len(value) >= _SHORTEST}


def _below(data: Mapping[str, Value]) -> Iterator[str]:
    """Secrets under suggestive keys, in pairs of name and value, in lists of arguments, and by shape, anywhere."""
    waiting: list[tuple[str, Value]] = list(data.items())
    while waiting:
        name, node = waiting.pop()
        if isinstance(node, str):
            yield from (found.value for found in all_in_named_value(name, node))
            if name in _COMMANDS:
                yield from (found.value for _, found in in_arguments(_words(node)))
        elif isinstance(node, dict):
            if isinstance(node.get("name"), str) and isinstance(node.get("value"), str):
                yield from (found.value for found in all_in_named_value(str(node["name"]), str(node["value"])))
            waiting.extend(node.items())
        elif isinstance(node, list):
            words = [item if isinstance(item, str) else "" for item in node]
            yield from (found.value for _, found in in_arguments(words))
            waiting.extend((name, item) for item in node)


def _words(line: str) -> list[str]:
    """A command line's words; where its quotes do not pair, what stands between blanks."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _secret_object(data: Mapping[str, Value]) -> Iterator[str]:
    for key in ("data", "stringData"):
        held = data.get(key)
        for value in held.values() if isinstance(held, dict) else ():
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                continue
            yield str(value)
            if key == "data":
                yield from _decoded(str(value))


def _decoded(value: str) -> Sequence[str]:
    try:
        return (base64.b64decode(value, validate=False).decode(),)
    except (binascii.Error, UnicodeDecodeError):
        return ()


def _spellings(value: str) -> Iterator[str]:
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield value.replace("'", "''")
