"""All roles and grants of a picture, and the answers that they give.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/: RBAC only ever adds, so a request is allowed when
some grant allows it; and Kubernetes' pkg/registry/rbac/validation for whom a binding means.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.rbac.aggregating import aggregated
from hardstand.analysis.rbac.grants import Grant, subjects
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.resources import of_the_cluster
from hardstand.analysis.rbac.roles import Role, Ruled, role_of
from hardstand.analysis.rbac.rule import ALL
from hardstand.analysis.rbac.who import MASTERS, Actor, Who, group, user
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.rbac import (
    AnyRole,
    Binding,
    ClusterRole,
    ClusterRoleBinding,
    RoleBinding,
)
from hardstand.inventory.views.rbac import (
    Role as RoleView,
)
from hardstand.model.violation import MalformedFieldError

RBAC_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (AnyRole, ("rules", "aggregationRule", "metadata.labels", "metadata.annotations")),
    (Binding, ("subjects", "roleRef", "metadata.labels", "metadata.annotations")),
)
"""The views that must be among the neighbours, and what must be kept of each."""

_LISTED: tuple[type[Subject], ...] = (RoleView, ClusterRole, RoleBinding, ClusterRoleBinding)


@dataclass(frozen=True, slots=True)
class Proof:
    """A grant and the rule of its role that allow a request; neither for a member of `system:masters`."""

    grant: Grant | None
    ruled: Ruled | None

    def __str__(self) -> str:
        if self.grant is None or self.ruled is None:
            return f"members of {MASTERS} may do everything"
        other = self.ruled.role != self.grant.role_name
        where = f"rule {self.ruled.at + 1} of {self.ruled.role}, which it aggregates" if other else (
            f"rule {self.ruled.at + 1}"
        )  # fmt: skip
        return f"{self.grant} ({where}: {self.ruled.rule})"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that could not be read, and may allow what nothing else does."""

    reason: str
    who: Who | None = None
    """Whom it would allow something; None where it may be anybody."""
    namespace: str = ""
    """Where; empty is everywhere."""
    but: frozenset[str] = frozenset()
    """Namespaces of which everything was read all the same."""

    def about(self, namespace: str | None) -> bool:
        """Whether it is about what somebody may do in a namespace or, with None, in any."""
        if namespace is None:
            return True
        return namespace == self.namespace if self.namespace else namespace not in self.but


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a request is allowed, and by what."""

    allowed: bool
    proof: Proof | None
    """The first grant that allows it."""
    doubts: tuple[str, ...] = ()
    """Why it may be allowed all the same; only where it is not."""

    @property
    def because(self) -> str:
        """The answer's reason as a sentence."""
        if self.proof is not None:
            return str(self.proof)
        return "; ".join(("no grant allows it", *self.doubts))


