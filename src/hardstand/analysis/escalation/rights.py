"""Who holds the rights that steps ask for, by which grants; each role is looked at once, however often it is granted.

Source of which requests carry a name, and so of what `resourceNames` can narrow:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

from hardstand.analysis.escalation.graph import Node, Step, StepKind, identity
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions, Proof
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.roles import Role, Ruled
from hardstand.analysis.rbac.rule import ALL, NAMELESS
from hardstand.analysis.rbac.who import ACCOUNTS, ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED

RBAC = "rbac.authorization.k8s.io"
_NODES = "system:nodes"
_NAMELESS = frozenset({"create", "deletecollection"})
"""Verbs of requests that never have a name, unless for a subresource: no rule allows them by naming objects."""
_FOR_ALL = NAMELESS | {"escalate"}
"""Verbs of which the empty name allows all that one wants: a role that is yet to be made has no name either."""
_ANY = "\N{REPLACEMENT CHARACTER}any"
"""The name of an object that no rule names."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A right: any of these verbs on any of these resources will do."""

    verbs: tuple[str, ...]
    resources: tuple[tuple[str, str], ...]
    """API group, and plural with its subresource behind a slash."""
    clusterwide: bool = False
    """The resources lie in no namespace, so that what a RoleBinding gives does not count."""
    only: frozenset[str] = frozenset()
    """The only names that matter; a right for one of these counts as one for any. None are all."""


class Held(NamedTuple):
    """A right that somebody holds."""

    holder: Node
    grant: Grant | None
    """None where the holder is whoever holds a role."""
    ruled: Ruled
    name: str
    """The only object that it is for; empty is any."""
    namespace: str
    """Where it counts; empty is everywhere."""
    whole: bool
    """It is part of a right to do everything in the namespace."""


class Joint(NamedTuple):
    """Rights that somebody holds together: one for each that was asked for."""

    start: Node
    namespace: str
    """Where all of them count."""
    held: tuple[Held, ...]

    def step(self, end: Node, kind: StepKind, *also: Grant) -> Step:
        """The step that they make, `also` with these grants."""
        grants = [one.grant for one in self.held if one.grant is not None]
        proofs = [Proof(one.grant, one.ruled) for one in self.held if one.grant is not None]
        proofs.extend(Proof(grant, grant.role.rules[0]) for grant in also if grant.role and grant.role.rules)
        first = {(proof.grant, proof.ruled): proof for proof in proofs}
        return Step(self.start, end, kind, frozenset((*grants, *also)), tuple(first.values()))


def above(node: Node) -> Node | None:
    """The group that an identity is in by being what it is; of that group, the next one, and so on.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#users-in-kubernetes and
    https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
    """
    sort, namespace, name = node
    if sort == "serviceaccount":
        return Node("group", "", f"{ACCOUNTS}:{namespace}")
    if sort == "user":
        if name.startswith("system:node:"):
            return Node("group", "", _NODES)
        return Node("group", "", UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED)
    if sort == "group" and name not in (AUTHENTICATED, UNAUTHENTICATED):
        return Node("group", "", ACCOUNTS if name.startswith(f"{ACCOUNTS}:") else AUTHENTICATED)
    return None


def chain(node: Node) -> Iterator[Node]:
    """An identity, and the groups that it is in by being what it is."""
    one: Node | None = node
    while one is not None:
        yield one
        one = above(one)


