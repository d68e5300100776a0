"""Functions by name: what each takes, and since which version of Kubernetes it may be used.

A library registers its functions with `@function(since, signature…)`. A signature is written as Kubernetes'
documentation writes it: `<string>.indexOf(string, int)` is a method, `sets.contains(list, list)` a function.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hardstand.text.cel.values import kind_of, no_overload

F = TypeVar("F", bound=Callable[..., object])

_SIGNATURE = re.compile(r"(?:<(\w+)>\.)?([\w.]+)\(([\w, ]*)\)")


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function."""

    kinds: tuple[str, ...]
    """Of the receiver, where there is one, and of the arguments; `dyn` is any."""
    since: int
    """The minor version of Kubernetes 1.x that brought it; 0 is always."""
    run: Callable[..., object]
    evaluated: bool
    """False for what only an API server can answer."""


Key = tuple[str, bool]
"""A function's name, and whether it is a method."""

FUNCTIONS: dict[Key, list[Overload]] = {}
"""Everything that may be called."""


def function(since: int, *signatures: str, evaluated: bool = True) -> Callable[[F], F]:
    """Register the decorated function under these signatures."""

    def register(run: F) -> F:
        for signature in signatures:
            found = _SIGNATURE.fullmatch(signature)
            if found is None:
                raise ValueError(f"{signature!r} is no signature")
            receiver, name, arguments = found.groups()
            kinds = tuple(one for one in (receiver, *arguments.replace(" ", "").split(",")) if one)
            FUNCTIONS.setdefault((name, receiver is not None), []).append(Overload(kinds, since, run, evaluated))
        return run

    return register


def bound(key: Key, count: int, version: int) -> Callable[..., object]:
    """The function for this many values (the receiver among them), choosing by their kinds when it is called."""
    fitting = [one for one in FUNCTIONS[key] if len(one.kinds) == count and one.since <= version]
    chosen: dict[tuple[str, ...], Callable[..., object]] = {one.kinds: one.run for one in fitting}

    def call(*values: object) -> object:
        kinds = tuple(map(kind_of, values))
        run = chosen.get(kinds)
        if run is None:
            run = _first(fitting, kinds)
            if run is None:
                raise no_overload(f"{key[0]}()", *values)
            chosen[kinds] = run
        return run(*values)

    return call


def _first(overloads: Sequence[Overload], kinds: tuple[str, ...]) -> Callable[..., object] | None:
    for one in overloads:
        if all(wanted in ("dyn", kind) for wanted, kind in zip(one.kinds, kinds, strict=True)):
            return one.run
    return None