class Permissions:
    """The roles and grants of one picture. Built once in time linear in them; it never changes."""

    def __init__(self, roles: Iterable[Role], grants: Sequence[Grant], doubts: Sequence[Doubt] = ()) -> None:
        """`roles` are those that count, aggregated already; `doubts`, what more there may be."""
        self.roles = tuple(roles)
        self.grants = tuple(grants)
        self.doubts = (*doubts, *_role_doubts(self.grants))
        self._to: dict[Who, list[Grant]] = defaultdict(list)
        self._by_role: dict[Role, list[Grant]] = defaultdict(list)
        for one in self.grants:
            self._to[one.who].append(one)
            if one.role is not None:
                self._by_role[one.role].append(one)
        self._naming = _by_resource(self.roles)

    @classmethod
    def of(
        cls,
        neighbours: Neighbours,
        *,
        settled: bool,
        assumed: Iterable[Role] = (),
        changed: bool = False,
    ) -> "Permissions":
        """Those that a picture holds.

        `settled`: it is of a running cluster, where rules stand as controllers have written them, and what is not
        there is not there. Else ClusterRoles are aggregated as they will be, and `assumed` are roles that every
        cluster has, not yet aggregated, unless the picture has them itself. `changed`: something that is yet to be
        applied was laid over a running cluster, so that its controllers will aggregate once more.
        """
        roles = [role_of(one) for one in neighbours.anywhere(AnyRole)]
        if changed and settled:
            roles = aggregated(roles)
        if not settled:
            own = {(one.namespace, one.name) for one in roles}
            roles = aggregated([*roles, *(one for one in assumed if (one.namespace, one.name) not in own)])
        known = {(one.namespace, one.name): one for one in roles}
        gaps = (gap for view in _LISTED for gap in neighbours.gaps(view))
        doubts = [Doubt(gap.reason, namespace=gap.namespace or "", but=gap.but) for gap in gaps]
        grants: list[Grant] = []
        for binding in neighbours.anywhere(Binding):
            try:
                grants.extend(_grants(binding, known))
            except MalformedFieldError as error:
                doubts.append(Doubt(f"in {binding.object.ref}, {error}", namespace=binding.namespace or ""))
        if not settled:
            doubts.extend(_missing(one) for one in grants if one.role is None)
        grants.sort(key=lambda one: (bool(one.namespace), one.namespace, one.binding.name, one.index))
        return cls(known.values(), grants, doubts)

    def decide(self, who: Actor, asked: Request) -> Answer:
        """Tell whether a request is allowed to somebody, as the API server would."""
        proof = next(self.proofs(who, asked), None)
        if proof is not None:
            return Answer(allowed=True, proof=proof)
        return Answer(allowed=False, proof=None, doubts=self.doubts_about(who, asked.namespace))

    def proofs(self, who: Actor, asked: Request) -> Iterator[Proof]:
        """Everything that allows a request, in the order in which the API server looks."""
        if MASTERS in who.groups:
            yield Proof(None, None)
        for grant in self.given(who, "" if asked.path is not None else asked.namespace):
            ruled = grant.role.allowing(asked) if grant.role else None
            if ruled is not None:
                yield Proof(grant, ruled)

    def given(self, who: Actor, namespace: str | None = None) -> Iterator[Grant]:
        """The grants that count for somebody: everywhere and in the namespace, or with None in any."""
        for one in _meant(who):
            for grant in self._to.get(one, ()):
                if not grant.namespace or namespace is None or grant.namespace == namespace:
                    yield grant

    def given_to(self, who: Who) -> Sequence[Grant]:
        """The grants that name a subject itself, not by way of a group."""
        return self._to.get(who, ())

    def subjects(self) -> Iterable[Who]:
        """Everyone whom some grant names."""
        return self._to.keys()

    def giving(self, role: Role) -> Sequence[Grant]:
        """The grants of a role."""
        return self._by_role.get(role, ())

    def holders(self, asked: Request, *, anywhere: bool = False) -> list[Proof]:
        """Every grant that allows a request, with the rule; whoever is in `system:masters` may do it as well.

        `anywhere`: in whichever namespace, too. What lies in no namespace is allowed by a RoleBinding nowhere.
        """
        home = "" if asked.path is not None else asked.namespace
        anywhere = anywhere and asked.path is None and not of_the_cluster(asked.group, asked.resource)
        found: list[Proof] = []
        for role in self._candidates(asked):
            ruled = role.allowing(asked)
            if ruled is not None:
                found.extend(
                    Proof(grant, ruled)
                    for grant in self._by_role.get(role, ())
                    if anywhere or not grant.namespace or home == grant.namespace
                )
        return sorted(found, key=_order)

    def _candidates(self, asked: Request) -> Iterable[Role]:
        """The roles with a rule that names what is asked for; others are not worth asking."""
        if asked.path is not None:
            return self.roles
        words = (asked.combined, ALL, f"*/{asked.subresource}" if asked.subresource else ALL)
        return dict.fromkeys(role for word in words for role in self._naming.get(word, ()))

    def doubts_about(self, who: Actor, namespace: str | None = None) -> tuple[str, ...]:
        """Why somebody may be allowed more, in a namespace or, with None, in any."""
        if not self.doubts:
            return ()
        meant = set(_meant(who))
        here = (one for one in self.doubts if one.about(namespace))
        return tuple(dict.fromkeys(one.reason for one in here if one.who is None or one.who in meant))


def _meant(who: Actor) -> Iterator[Who]:
    """The subjects that mean somebody."""
    if who.user:
        yield user(who.user)
    for name in sorted(who.groups):
        yield group(name)


def _order(proof: Proof) -> tuple[bool, tuple[str, str, Who]]:
    if proof.grant is None:
        raise ValueError("a proof without a grant has no place among grants")
    return (bool(proof.grant.namespace), proof.grant.key)


def _grants(binding: Binding, known: Mapping[tuple[str, str], Role]) -> list[Grant]:
    home = binding.namespace or ""
    kind, name = binding.role.kind_ or "", binding.role.name or ""
    role = known.get((home if kind == "Role" else "", name)) if kind in ("Role", "ClusterRole") else None
    if kind == "Role" and not home:
        role = None  # The API server does not take it, and would find no such role.
    return [Grant(who, role, home, binding.object, at, kind, name) for at, who in subjects(binding)]


def _missing(grant: Grant) -> Doubt:
    return Doubt(f"{grant.given_by} gives {grant.role_called}, which is not in the input", grant.who, grant.namespace)


def _role_doubts(grants: Iterable[Grant]) -> Iterator[Doubt]:
    for one in grants:
        if one.role is not None and one.role.unreadable:
            yield Doubt(f"{one.role} cannot be read: {one.role.unreadable}", one.who, one.namespace)


def _by_resource(roles: Iterable[Role]) -> Mapping[str, Sequence[Role]]:
    naming: dict[str, dict[Role, None]] = defaultdict(dict)
    for one in roles:
        for ruled in one.rules:
            for word in ruled.rule.resources:
                naming[word][one] = None
    return {word: tuple(found) for word, found in naming.items()}
