"""The graph of a picture: all steps of all families, and those that follow from what the nodes are.

Two ways from one node to another that need the same are one; where one needs all that another one needs and more, it is
none, for it begins and ends with that.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise

from hardstand.analysis.escalation import steps as families
from hardstand.analysis.escalation.graph import Graph, Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT, HOLDER, NAMESPACED
from hardstand.analysis.escalation.rights import above
from hardstand.analysis.escalation.steps import bindings

_DOCS = "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#users-in-kubernetes"
MEMBER = StepKind("member", "is in the group by being what it is", "see the step after", _DOCS, counts=False)
COVERS = StepKind("covers", "has it there too", "see the step before", _DOCS, counts=False)

Family = Callable[[Picture], Iterator[Step]]


@cache
def found_families() -> Sequence[tuple[str, Family]]:
    """Each family of steps with its name, sorted."""
    names = sorted(one.name for one in pkgutil.iter_modules(families.__path__))
    return [(name, importlib.import_module(f"{families.__name__}.{name}").find) for name in names]


@cache
def kinds() -> Sequence[StepKind]:
    """Every kind of step that there is, by its id."""
    found: dict[str, StepKind] = {MEMBER.id: MEMBER, COVERS.id: COVERS}
    for name, _ in found_families():
        for one in vars(importlib.import_module(f"{families.__name__}.{name}")).values():
            if isinstance(one, StepKind) and found.setdefault(one.id, one) is not one:
                raise ValueError(f"two kinds of steps are called {one.id}")
    return [found[name] for name in sorted(found)]


def graph_of(picture: Picture, also: Iterable[Node] = ()) -> Graph:
    """All steps of a picture, in an order that does not depend on the order of its objects.

    `also`: identities that are asked about, though nothing may be given to them but by way of their groups.
    """
    _adopt_holders(picture)
    found = [step for _, find in found_families() for step in find(picture)]
    found.extend(_covering(picture, found))
    found.extend(_memberships(found, also))
    return Graph(_lean(found))


def _adopt_holders(picture: Picture) -> None:
    """Have the rights of roles that somebody may give to themselves count for whoever does."""
    known: set[Node] = set()
    while True:
        new = {step.end for step in bindings.find(picture) if step.end.sort == HOLDER} - known
        if not new:
            return
        known |= new
        picture.rights.adopt(sorted(new))


def _covering(picture: Picture, found: Iterable[Step]) -> Iterator[Step]:
    """Who has a power everywhere has it in each namespace, and who has it there has it over each object."""
    starts, ends = {step.start for step in found}, {step.end for step in found}
    for node in sorted(ends):
        if node.sort == ANY_ACCOUNT and node.name:
            for home in [node.namespace] if node.namespace else picture.accounts:
                if node.name in picture.accounts.get(home, ()):
                    yield Step(node, Node("serviceaccount", home, node.name), COVERS)
    wide = {node for node in starts if node.sort in NAMESPACED and node.namespace and not node.name}
    for node in sorted(starts):
        if node.sort in NAMESPACED and node.name and node.namespace:
            wide.add(Node(node.sort, node.namespace))
            yield Step(Node(node.sort, node.namespace), node, COVERS)
            yield Step(Node(node.sort, "", node.name), node, COVERS)
    for node in sorted(wide):
        yield Step(Node(node.sort), node, COVERS)


def _memberships(found: Iterable[Step], also: Iterable[Node]) -> Iterator[Step]:
    """From identities to the groups that they are in, as far as anything is given to those."""
    starts = {step.start for step in found}
    seen: set[Node] = set()
    for node in sorted(starts | {step.end for step in found} | set(also)):
        line: list[Node] = []
        one: Node | None = node if node.who is not None else None
        while one is not None:
            line.append(one)
            one = above(one)
        while line and line[-1] not in starts:
            line.pop()
        for lower, upper in pairwise(line):
            if lower not in seen:
                seen.add(lower)
                yield Step(lower, upper, MEMBER)


def _lean(found: Iterable[Step]) -> Iterator[Step]:
    """The steps in order, without those that say no more than another one."""
    ordered = sorted(found, key=lambda step: (step.start, step.end))
    for _, alike in groupby(ordered, key=lambda step: (step.start, step.end)):
        group = list(alike)
        if len(group) == 1:
            yield group[0]
            continue
        yield from _least(sorted(group, key=lambda step: (not step.kind.sure, len(step.needs), step.key)))


def _least(ordered: Sequence[Step]) -> Iterator[Step]:
    """Those of one start and end that need something else than each before; what is sure comes before what is not.

    Of needs the smaller come first, so that whatever could make a step idle comes before it.
    """
    kept: dict[frozenset[object], Step] = {}
    by_element: dict[object, list[frozenset[object]]] = defaultdict(list)
    for step in ordered:
        needs: frozenset[object] = frozenset(step.needs)
        idle = frozenset() in kept or any(other <= needs for element in needs for other in by_element.get(element, ()))
        if idle:
            continue
        kept[needs] = step
        for element in needs:
            by_element[element].append(needs)
        yield step
