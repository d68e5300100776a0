"""The words of a command line, each with its place and, where it cannot be told, the reason."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.model.path import Path
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why

_REFERENCE = re.compile(r"\$\$|\$\(([-._a-zA-Z0-9]+)\)")
"""`$(NAME)`, and `$$`, which stands for one `$`.

Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""
_SHELL_MARKS = re.compile(r"[;&|()<>`$*?\[\]{}~!\n#]")
_QUOTED = re.compile(r"'[^']*'")
"""Nothing in it means anything to a shell."""
_REDIRECTION = re.compile(r"\s+\d*>{1,2}\s*(?:&\d|[\w./-]+)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word. Where `unfit` says why it cannot be told, `text` is what of its beginning can be."""

    text: str
    path: Path
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables of a container: None is one whose value the manifest does not hold.

    `open`: others may be set from ConfigMaps and Secrets as a whole.
    """

    values: Mapping[str, str | None]
    open: bool = False


def expanded(text: str, path: Path, environment: Environment) -> Word:
    """The word with `$(NAME)` replaced as the kubelet does: what names no variable stays as it is."""
    made, at = "", 0
    for found in _REFERENCE.finditer(text):
        made += text[at : found.start()]
        at = found.end()
        name = found[1]
        if name is None:
            made += "$"
            continue
        value = environment.values.get(name, "" if environment.open else found[0])
        if value is None or (name not in environment.values and environment.open):
            return Word(made, path, _not_told(f"the value of the variable {name}, which stands in it,", path))
        made += value
    return Word(made + text[at:], path)


def scripted(script: str, path: Path) -> Iterator[Word]:
    """The words of a shell script that is one plain command; a word that cannot be told for any other.

    Redirections may follow the command. All words have the script's place.
    """
    plain = _REDIRECTION.sub("", script.replace("\\\n", " ").strip())
    if _SHELL_MARKS.search(_QUOTED.sub("", plain)):
        yield Word("", path, _not_told("the command line, which a shell script makes,", path))
        return
    try:
        words = shlex.split(plain)
    except ValueError:
        yield Word("", path, _not_told("the command line, which a shell script with an open quote makes,", path))
        return
    yield from (Word(word, path) for word in words)


def untellable(reason: str, path: Path) -> Word:
    """A word of which nothing can be told."""
    return Word("", path, Unfit(Why.MALFORMED_FIELD, reason, path))


def _not_told(what: str, path: Path) -> Unfit:
    return Unfit(Why.NOT_RENDERED, f"{what} is known only where it runs", path, "command line")


def base_name(word: str) -> str:
    """The last part of a path."""
    return word.rpartition("/")[2]


def listed(texts: Sequence[str], home: Path) -> list[Word]:
    """Words that stand in a list at `home`."""
    return [Word(text, (*home, at)) for at, text in enumerate(texts)]
