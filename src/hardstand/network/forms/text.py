"""Edges as a person reads them: by source, what is alike told once, and the outside as what it is called."""

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hardstand.analysis.reach.connections import ALL, NONE, shortly
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rule import Origin
from hardstand.network.forms.outside import outside_text
from hardstand.network.forms.rows import Counted, Gathered, Group, How, Reached, gathered
from hardstand.network.reaching.conditions import conditions
from hardstand.network.reaching.explaining import Explained
from hardstand.network.reaching.selecting import Selection
from hardstand.text.plain import plain

_SHOWN = 12
"""Ends that are named one by one where nobody asked for them."""
_FEW = 3
"""So many workloads a namespace must have to be told as a whole."""
_WIDEST = 60
_WIDE = 110
Where = Callable[[Origin], str]
"""The place of a rule, `file:line:column`; empty where none is known."""


def as_text(selection: Selection) -> Iterator[str]:
    """All that was asked for, then how much it is."""
    found = gathered(selection)
    for line in _Telling(selection).lines(found):
        yield f"{plain(line)}\n"


class _Telling:
    """Tells groups of one selection."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._six = selection.estate.peers.six
        self._most = _SHOWN if selection.source is None and selection.destination is None else 1_000_000
        homes: dict[str, set[End]] = defaultdict(set)
        for end in selection.estate.edges.ends:
            if end.sort is Sort.POD:
                homes[end.namespace].add(end)
        self._homes: Mapping[str, set[End]] = homes
        self._workloads = {end for several in homes.values() for end in several}

    def lines(self, found: Gathered) -> Iterator[str]:
        """Everything."""
        if found.common:
            yield "every workload reaches"
            yield from self._rows(
                (how, [(name, None) for name in self._names(row, ())]) for how, row in found.common.items()
            )
            yield ""
        for group in found.groups:
            yield from self._group(group)
        yield _count(found.counted, len(self._workloads), len(self._homes))

    def _group(self, group: Group) -> Iterator[str]:
        one = len(group.sources) == 1 or group.sources[0].sort is Sort.BLOCK
        *before, last = self._called(group.sources)
        yield from before
        yield f"{last} {'reaches' if one else 'reach'}"
        told = []
        for how, row in sorted(group.rows.items(), key=lambda one: bool(one[1].outside)):
            why = conditions(self._selection.estate, group.first[how]) if how[0] != how[1] else ()
            told.append((how, [(name, why) for name in self._names(row, group.sources)]))
        yield from self._rows(told)
        yield ""

    def _rows(self, told: Iterable[tuple[How, Sequence[tuple[str, Sequence[str] | None]]]]) -> Iterator[str]:
        rows = [(name, how, why) for how, names in told for name, why in names]
        width = max((len(name) for name, _, _ in rows if len(name) <= _WIDEST), default=0)
        for name, (sure, possible), why in rows:
            if sure:
                yield f"  {name:<{width}}  {shortly(sure)}"
            if possible != sure:
                yield f"  {name:<{width}}  perhaps {shortly(possible - sure)}"
                yield from (f"      if {_condition(reason)}" for reason in why or ())

    def _names(self, row: Reached, sources: Sequence[End]) -> Iterator[str]:
        """What is reached, as few names as say it."""
        ends = row.ends
        left, names = self._whole(set(ends), sources)
        yield from names
        for end in ends[: self._most] if len(left) == len(ends) else sorted(left)[: self._most]:
            yield end.name
        if len(left) > self._most:
            yield f"and {len(left) - self._most} more workloads (name one with --from to see all)"
        if row.outside:
            yield outside_text(row.outside, six=self._six)

    def _whole(self, ends: set[End], sources: Sequence[End]) -> tuple[set[End], list[str]]:
        """What is left of some ends when every workload, or all of a namespace, are told as such."""
        alone = set(sources) if len(sources) == 1 else set()
        if len(self._workloads) >= _FEW and self._workloads - alone <= ends:
            other = "other " if alone & self._workloads else ""
            return ends - self._workloads, [f"all {len(self._workloads - alone)} {other}workloads"]
        names, left = [], set(ends)
        for home, all_ in sorted(self._homes.items()):
            if len(all_) >= _FEW and all_ - alone <= left:
                left -= all_
                other = "other " if alone & all_ else ""
                names.append(f"all {len(all_ - alone)} {other}workloads of {home or 'no namespace'}")
        return left, names

    def _called(self, sources: Sequence[End]) -> list[str]:
        """The sources of a group, in lines that are not too wide."""
        if sources[0].span is not None:
            return [outside_text((one.span for one in sources if one.span is not None), six=self._six)]
        left, names = self._whole(set(sources), ()) if len(sources) > 1 else (set(sources), [])
        every = [*names, *(one.name for one in sorted(left))]
        if len(every) > self._most:
            every = [*every[: self._most - 1], f"{len(every) - self._most + 1} more"]
        told = every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
        return textwrap.wrap(told, _WIDE, break_long_words=False, break_on_hyphens=False)


def _condition(reason: str) -> str:
    """What must be so, of the sentence that says so."""
    return (reason.partition(" if ")[2] or reason).partition("; otherwise ")[0]


def _count(counted: Counted, workloads: int, namespaces: int) -> str:
    if not counted.pairs:
        return f"nothing is reached; {_many(workloads, 'workload')} read"
    doubtful = f", {counted.doubtful} of them not certain" if counted.doubtful else ""
    return (
        f"{_many(workloads, 'workload')} in {_many(namespaces, 'namespace')}, {_many(counted.pairs, 'pair')} may talk"
        f"{doubtful}; {counted.from_outside} reached from outside, {counted.to_outside} may call outside"
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def explanation(names: tuple[str, str], told: Iterable[Explained], where: Where) -> Iterator[str]:
    """How what goes from one end to another is decided, with the places of the rules."""
    yield f"{plain(names[0])} → {plain(names[1])}\n"
    for what, one in _in_order(told):
        yield f"  {what}: {_ANSWERS[one.allowed]}\n"
        for decided in one.telling:
            yield f"    {plain(decided.text)}\n"
            place = where(decided.by) if decided.by else ""
            if place:
                yield f"      --> {plain(place)}\n"


_ANSWERS = {True: "allowed", None: "nobody can tell", False: "denied"}


def _in_order(told: Iterable[Explained]) -> Iterator[tuple[str, Explained]]:
    """What is denied last; of that, where nothing is left out, the most as everything else."""
    everything = list(told)
    denied = [one for one in everything if one.allowed is False]
    most = max(denied, key=lambda one: sum(last - first for first, last in one.connections.spans), default=None)
    others = NONE
    for one in everything:
        if one is not most:
            others |= one.connections
            yield shortly(one.connections), one
    if most is not None:
        whole = not ALL - most.connections - others
        yield ("everything else" if others else "everything") if whole else shortly(most.connections), most
