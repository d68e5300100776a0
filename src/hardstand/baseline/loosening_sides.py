"""Where a file has production spare what is foreign to it by the files that it extends.

What an environment that is not production declares is foreign to production, unless some environment that is production
declares it too. So to declare more as production's, or to make an environment production, can only spare.
"""

from collections.abc import Iterator

from hardstand.baseline.below import Parents
from hardstand.baseline.boundary import Boundary, Environment, Service
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import boundary_of
from hardstand.baseline.shape import Flaw

_SORTS = ("registries", "secret_stores", "external_services", "admin_interfaces")
_LISTED = ("registries", "secret_stores")
"""Of which nothing can be added to an environment that has some, whatever is foreign."""


def side_loosenings(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Environments of the file that are production, with what they would spare."""
    before, after = boundary_of(parents.declared), boundary_of([*parents.declared, one])
    for name, environment in (one.boundary.environments if one.boundary else {}).items():
        if after.is_production(name):
            yield from _turned(name, before, after, parents)
            for sort in _SORTS:
                yield from _spared(name, environment, sort, before, parents)


def _spared(name: str, now: Environment, sort: str, before: Boundary, parents: Parents) -> Iterator[Flaw]:
    """Patterns are not compared with one another: whatever is new to production could be foreign."""
    known = before.environments.get(name)
    if not getattr(now, sort) or (known and sort in _LISTED and getattr(known, sort)):
        return
    line = next(_foreign(sort, before, parents), "")
    own = _of_production(sort, before) if line else set()
    for number, word in enumerate(_words(now, sort)):
        if line and word not in own:
            message = f"`{word}` would be production's by `{name}`, and could spare what is foreign by {line}"
            yield Flaw(("boundary", "environments", name, sort, number), message, _hint(parents))


def _turned(name: str, before: Boundary, after: Boundary, parents: Parents) -> Iterator[Flaw]:
    """An environment of the parents that becomes production takes along what it declares."""
    if name not in before.environments or before.is_production(name):
        return
    path = ("boundary", "environments", name, "production")
    at = before.environments[name].at
    line = next((line for sort in _SORTS for line in _foreign(sort, before, parents, name)), "")
    if line:
        message = f"were `{name}` of {at} production, what is foreign by {line} would be so no more"
        yield Flaw(path, message, _hint(parents))
    elif before.mixed and not after.mixed:
        yield Flaw(path, f"were `{name}` of {at} production, nothing would be foreign to it any more", _hint(parents))


def _foreign(sort: str, before: Boundary, parents: Parents, only: str | None = None) -> Iterator[str]:
    """The lines that declare something of this sort for environments that are not production."""
    for parent in parents.files:
        for name, environment in (parent.declared.boundary or Boundary()).environments.items():
            if not before.is_production(name) and only in (None, name) and getattr(environment, sort):
                yield parent.line("boundary", "environments", name, sort)


def _of_production(sort: str, before: Boundary) -> set[str]:
    every = before.environments.items()
    return {word for name, one in every if before.is_production(name) for word in _words(one, sort)}


def _words(environment: Environment, sort: str) -> list[str]:
    return [str(one.host if isinstance(one, Service) else one) for one in getattr(environment, sort)]


def _hint(parents: Parents) -> str:
    return f"ask for it in {parents.files[-1].file}"
