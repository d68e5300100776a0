"""Used against granted: which grants what was used came through, and what in them was never used."""

from bisect import bisect_left
from collections import defaultdict
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
    through: dict[Grant, list[Request]] = {one: [] for one in grants}
    alone: dict[Grant, int] = dict.fromkeys(grants, 0)
    for asked, count in uses.items():
        several = [one for one in grants if allows(one, asked)]
        for one in several:
            through[one].append(asked)
        if len(several) == 1:
            alone[several[0]] += count
    found = []
    for grant, requests in through.items():
        unused = tuple(_unused(grant.role, requests)) if grant.role else ()
        found.append(Standing(grant, sum(uses[one] for one in requests), alone[grant], unused))
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
    used = _Used(through)
    told: set[str] = set()
    for ruled in role.rules:
        for words in _rights(ruled.rule, used):
            if words not in told:
                told.add(words)
                yield words


def _rights(rule: Rule, used: "_Used") -> Iterator[str]:
    """The single rights of a rule that are not used, as people name them."""
    names = frozenset(rule.names)
    for verb in rule.verbs:
        for url in rule.urls:
            if not used.path(verb, url):
                yield f"{verb} {url}"
        for resource in rule.resources:
            for group in _groups(resource, rule.groups):
                verbs = used.verbs(group, resource, names) if verb == ALL else ()
                if verbs or not used.resource(verb, group, resource, names):
                    what = f"{resource}.{group}" if group else resource
                    but = f" (but {', '.join(verbs)})" if verbs else ""
                    yield f"{verb} {what}{rule.named}{but}"


def _groups(resource: str, groups: Sequence[str]) -> Sequence[str]:
    """The groups in which there is such a resource, where it is Kubernetes' own and one of them is right.

    Rules name several groups and several resources at once, and mean each in its own.
    """
    right = groups_of(resource.partition("/")[0])
    return [one for one in groups if not right or one in right or one == ALL] or groups


class _Used:
    """Requests, to be looked up by every single right that allows them: a role may have tens of thousands."""

    def __init__(self, requests: Iterable[Request]) -> None:
        names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        paths: dict[str, set[str]] = defaultdict(set)
        for one in requests:
            for verb in (one.verb, ALL):
                if one.path is not None:
                    paths[verb].add(one.path)
                    continue
                for group in (one.group, ALL):
                    for resource in (one.combined, ALL, *((f"*/{one.subresource}",) if one.subresource else ())):
                        names[verb, group, resource].add(one.name)
        self._names = dict(names)
        self._verbs = sorted({verb for verb, _, _ in names} - {ALL})
        self._paths = {verb: sorted(several) for verb, several in paths.items()}

    def verbs(self, group: str, resource: str, names: frozenset[str]) -> Sequence[str]:
        """The verbs that were asked for of a resource; no names are all."""
        return [verb for verb in self._verbs if self.resource(verb, group, resource, names)]

    def resource(self, verb: str, group: str, resource: str, names: frozenset[str]) -> bool:
        """Whether something was asked for by this right; no names are all."""
        asked = self._names.get((verb, group, resource))
        return asked is not None and not (names and names.isdisjoint(asked))

    def path(self, verb: str, url: str) -> bool:
        """Whether a path was asked for by this right; a star at the end stands for whatever follows."""
        paths, start = self._paths.get(verb, []), url.rstrip(ALL) if url.endswith(ALL) else url
        at = bisect_left(paths, start)
        return at < len(paths) and (paths[at].startswith(start) if url.endswith(ALL) else paths[at] == url)
