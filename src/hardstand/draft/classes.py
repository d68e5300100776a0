"""Classes of workloads: guesses and owners put together into as few entries as say the same."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from hardstand.draft.by_path import entries_by_path
from hardstand.draft.entry import Entry, Kind, Known, because
from hardstand.draft.estate import Estate
from hardstand.draft.grouping import FEW, grouped
from hardstand.draft.owners import Owner
from hardstand.draft.places import exactly_here
from hardstand.draft.sorting import Sorted
from hardstand.draft.words import DEVELOPMENT, ORDER, PLATFORM, TEST
from hardstand.draft.worth import guess
from hardstand.draft.writing import exactly

_MOST_OF_A_KIND = 8
"""Where more entries than these would differ by their namespaces alone, names count wherever they are."""

_MADE_UP = (DEVELOPMENT, TEST)
"""Environments in which data is made up: what it is worth is not guessed from names."""


def entries(estate: Estate, placed: Sorted, owners: Sequence[Owner]) -> list[Entry]:
    """The entries, whole namespaces first and then the most sensitive workloads.

    Owners are written into the entries that are about the same workloads.
    """
    names: dict[str, set[str]] = defaultdict(set)
    in_places: dict[str, set[str]] = defaultdict(set)
    for kube, _ in estate.workloads:
        names[kube.namespace or ""].add(kube.name)
        if not kube.namespace:
            in_places[placed.spot(kube).place].add(kube.name)
    there = {placed.environment(kube) for kube, _ in estate.workloads if kube.namespace}
    everywhere = [one for one in ORDER if one in there and one not in _MADE_UP] if there & set(_MADE_UP) else []
    made = sorted(
        [
            *_joined(list(_known(estate, placed, bare=False)), names, everywhere),
            *entries_by_path(list(_known(estate, placed, bare=True)), in_places),
        ],
        key=lambda one: (-(one.data or 0), one.namespaces, one.paths, one.names),
    )
    for one in owners:
        made = _with_owner(made, one)
    # The last entry that names an owner counts, so what is about whole namespaces comes first.
    return sorted(made, key=lambda one: bool(one.names))


def guessed_nothing(estate: Estate, placed: Sorted) -> bool:
    """Tell whether there are workloads whose data is taken to be made up."""
    return any(placed.environment(kube) in _MADE_UP for kube, _ in estate.workloads)


def _known(estate: Estate, placed: Sorted, *, bare: bool) -> Iterator[Known]:
    """What is guessed of the workloads that have a namespace, or, if `bare`, of those that have none."""
    best: dict[tuple[str, str], Known] = {}
    for kube, _ in estate.workloads:
        environment = placed.environment(kube)
        if environment is None or environment in _MADE_UP or bool(kube.namespace) is bare:
            continue
        found = guess(kube, of_platform=environment == PLATFORM)
        if found is None:
            continue
        where = kube.namespace or placed.spot(kube).place
        every = placed.environments(where) if kube.namespace else ()
        only = tuple(one for one in ORDER if one in every and one not in _MADE_UP)
        kind = Kind(found[0].data, found[0].regime, found[0].condition, only if len(only) < len(every) else ())
        made = Known(where, kube.name, *found, kind)
        kept = best.get((where, kube.name))
        if kept is None or kept.guess.data < made.guess.data:
            best[where, kube.name] = made
    yield from best.values()


def _joined(known: Sequence[Known], names: Mapping[str, set[str]], everywhere: Collection[str]) -> Iterator[Entry]:
    """What is the same, in as few entries as say it: namespaces that are alike throughout, names that are alike in the
    same namespaces, and, where those are too many for a list, names wherever they are."""
    whole, left = _whole_namespaces(known, names)
    for kind, members in whole.items():
        yield from _entry(kind, members, names, (), everywhere)
    by_name: dict[tuple[Kind, str], list[Known]] = defaultdict(list)
    for one in left:
        by_name[one.kind, one.name].append(one)
    by_namespaces: dict[tuple[Kind, tuple[str, ...]], list[Known]] = defaultdict(list)
    for (kind, _), members in by_name.items():
        by_namespaces[kind, tuple(one.where for one in members)].extend(members)
    entries = Counter(kind for kind, _ in by_namespaces)
    anywhere: dict[Kind, list[Known]] = defaultdict(list)
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
    known: Sequence[Known], names: Mapping[str, set[str]]
) -> tuple[Mapping[Kind, list[Known]], list[Known]]:
    """The workloads of namespaces of which all are alike, by kind, and the others."""
    by_namespace: dict[str, list[Known]] = defaultdict(list)
    for one in sorted(known, key=lambda one: (one.where, one.name)):
        by_namespace[one.where].append(one)
    whole: dict[Kind, list[Known]] = defaultdict(list)
    left: list[Known] = []
    for namespace, members in by_namespace.items():
        alike = namespace and len(members) > 1 and {one.name for one in members} == names[namespace]
        if alike and len({one.kind for one in members}) == 1:
            whole[members[0].kind] += members
        else:
            left += members
    return whole, left


def _entry(
    kind: Kind,
    members: Sequence[Known],
    names: Mapping[str, set[str]],
    patterns: tuple[str, ...],
    everywhere: Collection[str],
) -> Iterator[Entry]:
    """An entry for workloads in some namespaces; where these are too many for a list, for their environments."""
    where = list(dict.fromkeys(one.where for one in members))
    groups = tuple(one.pattern for one in grouped(where, set(names).difference(where)) if one.pattern)
    if len(groups) <= FEW:
        yield _made(kind, members, groups, patterns)
    elif patterns:
        yield _made(kind, members, (), patterns, everywhere)
    else:
        for at in range(0, len(groups), FEW):
            yield _made(kind, members, groups[at : at + FEW], ())


def _made(
    kind: Kind,
    members: Sequence[Known],
    namespaces: tuple[str, ...],
    patterns: tuple[str, ...],
    environments: Collection[str] = (),
) -> Entry:
    return Entry(
        namespaces=namespaces,
        names=patterns,
        environments=kind.environments or tuple(environments),
        data=kind.data,
        because=because(members),
        regime=kind.regime,
        condition=kind.condition,
    )


def _with_owner(made: list[Entry], one: Owner) -> list[Entry]:
    """The entries with an owner's among them: in place where one matches the same, else after the others."""
    names = tuple(map(exactly, one.names))
    paths = (exactly_here(one.place),) if one.place else ()
    left = list(one.namespaces)
    for at, entry in enumerate(made):
        if entry.names == names and entry.paths == paths and not entry.environments and not entry.owner:
            mine = [name for name in left if entry.namespaces == ((exactly(name),) if name else ())]
            if mine:
                made[at] = replace(entry, owner=one.owner, owner_because=one.because)
                left = [name for name in left if name not in mine]
    if not left:
        return made
    groups = tuple(group.pattern for group in grouped(left, ()) if group.pattern)
    if not groups and not names:
        return made
    return [*made, Entry(groups, names, paths=paths, owner=one.owner, owner_because=one.because)]
