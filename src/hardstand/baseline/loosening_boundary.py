"""Where a file draws the boundary looser than those that it extends.

Environments add up, and an object in several is held to the strictest. So a file can loosen by taking objects out of an
environment, by putting them into one where less is enforced than outside of all, and by telling apart by place what
the parents look at together.
"""

from collections.abc import Iterator

from hardstand.baseline.below import Parents
from hardstand.baseline.boundary import Environment
from hardstand.baseline.comparing import Comparison
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import boundary_of
from hardstand.baseline.loosening_sides import side_loosenings
from hardstand.baseline.shape import Flaw

_ONLY = "a file may only tighten what it extends; declare an environment of your own"
_PLACING = ("namespaces", "paths", "clusters")
_ALLOWING = ("registries", "secret_stores", "ci_runners")


def boundary_loosenings(one: Declared, parents: Parents, compared: Comparison) -> Iterator[Flaw]:
    """Environments of the parents that the file narrows, widens to less enforcement, or tells apart by place."""
    before = boundary_of(parents.declared).environments
    for name, environment in (one.boundary.environments if one.boundary else {}).items():
        where = ("boundary", "environments", name)
        narrowed = list(_narrowed(name, environment, before[name], where)) if name in before else []
        yield from narrowed
        if not narrowed:
            yield from _apart(name, environment, before.get(name), parents, where)
        if name in before:
            yield from _lenient(name, environment, parents, compared)
            yield from _allowed(name, environment, before[name], where)
        elif message := _classed(name, parents):
            added = next((key for key in _PLACING if getattr(environment, key)), "")
            path = (*where, added) if added else where
            yield Flaw(path, f"`{name}` is a name for an environment {message}", _ONLY, on_key=True)
    yield from side_loosenings(one, parents)


def _apart(
    name: str, now: Environment, before: Environment | None, parents: Parents, where: tuple[str, ...]
) -> Iterator[Flaw]:
    """Objects of environments told by place do not see each other, so a Service could be cut off from its pods.

    Of an environment that there is, further clusters tell nothing apart: what is read from one has one place.
    """
    file = parents.files[-1].file
    known = {str(glob) for glob in before.paths} if before else set()
    for key in ("paths", "clusters") if before is None else ("paths",):
        new = [str(glob) for glob in getattr(now, key) if str(glob) not in known]
        if new:
            message = f"`{key}` of `{name}` tells objects apart that {file} joins"
            hint = f"ask for {'the environment' if before is None else f'`{new[0]}`'} in {file}"
            yield Flaw((*where, key), message, hint, on_key=True)


def _narrowed(name: str, now: Environment, before: Environment, where: tuple[str, ...]) -> Iterator[Flaw]:
    """Place and namespace must both fit where both are declared: to declare the second takes objects out."""
    placed = [key for key in ("paths", "clusters") if getattr(before, key)]
    narrowing = [("namespaces", placed)] if placed and not before.namespaces else []
    if before.namespaces:
        narrowing = [(key, ["namespaces"]) for key in ("paths", "clusters") if key not in placed]
    for key, alone in narrowing:
        if getattr(now, key):
            message = f"`{key}` takes out of `{name}` what {' or '.join(alone)} put there by {before.at}"
            yield Flaw((*where, key), message, _ONLY, on_key=True)


def _lenient(name: str, now: Environment, parents: Parents, compared: Comparison) -> Iterator[Flaw]:
    added = [key for key in _PLACING if getattr(now, key)]
    message = (compared.softer(name) or _classed(name, parents)) if added else ""
    if message:
        where = ("boundary", "environments", name, added[0])
        yield Flaw(where, f"`{added[0]}` puts more into `{name}`, {message}", _ONLY, on_key=True)


def _classed(name: str, parents: Parents) -> str:
    """Say where workloads of an environment are classed: a class can be lower than what would be inferred."""
    for parent in parents.files:
        for each in parent.declared.classes.workloads if parent.declared.classes else ():
            lowers = each.data is not None or each.exposure is not None or each.privilege is not None
            if lowers and any(glob.fits(name) for glob in each.match.environment):
                return f"whose workloads are classed by {each.at}"
    return ""


def _allowed(name: str, now: Environment, before: Environment, where: tuple[str, ...]) -> Iterator[Flaw]:
    for key in _ALLOWING:
        listed = {str(glob) for glob in getattr(before, key)}
        for number, glob in enumerate(getattr(now, key)):
            if listed and str(glob) not in listed:
                message = f"`{glob}` is none of the {key} that `{name}` has by {before.at}"
                yield Flaw((*where, key, number), message, _ONLY)
