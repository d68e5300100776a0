"""What goes with a grant: the rights that nothing else gives its subject, and what runs as it.

A rule is looked at by its single rights: each verb on each resource of each group, and of each name where it has any,
as Kubernetes itself does to tell whether rules cover a rule (its pkg/registry/rbac/validation/policy_comparator.go). A
star is a word like any other there: it is given only by a star. So of two rules that together name all there is,
neither is taken for a star, and rather too much is told than too little.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from hardstand.access.cutting.running import Running
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import actor
from hardstand.model.finding import ObjectRef

K = TypeVar("K", bound=Hashable)
W = TypeVar("W", bound=str | None)


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One verb on one resource, or on one path outside of the API's resources."""

    verb: str
    group: str = ""
    resource: str = ""
    name: str | None = None
    """None is every object, and empty is requests without a name."""
    url: str = ""

    def given_by(self, rule: Rule) -> bool:
        """Tell whether a rule gives all of it."""
        if self.verb not in rule.verbs and "*" not in rule.verbs:
            return False
        if self.url:
            return rule.covers_url(self.url)
        if self.group not in rule.groups and "*" not in rule.groups:
            return False
        if rule.names and self.name not in rule.names:
            return False
        return rule.covers_resource(self.resource, self.resource.partition("/")[2])


@dataclass(frozen=True, slots=True)
class Loss:
    """What taking one grant away takes from its subject."""

    grant: Grant
    rules: tuple[Rule, ...]
    """What no grant gives any more that is left."""
    workloads: tuple[ObjectRef, ...]
    """What runs as the subject."""


def losses(permissions: Permissions, gone: Collection[Grant], running: Running) -> list[Loss]:
    """What goes with each grant when all of these go together."""
    all_gone = frozenset(gone)
    return [Loss(one, rules(lost(permissions, one, all_gone)), tuple(running.under(one.who))) for one in gone]


def lost(permissions: Permissions, grant: Grant, gone: Collection[Grant]) -> list[Right]:
    """The rights that the grant's subject has by it, and by none that stays when all those in `gone` go.

    Of a group, what its members have as members of it, and of the groups that everybody is in.
    """
    if grant.role is None:
        return []
    left = [
        ruled.rule
        for other in permissions.given(actor(grant.who), grant.namespace)
        if other not in gone and other.role is not None and (not other.namespace or grant.namespace)
        for ruled in other.role.rules
    ]
    own = {right: None for ruled in grant.role.rules for right in rights(ruled.rule, everywhere=not grant.namespace)}
    return [right for right in own if not any(right.given_by(rule) for rule in left)]


def rights(rule: Rule, *, everywhere: bool) -> Iterator[Right]:
    """The single rights of a rule; paths outside of the API's resources are given only by what counts everywhere."""
    for verb in rule.verbs:
        for group in rule.groups:
            for resource in rule.resources:
                for name in rule.names or (None,):
                    yield Right(verb, group, resource, name)
        if everywhere:
            yield from (Right(verb, url=url) for url in rule.urls)


def rules(found: Iterable[Right]) -> tuple[Rule, ...]:
    """The rights as few rules, to be read by people: first by their verbs, then by resources, then by names."""
    verbs = _gathered((one.verb, (one.group, one.resource, one.name, one.url)) for one in found)
    resources = _gathered((resource, (doing, group, name, url)) for (group, resource, name, url), doing in verbs)
    urls = _gathered((url, (doing, group, name, what)) for (doing, group, name, url), what in resources)
    names = _gathered((name, (doing, group, what, urls)) for (doing, group, name, what), urls in urls)
    return tuple(
        Rule(
            doing,
            () if any(urls) else (group,),
            tuple(filter(None, what)),
            () if None in named else tuple(one for one in named if one is not None),
            tuple(filter(None, urls)),
        )
        for (doing, group, what, urls), named in names
    )


def _gathered(pairs: Iterable[tuple[W, K]]) -> list[tuple[K, tuple[W, ...]]]:
    """For each of what stands behind, all the words before it; in the order in which they come."""
    found: dict[K, list[W]] = defaultdict(list)
    for word, what in pairs:
        found[what].append(word)
    return [(what, tuple(words)) for what, words in found.items()]
