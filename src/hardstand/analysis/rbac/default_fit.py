"""How well a set of parts fits what Kubernetes had at each version: the rights of a role, or the subjects of a binding.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation: at each start the API server
adds to its default roles and bindings what is missing, and takes nothing away. So what an earlier version had stays in
a cluster that was upgraded, and is no change that somebody made.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Era(Generic[P]):
    """What one version has."""

    version: str
    must: Set[P]
    may: Set[P]
    """With what feature gates bring; holds `must`."""


@dataclass(frozen=True, slots=True)
class Fit(Generic[P]):
    """What it fits best, and the differences from that."""

    versions: tuple[str, ...]
    """All that it fits best, oldest first; the differences are from the newest of them."""
    added: Set[P]
    removed: Set[P]
    kept: Set[P]
    """What only earlier versions had."""


def fitted(parts: Set[P], eras: Sequence[Era[P]]) -> Fit[P]:
    """The versions that `parts` fit best; `eras` are one or more, oldest first."""
    best: list[Era[P]] = []
    least: tuple[int, int] | None = None
    before: Set[P] = frozenset()
    fit: Fit[P] | None = None
    for era in eras:
        before = before if era.may <= before else before | era.may
        added, removed, kept = parts - before, era.must - parts, (parts & before) - era.may
        cost = (len(added) + len(removed), len(kept))
        if least is not None and cost > least:
            continue
        best = [*best, era] if cost == least else [era]
        least = cost
        fit = Fit(tuple(one.version for one in best), added, removed, kept)
    if fit is None:
        raise ValueError("there is no version to compare with")
    return fit
