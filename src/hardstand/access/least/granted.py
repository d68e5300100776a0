"""Used against granted: which grants what was used came through, and what in them was never used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.resources import groups_of
from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.analysis.rbac.who import Actor
from hardstand.model.request import Request


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant of somebody, and what was used of it."""

    grant: Grant
    requests: int
    """Of all requests, those that it allows."""
    alone: int
    """Those that no other grant allows."""
    unused: tuple[str, ...]
    """Rights in it that nothing was asked for by."""


def standings(permissions: Permissions, who: Iterable[Actor], uses: Mapping[Request, int]) -> list[Standing]:
    """Each grant of some actors, who are one to the log, held against what they used."""
    grants = list(dict.fromkeys(grant for one in who for grant in permissions.given(one)))
    allowing = {asked: [one for one in grants if allows(one, asked)] for asked in uses}
    found = []
    for grant in grants:
        through = [asked for asked, several in allowing.items() if grant in several]
        alone = [asked for asked in through if len(allowing[asked]) == 1]
        unused = tuple(_unused(grant.role, through)) if grant.role else ()
        found.append(Standing(grant, sum(uses[a] for a in through), sum(uses[a] for a in alone), unused))
    return found


def allows(grant: Grant, asked: Request) -> bool:
    """Tell whether a grant allows a request of whom it is given to."""
    if grant.role is None or (grant.namespace and grant.namespace != asked.namespace):
        return False
    return grant.role.allowing(asked) is not None


def _unused(role: Role, through: Iterable[Request]) -> Iterator[str]:
    """The rights of a role, as its rules write them, by which none of the requests is allowed.

    One for all verbs is there as long as not all are used: with those that are.
    """
    through = list(through)
    told: set[str] = set()
    for ruled in role.rules:
        for words, cell in _cells(ruled.rule):
            used = sorted({one.verb for one in through if cell.allows(one)})
            if used and cell.verbs == (ALL,):
                words = f"{words} (but {', '.join(used)})"
            elif used:
                continue
            if words not in told:
                told.add(words)
                yield words


def _groups(resource: str, groups: Sequence[str]) -> Sequence[str]:
    """The groups in which there is such a resource, where it is Kubernetes' own and one of them is right.

    Rules name several groups and several resources at once, and mean each in its own.
    """
    right = groups_of(resource.partition("/")[0])
    return [one for one in groups if one in right or one == ALL] or groups


def _cells(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """A rule taken apart into single rights, each with how people name it."""
    named = f" named {', '.join(rule.names)}" if rule.names else ""
    for verb in rule.verbs:
        for url in rule.urls:
            yield f"{verb} {url}", Rule((verb,), urls=(url,))
        for resource in rule.resources:
            for group in _groups(resource, rule.groups):
                what = f"{resource}.{group}" if group else resource
                yield f"{verb} {what}{named}", Rule((verb,), (group,), (resource,), rule.names)
