"""Entries under `classes.workloads`, and what they are made from."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.draft.worth import Guess
from hardstand.draft.writing import several
from hardstand.model.tier import Data


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry under `classes.workloads`; what is empty is not written."""

    namespaces: tuple[str, ...]
    names: tuple[str, ...]
    environments: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Where workloads without a namespace lie: a name alone would fit others that are called the same."""
    data: Data | None = None
    because: str = ""
    regime: str = ""
    condition: str = ""
    owner: str = ""
    owner_because: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What entries must have in common to become one."""

    data: Data
    regime: str
    condition: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One workload, in whatever places it was read."""

    where: str
    """Its namespace, or the place of one that has none."""
    name: str
    guess: Guess
    because: str
    kind: Kind


def because(members: Sequence[Known]) -> str:
    """Why workloads are classed as they are."""
    by_topic: dict[str, list[str]] = defaultdict(list)
    for one in members:
        if one.name not in by_topic[one.guess.topic]:
            by_topic[one.guess.topic].append(one.name)
    if len(by_topic) > 1:
        return "; ".join(f"{topic}: {several(names, 2)}" for topic, names in by_topic.items())
    reasons = list(dict.fromkeys(one.because for one in members))
    if reasons == ["its name"] and len(members) > 1:
        reasons = ["their names"]
    if len(reasons) > 1 and all(one.startswith("image ") for one in reasons):
        reasons = [one if not at else one.removeprefix("image ") for at, one in enumerate(reasons)]
    return f"{next(iter(by_topic))}, by {several(reasons, 2)}"
