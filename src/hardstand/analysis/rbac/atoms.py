"""Rules taken apart into the single things that they allow, and put together again: what tells two sets of rules apart.

It does not matter then how they are written, in which order, or in how many rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from hardstand.analysis.rbac.rule import Rule

MOST = 20_000
"""How many atoms are taken apart at once. Kubernetes' largest role has about 500; a few lines of a file can name more
than memory holds.
"""


READS = ("get", "list", "watch")
WRITES = ("create", "update", "patch", "delete")

PARTS = ("verbs", "resources", "groups", "urls", "names")


class Atom(NamedTuple):
    """One verb on one resource, or on one path."""

    verb: str
    group: str = ""
    resource: str = ""
    """With its subresource."""
    name: str | None = None
    """None for objects of any name; empty for requests without one."""
    url: str = ""
    """Empty where it is about a resource."""


def atoms(rules: Iterable[Rule]) -> frozenset[Atom]:
    """Everything that rules name. `split` them first where the rules are not ours."""
    return frozenset(atom for rule in rules for atom in taken_apart(rule))


def taken_apart(rule: Rule) -> Iterator[Atom]:
    """What one rule names, in the order in which it names it. Of a rule that is not ours, `split` it first."""
    names: tuple[str | None, ...] = rule.names or (None,)
    for verb, group, resource, name in product(rule.verbs, rule.groups, rule.resources, names):
        yield Atom(verb, group, resource, name)
    for verb, url in product(rule.verbs, rule.urls):
        yield Atom(verb, url=url)


def split(rules: Iterable[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules that can be taken apart, and those with which that would be too much."""
    small: list[Rule] = []
    large: list[Rule] = []
    room = MOST
    for one in rules:
        size = _size(one)
        if size <= room:
            room -= size
            small.append(one)
        else:
            large.append(one)
    return small, large


def together(found: Iterable[Atom], parts: Sequence[str] = PARTS) -> tuple[Rule, ...]:
    """The few rules that name these atoms and no others, in one order whatever theirs.

    `parts` are the fields of a rule in the order in which what is alike in all others is put together: it decides what
    stays apart where not everything can be one rule.
    """
    rules = [
        Rule((atom.verb,), (atom.group,), (atom.resource,), () if atom.name is None else (atom.name,))
        if not atom.url
        else Rule((atom.verb,), urls=(atom.url,))
        for atom in found
    ]
    for part in parts:
        rules = _joined(rules, part)
    rules = [replace(one, verbs=tuple(sorted(one.verbs, key=_place))) for one in rules]
    return tuple(sorted(rules, key=lambda one: (one.urls, one.groups, one.resources, one.names, one.verbs)))


_ORDER = {verb: at for at, verb in enumerate((*READS, *WRITES, "deletecollection"))}


def _place(verb: str) -> tuple[int, str]:
    """As people write verbs: reading first."""
    return (_ORDER.get(verb, len(_ORDER)), verb)


def _size(one: Rule) -> int:
    on_resources = len(one.groups) * len(one.resources) * max(1, len(one.names))
    return len(one.verbs) * (on_resources + len(one.urls))


def _joined(rules: Iterable[Rule], part: str) -> list[Rule]:
    """Rules that differ in one part alone are one. Without any of a part a rule means something else, and is left."""
    alike: dict[tuple[Rule, bool], set[str]] = defaultdict(set)
    for one in rules:
        values: tuple[str, ...] = getattr(one, part)
        alike[_with(one, part, ()), bool(values)].update(values)
    return [_with(rest, part, tuple(sorted(values))) for (rest, _), values in alike.items()]


def _with(rule: Rule, part: str, values: tuple[str, ...]) -> Rule:
    changed: dict[str, Any] = {part: values}
    return replace(rule, **changed)
