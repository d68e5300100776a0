"""What is taken away from a picture to see what is left: an estimate that is proven by reading the changed picture."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from hardstand.analysis.escalation.graph import Element, Node, Step
from hardstand.analysis.escalation.steps.inmates import TOKEN


@dataclass(frozen=True, slots=True)
class Cut:
    """What is gone."""

    elements: AbstractSet[Element] = frozenset()
    """Grants, and facts such as that a workload breaks out to its node."""
    tokens: AbstractSet[Node] = frozenset()
    """Places in which no token is mounted any more."""
    secrets: AbstractSet[tuple[Node, Node]] = frozenset()
    """Workloads, and Secrets that their pods are not given any more."""
    silent: AbstractSet[Node] = frozenset()
    """Workloads that may call nobody."""
    closed: AbstractSet[Node] = frozenset()
    """Workloads that nobody may call."""

    def takes(self, step: Step, home: Node) -> bool:
        """Tell whether a step is gone with it; `home` is the workload that it begins at, or else its start."""
        if step.kind is TOKEN and step.start in self.tokens:
            return True
        if (home, step.end) in self.secrets:
            return True
        return not step.needs.isdisjoint(self.elements)


NOTHING: Final = Cut()