class Rights:
    """The rights of a picture, looked up by what steps ask for."""

    def __init__(self, permissions: Permissions) -> None:
        self.permissions = permissions
        self._of: dict[Ask, Mapping[Node, Sequence[Held]]] = {}
        self._holders: dict[Role, list[Node]] = {}
        self.full = frozenset(role for role in permissions.roles if is_full(role))
        """Roles that allow everything."""

    @cached_property
    def role_named(self) -> Mapping[tuple[str, str], Role]:
        """The roles by namespace and name."""
        return {(role.namespace, role.name): role for role in self.permissions.roles}

    @cached_property
    def _naming(self) -> Mapping[str, Sequence[Role]]:
        naming: dict[str, dict[Role, None]] = defaultdict(dict)
        for role in self.permissions.roles:
            for ruled in role.rules:
                for word in ruled.rule.resources:
                    naming[word][role] = None
        return {word: tuple(found) for word, found in naming.items()}

    def adopt(self, holders: Iterable[Node]) -> None:
        """Take in nodes that stand for whoever holds a role; before anything is asked that they matter for."""
        self._of.clear()
        for node in holders:
            kind, _, name = node.name.partition("/")
            role = self.role_named.get((node.namespace if kind == "Role" else "", name))
            if role is not None and node not in self._holders.setdefault(role, []):
                self._holders[role].append(node)

    def of(self, ask: Ask) -> Mapping[Node, Sequence[Held]]:
        """Who holds a right, and how. What comes with the right to do everything everywhere is left out."""
        if ask not in self._of:
            self._of[ask] = self._held(ask)
        return self._of[ask]

    def each(self, ask: Ask) -> Iterator[Held]:
        """All that anybody holds of a right; what comes with everything in a namespace is left out."""
        for found in self.of(ask).values():
            yield from (one for one in found if not one.whole)

    def joint(self, *asks: Ask) -> Iterator[Joint]:
        """All who hold several rights, by themselves or by way of the groups that they are in by nature.

        Each is told at the lowest of those to whom a part of it was given, so that a group's right is told once. What
        comes with everything in a namespace counts only beside something else.
        """
        by = [self.of(ask) for ask in asks]
        for start in dict.fromkeys(node for held in by for node in held):
            line = tuple(chain(start))
            rows = [[one for node in line for one in held.get(node, ())] for held in by]
            for found in _choices(rows) if all(rows) else ():
                where = _meeting(found)
                if where is None or all(one.whole for one in found):
                    continue
                if any(one.holder == start for one in found):
                    yield Joint(start, where, found)

    def given(self, start: Node) -> Iterator[Grant]:
        """The grants that count for an identity, by itself or by way of the groups that it is in by nature."""
        for node in chain(start):
            if node.who is not None:
                yield from self.permissions.given_to(node.who)

    def _held(self, ask: Ask) -> Mapping[Node, Sequence[Held]]:
        found: dict[Node, list[Held]] = defaultdict(list)
        for role in self._candidates(ask):
            matches = _matches(role, ask)
            if not matches:
                continue
            full = role in self.full
            for holder, grant, where in self._given(role):
                if (ask.clusterwide and where) or (full and not where):
                    continue
                found[holder].extend(Held(holder, grant, ruled, name, where, full) for name, ruled in matches)
        return dict(found)

    def _given(self, role: Role) -> Iterator[tuple[Node, Grant | None, str]]:
        """To whom a role is given, by what, and where it counts."""
        for grant in self.permissions.giving(role):
            yield identity(grant.who), grant, grant.namespace
        for node in self._holders.get(role, ()):
            yield node, None, node.namespace

    def _candidates(self, ask: Ask) -> Iterable[Role]:
        words: dict[str, None] = {ALL: None}
        for _, resource in ask.resources:
            words[resource] = None
            if "/" in resource:
                words[f"*/{resource.partition('/')[2]}"] = None
        return dict.fromkeys(role for word in words for role in self._naming.get(word, ()))


def is_full(role: Role) -> bool:
    """Tell whether a role allows everything on all resources."""
    return any(
        ALL in one.rule.verbs and ALL in one.rule.groups and ALL in one.rule.resources and not one.rule.names
        for one in role.rules
    )


def _matches(role: Role, ask: Ask) -> list[tuple[str, Ruled]]:
    """The names for which a role gives a right, with the first rule that does; one for any makes the others idle."""
    found: dict[str, Ruled] = {}
    for ruled in role.rules:
        for name in ruled.rule.names or (_ANY,):
            if name not in found and _allows(ruled, ask, name):
                found[name] = ruled
    if ask.only:
        kept = [ruled for name, ruled in found.items() if name in ("", _ANY) or name in ask.only]
        return [("", kept[0])] if kept else []
    for name in (_ANY, ""):
        if name in found:
            return [("", found[name])]
    return list(found.items())


def _allows(ruled: Ruled, ask: Ask, name: str) -> bool:
    for group, resource in ask.resources:
        plural, _, sub = resource.partition("/")
        for verb in ask.verbs:
            if not name and (sub or verb not in _FOR_ALL):
                continue  # No such request is without a name.
            asked = "" if verb in _NAMELESS and not sub else name
            if ruled.rule.allows(Request(verb, group, plural, sub, asked)):
                return True
    return False


def _choices(rows: Sequence[Sequence[Held]]) -> Iterator[tuple[Held, ...]]:
    """One of each row, in every way that matters: a grant that gives all of it by itself needs no other beside it."""
    alone = [{one.grant: one for one in row if not one.name} for row in rows]
    enough = set(alone[0]).intersection(*alone[1:])
    for grant in alone[0]:
        if grant in enough:
            yield tuple(row[grant] for row in alone)
    yield from product(*([one for one in row if one.grant not in enough] for row in rows))


def _meeting(found: Sequence[Held]) -> str | None:
    """The namespace in which all of the rights count; empty for everywhere, None for nowhere."""
    where = {one.namespace for one in found} - {""}
    if len(where) > 1:
        return None
    return where.pop() if where else ""
