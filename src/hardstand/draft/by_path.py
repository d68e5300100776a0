"""Classes of workloads that have no namespace, such as services of Compose files: told by path and name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from hardstand.draft.entry import Entry, Kind, Known, because
from hardstand.draft.grouping import FEW, grouped
from hardstand.draft.places import exactly_here


def entries_by_path(known: Sequence[Known], names: Mapping[str, set[str]]) -> Iterator[Entry]:
    """An entry for those that are worth the same in the same places; `names` are all that lie in each place.

    Where the places are too many for a list, each few of them have an entry.
    """
    by_name: dict[tuple[Kind, str], list[Known]] = defaultdict(list)
    for one in known:
        by_name[one.kind, one.name].append(one)
    by_places: dict[tuple[Kind, tuple[str, ...]], list[Known]] = defaultdict(list)
    for (kind, _), members in by_name.items():
        by_places[kind, tuple(sorted(one.where for one in members))].extend(members)
    for (kind, places), members in by_places.items():
        mine = {one.name for one in members}
        beside = {name for place in places for name in names[place]}.difference(mine)
        patterns = tuple(one.pattern for one in grouped(mine, beside))
        for at in range(0, len(places), FEW):
            yield Entry(
                namespaces=(),
                names=patterns,
                paths=tuple(map(exactly_here, places[at : at + FEW])),
                data=kind.data,
                because=because(members),
                regime=kind.regime,
                condition=kind.condition,
            )
