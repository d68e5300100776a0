"""Rights that somebody holds together, told by what they are for; the grants that give the same are one row.

How many there are grows with the namespaces and names that rights are for, and not with how often they are given.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, TypeAlias

from hardstand.analysis.escalation.graph import Node, Step, StepKind, key_of
from hardstand.analysis.escalation.parts import HALF, PART
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Proof
from hardstand.analysis.rbac.roles import Ruled


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


class Right(NamedTuple):
    """What a right is for, whoever gives it."""

    namespace: str
    """Where it counts; empty is everywhere."""
    name: str
    """The only object that it is for; empty is any."""
    own: bool = True
    """It was given to somebody by name; else by way of a group."""


_Rows: TypeAlias = Mapping[Right, Sequence[Held]]


@dataclass(frozen=True, slots=True)
class Joint:
    """Rights that somebody holds together: one for each that was asked for."""

    start: Node
    namespace: str
    """Where all of them count."""
    held: tuple[Right, ...]
    rows: tuple[Sequence[Held], ...]
    """What gives them: of each row one is needed. A row may give several of the rights."""
    called: str
    """What tells it from every other joint of its start."""

    def steps(self, end: Node, kind: StepKind, also: Sequence[Grant] | None = None) -> Iterator[Step]:
        """The steps that they make to an end; with `also`, one of these grants is needed beside them."""
        rows = [row for row in map(_proven, self.rows) if row]
        if also is not None:
            rows.append([(one, _first(one)) for one in also])
        many = [len(row) for row in rows if len(row) != 1]
        if len(many) < 2 and (len(rows) == 1 or not any(size > _FEW for size in many)):
            for found in product(*rows):
                yield _step(self.start, end, kind, found)
            return
        node = self.start
        for at, row in enumerate(rows, 1):
            last = at == len(rows)
            after = end if last else Node(PART, self.namespace, f"{self.start} {kind.id} {end} {self.called} {at}")
            for one in row:
                yield _step(node, after, kind if last else HALF, (one,))
            node = after


_Given: TypeAlias = tuple[Grant, Proof | None]
_FEW = 16
"""So many alternatives of one right are told as whole steps, each with what else it needs."""


def _proven(row: Sequence[Held]) -> Sequence[_Given]:
    """The grants of a row with their rules; none where the right needs no grant, as that of whoever holds a role."""
    return [(one.grant, Proof(one.grant, one.ruled)) for one in row if one.grant is not None]


def _first(grant: Grant) -> Proof | None:
    return Proof(grant, grant.role.rules[0]) if grant.role and grant.role.rules else None


def _step(start: Node, end: Node, kind: StepKind, found: Iterable[_Given]) -> Step:
    found = tuple(found)
    proofs = {(one.grant, one.ruled): one for _, one in found if one is not None}
    return Step(start, end, kind, frozenset(grant for grant, _ in found), tuple(proofs.values()))


def joints(start: Node, called: str, rows: Sequence[Sequence[Held]], *, alike: bool) -> Iterator[Joint]:
    """What somebody holds together. `called` is what is asked for, `rows` who gives it, themselves or their groups."""
    enough = _enough(rows)
    for where, found in enough.items():
        own = [one for one in found if one.holder == start and not one.whole]
        if own:
            yield Joint(start, where, (Right(where, ""),) * len(rows), (_different(own),), f"{called} at once {where}")
    alone = {one.grant for found in enough.values() for one in found}
    if any(all(one.grant in alone for one in row) for row in rows):
        return
    kinds = [_sorted(start, [one for one in row if one.grant not in alone]) for row in rows]
    for where, rights in _combined(kinds, alike=alike):
        if any(one.own for one in rights):
            what = " ".join(f"{one.namespace}/{one.name}/{one.own:d}" for one in rights)
            held = tuple(kinds[at][one] for at, one in enumerate(rights))
            yield Joint(start, where, rights, held, f"{called} {where} {what}")


def _enough(rows: Sequence[Sequence[Held]]) -> Mapping[str, Sequence[Held]]:
    """By namespace, the grants that give each of the rights by themselves, and need no other beside them."""
    alone = [{one.grant: one for one in row if not one.name} for row in rows]
    both = set(alone[0]).intersection(*alone[1:])
    if not both:
        return {}
    found: dict[str, list[Held]] = defaultdict(list)
    for grant, one in alone[0].items():
        if grant in both:
            found[one.namespace].append(one)
    return found


def _sorted(start: Node, row: Iterable[Held]) -> dict[Right, Sequence[Held]]:
    """What gives a right, by what it is for."""
    found: dict[Right, list[Held]] = defaultdict(list)
    for one in row:
        found[Right(one.namespace, one.name, one.holder == start)].append(one)
    return {right: _different(same) for right, same in found.items()}


def _different(same: Iterable[Held]) -> Sequence[Held]:
    """Each grant once, also where its binding is written twice."""
    first: dict[object, Held] = {}
    for one in same:
        first.setdefault(one.grant and key_of(one.grant), one)
    return [first[None]] if None in first else list(first.values())


def _combined(kinds: Sequence[_Rows], *, alike: bool) -> Iterator[tuple[str, tuple[Right, ...]]]:
    """One right of each row, wherever all of them count."""
    by = [_by_namespace(row) for row in kinds]
    for where in dict.fromkeys(("", *(namespace for row in by for namespace in row))):
        here = [[*row.get("", ()), *(row.get(where, ()) if where else ())] for row in by]
        for found in _of_one_name(here) if alike else product(*here):
            if not where or any(one.namespace for one in found):
                yield where, found


def _by_namespace(row: _Rows) -> Mapping[str, Sequence[Right]]:
    found: dict[str, list[Right]] = defaultdict(list)
    for right in row:
        found[right.namespace].append(right)
    return found


def _of_one_name(rows: Sequence[Sequence[Right]]) -> Iterator[tuple[Right, ...]]:
    """One right of each row, those that are for one object all for the same."""
    by: list[dict[str, list[Right]]] = []
    for row in rows:
        by.append(defaultdict(list))
        for right in row:
            by[-1][right.name].append(right)
    for name in dict.fromkeys(("", *(name for row in by for name in row))):
        here = [[*row.get("", ()), *(row.get(name, ()) if name else ())] for row in by]
        yield from (found for found in product(*here) if not name or any(one.name for one in found))
