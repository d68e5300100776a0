"""Where a file draws the boundary looser than those that it extends.

Environments add up, and an object in several is held to the strictest. So a file can loosen by taking objects out of an
environment, or by putting them into one where less is enforced than outside of all.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from hardstand.baseline.below import Parents
from hardstand.baseline.boundary import Environment
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import boundary_of, enforcement_of
from hardstand.baseline.shape import Flaw
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier

_ONLY = "a file may only tighten what it extends; declare an environment of your own"
_PLACING = ("namespaces", "paths", "clusters")
_ALLOWING = ("registries", "secret_stores", "ci_runners")


def boundary_loosenings(
    one: Declared, parents: Parents, vocabulary: Vocabulary, days: Sequence[date]
) -> Iterator[Flaw]:
    """Environments of the parents that the file narrows, or widens to less enforcement."""
    before = boundary_of(parents.declared).environments
    for name, environment in (one.boundary.environments if one.boundary else {}).items():
        if name in before:
            where = ("boundary", "environments", name)
            yield from _narrowed(name, environment, before[name], where)
            yield from _lenient(name, environment, one, parents, vocabulary, days)
            yield from _allowed(name, environment, before[name], where)


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


def _lenient(
    name: str, now: Environment, one: Declared, parents: Parents, vocabulary: Vocabulary, days: Sequence[date]
) -> Iterator[Flaw]:
    added = [key for key in _PLACING if getattr(now, key)]
    if not added:
        return
    where = ("boundary", "environments", name, added[0])
    message = _softer(name, one, parents, vocabulary, days) or _classed(name, parents)
    if message:
        yield Flaw(where, f"`{added[0]}` puts more into `{name}`, {message}", _ONLY, on_key=True)


def _softer(name: str, one: Declared, parents: Parents, vocabulary: Vocabulary, days: Sequence[date]) -> str:
    """Say where less is enforced in an environment than outside of all."""
    old, new = enforcement_of(parents.declared), enforcement_of([*parents.declared, one])
    for (control, known), tier, day in product(vocabulary.controls.items(), (None, *Tier), days):
        outside = old.line(control, known.area, known.maturity, tier, None)[1]
        inside = new.line(control, known.area, known.maturity, tier, name)[1]
        if inside.on(day) < outside.on(day):
            modes = f"`{inside.on(day).word}` of {inside.at} is softer than `{outside.on(day).word}` of {outside.at}"
            return f"where {modes}, for example for {control}"
    return ""


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
