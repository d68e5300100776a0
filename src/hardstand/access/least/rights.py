"""From requests to rules: the fewest rights that allow them, widened only as far as a person chooses.

A rule allows every combination of what it names, so only what is alike in everything else is put together: then there
is no right in a rule that nothing was asked for.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hardstand.analysis.rbac.atoms import READS, WRITES, Atom, together
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.model.request import Request

_FIRST_NAMES = ("names", "verbs", "resources", "groups", "urls")
"""Objects go together first: they are the most."""
_UNNAMED = frozenset({"list", "watch", "create", "deletecollection"})
"""Verbs that mostly name no object, so that a rule with names would not allow them."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How far to go beyond what was used."""

    names: bool = False
    """All objects in place of those that were asked for by name."""
    namespaces: bool = False
    """All namespaces in place of those in which something was asked for."""
    verbs: bool = False
    """All reading verbs where one was used, and all writing ones where one was."""


def expressible(asked: Request) -> bool:
    """Whether a rule can allow a request and nothing else: a star in it would be one for everything."""
    if asked.path is not None:
        return ALL not in asked.path and ALL not in asked.verb
    return not any(ALL in word for word in (asked.verb, asked.group, asked.resource, asked.subresource))


def rules_for(requests: Iterable[Request], choices: Choices) -> Mapping[str, tuple[Rule, ...]]:
    """The rules for each namespace, and under "" those for the whole cluster.

    Of requests that are not `expressible` there is nothing in them.
    """
    found: dict[str, set[Atom]] = defaultdict(set)
    for one in filter(expressible, requests):
        found["" if choices.namespaces else one.namespace].add(_right(one, choices))
    if choices.verbs:
        found = defaultdict(set, {space: set(_whole_verbs(rights)) for space, rights in found.items()})
    wide = found[""]
    told = {
        space: {one for one in rights if not (one.name is not None and one._replace(name=None) in rights)}
        for space, rights in found.items()
    }
    for space, rights in told.items():
        if space:
            told[space] = {one for one in rights if one not in wide and one._replace(name=None) not in wide}
    return {space: together(rights, _FIRST_NAMES) for space, rights in sorted(told.items()) if rights}


def _right(one: Request, choices: Choices) -> Atom:
    if one.path is not None:
        return Atom(one.verb, url=one.path)
    return Atom(one.verb, one.group, one.combined, None if choices.names or not one.name else one.name)


def _whole_verbs(rights: Iterable[Atom]) -> Iterable[Atom]:
    """The rights with all of a group of verbs where there is one of it; paths are left as they are."""
    by_resource: dict[tuple[str, str], list[Atom]] = defaultdict(list)
    for one in rights:
        if one.url:
            yield one
        else:
            by_resource[one.group, one.resource].append(one)
    for (group, resource), several in by_resource.items():
        for verbs in (READS, WRITES):
            used = [one for one in several if one.verb in verbs]
            for name in _names(used, listed=verbs is READS):
                yield from (Atom(verb, group, resource, name) for verb in verbs)
            yield from used
        yield from (one for one in several if one.verb not in READS and one.verb not in WRITES)


def _names(used: Iterable[Atom], *, listed: bool) -> Iterable[str | None]:
    """Which objects the other verbs of a group are for.

    Whoever lists objects has read them all. Whoever makes some need not be able to change others.
    """
    names = {one.name for one in used}
    if None in names and (listed or all(one.verb in _UNNAMED for one in used)):
        return {None}
    return names - {None} or names
