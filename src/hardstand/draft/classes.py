"""Classes of workloads: guesses and owners put together into as few entries as say the same."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hardstand.draft.estate import Estate
from hardstand.draft.grouping import FEW, grouped
from hardstand.draft.owners import Owner
from hardstand.draft.sorting import Sorted
from hardstand.draft.words import DEVELOPMENT, ORDER, PLATFORM, TEST
from hardstand.draft.worth import Guess, guess
from hardstand.draft.writing import exactly, several
from hardstand.model.tier import Data

_MOST_OF_A_KIND = 8
"""Where more entries than these would differ by their namespaces alone, names count wherever they are."""

_MADE_UP = (DEVELOPMENT, TEST)
"""Environments in which data is made up: what it is worth is not guessed from names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry under `classes.workloads`; what is empty is not written."""

    namespaces: tuple[str, ...]
    names: tuple[str, ...]
    environments: tuple[str, ...] = ()
    data: Data | None = None
    because: str = ""
    regime: str = ""
    condition: str = ""
    owner: str = ""
    owner_because: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What entries must have in common to become one."""

    data: Data
    regime: str
    condition: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """One workload, in whatever places it was read."""

    namespace: str
    name: str
    guess: Guess
    because: str
    kind: _Kind


def entries(estate: Estate, placed: Sorted, owners: Sequence[Owner]) -> list[Entry]:
    """The entries, whole namespaces first and then the most sensitive workloads.

    Owners are written into the entries that are about the same workloads.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for kube, _ in estate.workloads:
        names[kube.namespace or ""].add(kube.name)
    there = {placed.environment(kube) for kube, _ in estate.workloads}
    everywhere = [one for one in ORDER if one in there and one not in _MADE_UP] if there & set(_MADE_UP) else []
    made = sorted(
        _joined(list(_known(estate, placed)), names, everywhere),
        key=lambda one: (-(one.data or 0), one.namespaces, one.names),
    )
    for one in owners:
        made = _with_owner(made, one)
    # The last entry that names an owner counts, so what is about whole namespaces comes first.
    return sorted(made, key=lambda one: bool(one.names))


def guessed_nothing(estate: Estate, placed: Sorted) -> bool:
    """Tell whether there are workloads whose data is taken to be made up."""
    return any(placed.environment(kube) in _MADE_UP for kube, _ in estate.workloads)


def _known(estate: Estate, placed: Sorted) -> Iterator[_Known]:
    best: dict[tuple[str, str], _Known] = {}
    for kube, _ in estate.workloads:
        environment = placed.environment(kube)
        if environment is None or environment in _MADE_UP:
            continue
        found = guess(kube, of_platform=environment == PLATFORM)
        if found is None:
            continue
        namespace = kube.namespace or ""
        every = placed.environments(namespace)
        only = tuple(one for one in ORDER if one in every and one not in _MADE_UP)
        kind = _Kind(found[0].data, found[0].regime, found[0].condition, only if len(only) < len(every) else ())
        made = _Known(namespace, kube.name, *found, kind)
        kept = best.get((namespace, kube.name))
        if kept is None or kept.guess.data < made.guess.data:
            best[namespace, kube.name] = made
    yield from best.values()


def _joined(known: Sequence[_Known], names: Mapping[str, set[str]], everywhere: Collection[str]) -> Iterator[Entry]:
    """What is the same, in as few entries as say it: namespaces that are alike throughout, names that are alike in the
    same namespaces, and, where those are too many for a list, names wherever they are."""
    whole, left = _whole_namespaces(known, names)
    for kind, members in whole.items():
        yield from _entry(kind, members, names, (), everywhere)
    by_name: dict[tuple[_Kind, str], list[_Known]] = defaultdict(list)
    for one in left:
        by_name[one.kind, one.name].append(one)
    by_namespaces: dict[tuple[_Kind, tuple[str, ...]], list[_Known]] = defaultdict(list)
    for (kind, _), members in by_name.items():
        by_namespaces[kind, tuple(one.namespace for one in members)].extend(members)
    entries = Counter(kind for kind, _ in by_namespaces)
    anywhere: dict[_Kind, list[_Known]] = defaultdict(list)
    for (kind, where), members in by_namespaces.items():
        mine = sorted({one.name for one in members})
        if entries[kind] > _MOST_OF_A_KIND:
            anywhere[kind] += members
        else:
            beside = {name for namespace in where for name in names[namespace]}.difference(mine)
            patterns = tuple(one.pattern for one in grouped(mine, beside))
            yield from _entry(kind, members, names, patterns, everywhere)
    for kind, members in anywhere.items():
        mine = sorted({one.name for one in members})
        beside = {name for several_ in names.values() for name in several_}.difference(mine)
        yield _made(kind, members, (), tuple(one.pattern for one in grouped(mine, beside)), everywhere)


def _whole_namespaces(
    known: Sequence[_Known], names: Mapping[str, set[str]]
) -> tuple[Mapping[_Kind, list[_Known]], list[_Known]]:
    """The workloads of namespaces of which all are alike, by kind, and the others."""
    by_namespace: dict[str, list[_Known]] = defaultdict(list)
    for one in sorted(known, key=lambda one: (one.namespace, one.name)):
        by_namespace[one.namespace].append(one)
    whole: dict[_Kind, list[_Known]] = defaultdict(list)
    left: list[_Known] = []
    for namespace, members in by_namespace.items():
        alike = namespace and len(members) > 1 and {one.name for one in members} == names[namespace]
        if alike and len({one.kind for one in members}) == 1:
            whole[members[0].kind] += members
        else:
            left += members
    return whole, left


def _entry(
    kind: _Kind,
    members: Sequence[_Known],
    names: Mapping[str, set[str]],
    patterns: tuple[str, ...],
    everywhere: Collection[str],
) -> Iterator[Entry]:
    """An entry for workloads in some namespaces; where these are too many for a list, for their environments."""
    where = list(dict.fromkeys(one.namespace for one in members))
    groups = tuple(one.pattern for one in grouped(where, set(names).difference(where)) if one.pattern)
    if len(groups) <= FEW:
        yield _made(kind, members, groups, patterns)
    elif patterns:
        yield _made(kind, members, (), patterns, everywhere)
    else:
        for at in range(0, len(groups), FEW):
            yield _made(kind, members, groups[at : at + FEW], ())


def _made(
    kind: _Kind,
    members: Sequence[_Known],
    namespaces: tuple[str, ...],
    patterns: tuple[str, ...],
    environments: Collection[str] = (),
) -> Entry:
    return Entry(
        namespaces=namespaces,
        names=patterns,
        environments=kind.environments or tuple(environments),
        data=kind.data,
        because=_because(members),
        regime=kind.regime,
        condition=kind.condition,
    )


def _because(members: Sequence[_Known]) -> str:
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


def _with_owner(made: list[Entry], one: Owner) -> list[Entry]:
    """The entries with an owner's among them: in place where one matches the same, else after the others."""
    names = tuple(map(exactly, one.names))
    left = list(one.namespaces)
    for at, entry in enumerate(made):
        if entry.names == names and not entry.environments and not entry.owner:
            mine = [name for name in left if entry.namespaces == ((exactly(name),) if name else ())]
            if mine:
                made[at] = replace(entry, owner=one.owner, owner_because=one.because)
                left = [name for name in left if name not in mine]
    if not left:
        return made
    groups = tuple(group.pattern for group in grouped(left, ()) if group.pattern)
    if not groups and not names:
        return made
    return [*made, Entry(groups, names, owner=one.owner, owner_because=one.because)]
