"""ClusterRoles with the rules of those that they aggregate, in time that grows with the roles and not their square.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles; a controller writes the
union over the rules of a ClusterRole with an aggregation rule, so what stands there in a file counts for nothing.

Many roles ask for the same labels, and roles that aggregate one another hold the same. So each selector is answered
once, each set of selected roles is followed once, and all that hold the same share one tuple of rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hardstand.analysis.rbac.roles import Role, Ruled
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rings import rings
from hardstand.analysis.selecting import selects
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.violation import MalformedFieldError

_Asked = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, tuple[str, ...]], ...]]
_Chosen = tuple[int, ...]
"""Places of roles, in their order."""


class _Total(NamedTuple):
    """What roles hold that select the same."""

    rules: tuple[Ruled, ...]
    unreadable: str
    """Why that is not all."""


def aggregated(roles: Iterable[Role]) -> list[Role]:
    """The roles, with those that aggregate given the rules of what they select, however deep, in the roles' order.

    Roles of one name and namespace are one: their rules add up, since which of them counts cannot be told.
    """
    known = list(_merged(roles).values())
    clusterwide = [one for one in known if not one.namespace]
    choosing = _Choosing(clusterwide)
    chosen = {one: choosing.chosen(one) for one in clusterwide if one.aggregates}
    totals = _totals(clusterwide, {one: places for one, (places, _) in chosen.items()})
    found = []
    for one in known:
        if not one.aggregates:
            found.append(one)
            continue
        places, wrong = chosen[one]
        total = totals[places]
        unreadable = one.unreadable or wrong or total.unreadable
        found.append(Role(one.name, "", total.rules, one.object, unreadable, one.labels, one.aggregates))
    return found


def _merged(roles: Iterable[Role]) -> dict[tuple[str, str], Role]:
    known: dict[tuple[str, str], Role] = {}
    for one in roles:
        key = (one.namespace, one.name)
        before = known.get(key)
        if before is None:
            known[key] = one
            continue
        known[key] = Role(
            one.name,
            one.namespace,
            (*before.rules, *one.rules),
            before.object or one.object,
            before.unreadable or one.unreadable,
            {**before.labels, **one.labels},
            (*before.aggregates, *one.aggregates),
        )
    return known


class _Choosing:
    """Which of the ClusterRoles selectors select."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles
        self._labelled: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, one in enumerate(roles):
            for label in one.labels.items():
                self._labelled[label].append(at)
        self._known: dict[_Asked, _Chosen] = {}

    def chosen(self, one: Role) -> tuple[_Chosen, str]:
        """The roles that any of its selectors selects, and what is wrong with the others."""
        found: dict[_Chosen, None] = {}
        wrong = ""
        for selector in one.aggregates:
            try:
                found[self._by(selector)] = None
            except MalformedFieldError as error:  # The API server does not take such a selector.
                wrong = wrong or str(error)
        if len(found) == 1:
            return next(iter(found)), wrong
        return tuple(sorted({at for places in found for at in places})), wrong

    def _by(self, selector: LabelSelector) -> _Chosen:
        wanted = tuple(sorted(selector.match_labels.items()))
        asked = (wanted, tuple((e.key or "", e.operator or "", tuple(e.values)) for e in selector.match_expressions))
        if asked not in self._known:
            rows: list[Sequence[int]] = [self._labelled.get(label, []) for label in wanted]
            near: Sequence[int] = min(rows, key=len) if rows else range(len(self._roles))
            self._known[asked] = tuple(at for at in near if selects(selector, self._roles[at].labels))
        return self._known[asked]


def _totals(roles: Sequence[Role], chosen: Mapping[Role, _Chosen]) -> Mapping[_Chosen, _Total]:
    """For each set of roles that is selected, what whoever selects it holds."""
    sets = tuple(dict.fromkeys(chosen.values()))
    place = {one: at for at, one in enumerate(sets)}
    leading = [list(dict.fromkeys(place[chosen[roles[at]]] for at in one if roles[at].aggregates)) for one in sets]
    held: dict[int, frozenset[int]] = {}
    totals: dict[frozenset[int], _Total] = {}
    for ring in rings(leading):
        members = {at for one in ring for at in sets[one]}
        below = {held[other] for one in ring for other in leading[one] if other in held}
        everything = frozenset(members).union(*below)
        for one in ring:
            held[one] = everything
        if everything not in totals:
            totals[everything] = _total([roles[at] for at in sorted(everything)])
    return {one: totals[held[at]] for at, one in enumerate(sets)}


def _total(roles: Sequence[Role]) -> _Total:
    """The rules of those that aggregate none, each once, as the controller writes them."""
    first: dict[Rule, Ruled] = {}
    for one in roles:
        for ruled in () if one.aggregates else one.rules:
            first.setdefault(ruled.rule, ruled)
    return _Total(tuple(first.values()), next((one.unreadable for one in roles if one.unreadable), ""))
