"""Paths that are alike: one of them is told, and of the others only where they begin.

Two are alike where they do the same up to the first thing that somebody was given, have the same role there, maybe by
another binding, and need the very same from there on. Which of the cluster's nodes a pod is on makes no difference.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.escalation.graph import NODE, Element, Fact, Node, Step, key_of
from hardstand.analysis.escalation.paths import Path
from hardstand.analysis.escalation.powers import KUBELET


@dataclass(frozen=True, slots=True)
class Group:
    """Paths that are alike."""

    first: Path
    """The one to tell."""
    others: tuple[Path, ...] = ()


def alone(paths: Iterable[Path]) -> Sequence[Group]:
    """Each path as a group of its own, to be told in full."""
    return [Group(one) for one in paths]


def grouped(paths: Iterable[Path]) -> Sequence[Group]:
    """The paths in groups, by the place of the first of each."""
    found: dict[Hashable, list[Path]] = defaultdict(list)
    for one in paths:
        found[tuple(_likeness(one))].append(one)
    return [Group(first, tuple(others)) for first, *others in found.values()]


def _likeness(path: Path) -> Iterator[Hashable]:
    """What is the same in paths that are alike, step by step."""
    own = True
    for step in path.steps:
        yield step.kind.id, _end(step, own=own), *sorted(_need(need, own=own) for need in step.needs)
        own = own and not (step.kind.counts and step.needs)


def _end(step: Step, *, own: bool) -> Hashable:
    """Where a step ends. As long as somebody only is what it is, who that is makes no difference."""
    if own and not step.kind.counts:
        return step.end.sort
    return _place(step.end)


def _place(node: Node) -> Hashable:
    return node.sort if node.sort in (NODE, KUBELET) else node


def _need(need: Element, *, own: bool) -> tuple[str, ...]:
    if not own:
        return key_of(need)
    return ("fact",) if isinstance(need, Fact) else ("grant", need.role_called, need.namespace)
