"""The graph of escalation: who, what they may come to be or hold, and the steps from one to the next.

A step has everything that it needs beside its start in `needs`: the grants, and facts such as that a workload runs
privileged. All of them must be there, so taking any one of them away ends the step. Where the same start reaches the
same end by other grants, that is another step.

Between an identity and what it becomes there mostly lies a power, such as to run pods in a namespace: who holds it is
one set of steps, what comes of it is another, and their number grows with the input and not with its square.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Proof
from hardstand.analysis.rbac.who import Sort, Who

CLUSTER_ADMIN = "cluster-admin"
NODE = "node"
SECRETS = "secrets"
WORKLOAD = "workload"

_SORTS = {sort.lower(): sort for sort in Sort}


class Node(NamedTuple):
    """Somebody, or something that somebody may hold."""

    sort: str
    """`user`, `group` or `serviceaccount`; `cluster-admin`, `node`, `secrets`, `workload`; or the id of a power."""
    namespace: str = ""
    """Where it counts; of a power and of secrets, empty is everywhere."""
    name: str = ""
    """Of which object; of a node, a power and of secrets, empty is any that one likes."""

    @property
    def who(self) -> Who | None:
        """The identity that it is; None for all else."""
        sort = _SORTS.get(self.sort)
        return None if sort is None else Who(sort, self.name, self.namespace)

    @property
    def word(self) -> str:
        """How it is named on a command line and in data: `serviceaccount:shop/web`, `secrets:shop`, `node`."""
        rest = "/".join(part for part in (self.namespace, self.name) if part)
        return f"{self.sort}:{rest}" if rest else self.sort

    def __str__(self) -> str:
        return self.word


ADMIN = Node(CLUSTER_ADMIN)
"""Whoever is here may do everything."""


def identity(who: Who) -> Node:
    """The node of a subject."""
    return Node(who.sort.lower(), who.namespace, who.name)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the estate, other than a grant, that a step needs: a workload that runs privileged."""

    key: str
    """What tells it from every other fact of a picture."""
    text: str = field(compare=False)
    """The fact as a sentence without a full stop."""

    def __str__(self) -> str:
        return self.text


Element: TypeAlias = Grant | Fact
"""What can be taken away."""


def key_of(element: Element) -> tuple[str, str, str]:
    """What tells an element from every other one of a picture; it sorts."""
    if isinstance(element, Fact):
        return ("fact", element.key, "")
    return ("grant", f"{element.kind} {element.namespace}/{element.binding.name}", element.who.word)


@dataclass(frozen=True, slots=True)
class StepKind:
    """One way to get from here to there, the same for all who can."""

    id: str
    does: str
    """What is done, as a sentence without its subject, with `{namespace}`, `{where}` and `{name}` of the end and
    `{end}` and `{start}`: `creates a pod in {namespace}`."""
    fix: str
    """What ends it, in the same words."""
    source: str
    """Where it is written that it works."""
    sure: bool = True
    """It works by itself; else it depends on what others do, or on what no manifest shows."""
    counts: bool = True
    """Something is done; else it only says what one is or has already, and no path is longer by it."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """From one node to another."""

    start: Node
    end: Node
    kind: StepKind
    needs: frozenset[Element] = frozenset()
    """All of what must be there."""
    proofs: tuple[Proof, ...] = ()
    """For each grant among the needs, the rule that counts."""

    @property
    def sentence(self) -> str:
        """What is done, without its subject."""
        return self._filled(self.kind.does)

    @property
    def fix(self) -> str:
        """What ends the step."""
        return self._filled(self.kind.fix)

    @property
    def key(self) -> tuple[Node, Node, str, tuple[tuple[str, str, str], ...]]:
        """What tells it from every other step; it sorts."""
        return (self.start, self.end, self.kind.id, tuple(sorted(map(key_of, self.needs))))

    def _filled(self, text: str) -> str:
        where = f"in {self.end.namespace}" if self.end.namespace else "in any namespace"
        return text.format(
            start=self.start,
            end=self.end,
            where=where,
            namespace=self.end.namespace or "any namespace",
            name=self.end.name,
        )


class Graph:
    """Steps, by their ends. It never changes."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """`steps` are kept in their order, which decides between paths that are equal otherwise."""
        self.steps: Sequence[Step] = tuple(steps)

    @cached_property
    def leaving(self) -> Mapping[Node, Sequence[Step]]:
        """The steps from each node."""
        found: dict[Node, list[Step]] = defaultdict(list)
        for step in self.steps:
            found[step.start].append(step)
        return dict(found)

    @cached_property
    def arriving(self) -> Mapping[Node, Sequence[Step]]:
        """The steps to each node."""
        found: dict[Node, list[Step]] = defaultdict(list)
        for step in self.steps:
            found[step.end].append(step)
        return dict(found)

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """Every node that a step begins or ends at, sorted."""
        return sorted({step.start for step in self.steps} | {step.end for step in self.steps})

    def without(self, elements: AbstractSet[Element]) -> "Graph":
        """The graph once these are gone."""
        return Graph(step for step in self.steps if step.needs.isdisjoint(elements))

    def reachable(self, starts: Iterable[Node], without: AbstractSet[Element] = frozenset()) -> set[Node]:
        """Where one can get from any of the starts, themselves among it; `without` these elements."""
        found = set(starts)
        pending = list(found)
        leaving = self.leaving
        while pending:
            for step in leaving.get(pending.pop(), ()):
                if step.end not in found and step.needs.isdisjoint(without):
                    found.add(step.end)
                    pending.append(step.end)
        return found
