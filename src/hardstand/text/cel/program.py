"""An expression, checked and ready to run."""

from dataclasses import dataclass
from functools import lru_cache

from hardstand.text.cel.checks import check
from hardstand.text.cel.compiler import Run, Variables, compiled
from hardstand.text.cel.loops import BUDGET, Budget
from hardstand.text.cel.parser import parsed
from hardstand.text.cel.scope import Scope
from hardstand.text.cel.tokens import Flaw, WrongExpressionError

__all__ = ["Flaw", "Program", "WrongExpressionError", "program"]


@dataclass(frozen=True, slots=True)
class Program:
    """A function of variables. `run` raises EvaluationError where the expression has no value."""

    run: Run
    roots: frozenset[str]
    """The variables that it uses, by identifier: a field or a string of the same name does not count."""
    composed: frozenset[str]
    """The names below `variables` that it uses."""
    kind: str | None
    """The kind of its value where that is plain from the text; None where only running it tells."""


def program(text: str, *, version: int, names: frozenset[str], composed: frozenset[str] = frozenset()) -> Program:
    """The program of an expression that may use the variables `names`, and `composed` below `variables`.

    `version` is the minor version of Kubernetes 1.x that bounds syntax and functions. WrongExpressionError with every
    flaw and its place: what cannot be parsed, names and functions that are not there, and those that came later.
    A program is made once in a process.
    """
    return _made(text, version, names, composed)


@lru_cache(maxsize=4096)
def _made(text: str, version: int, names: frozenset[str], composed: frozenset[str]) -> Program:
    node = parsed(text)
    scope = Scope(names, version)
    found = check(node, scope, composed)
    if found.flaws:
        raise WrongExpressionError(*sorted(found.flaws, key=lambda flaw: flaw.at))
    run = compiled(node, scope)

    def bounded(variables: Variables) -> object:
        return run({**variables, BUDGET: Budget()})

    return Program(bounded, frozenset(found.roots), frozenset(found.composed), found.kind)
