"""Where a file has more be meant to talk than those that it extends.

What a file calls a zone is its own to open: within it, and between it and what is outside. Whatever reaches into a zone
of a parent is the parent's to say, and so is what workloads by pattern may do, since nobody can tell whether those lie
in a parent's zone. That a zone lies in a namespace of a parent's table is told where there is a picture.
"""

from collections.abc import Iterator

from hardstand.baseline.below import Parents, Read
from hardstand.baseline.declared import Declared
from hardstand.baseline.network import INTERNET, Endpoint, FlowRow
from hardstand.baseline.networking import Networking, networking_of, of_both
from hardstand.baseline.shape import Flaw, brief

_ONLY = "a file may only tighten what it extends"
_NAMED = {"zones": "zone", "outside": "destination"}


def network_loosenings(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Zones and destinations that mean something else, flows into what is a parent's, resolvers, alerts, the plugin."""
    if one.network is None:
        return
    for parent in parents.files:
        yield from _named(one, parent)
        yield from _budget(one, parent)
    yield from _settled(one, parents)
    before = networking_of(parents.declared)
    yield from _limited(one, before, parents)
    for row in one.network.flows if before.declared else ():
        yield from _opened(row, one, before, parents)


def _named(one: Declared, parent: Read) -> Iterator[Flaw]:
    for key, word in _NAMED.items():
        theirs = getattr(of_both(parent.declared.network), key)
        for name, mine in getattr(of_both(one.network), key).items():
            if name in theirs and theirs[name] != mine:
                message = f"the {word} `{name}` is declared by {parent.line('network', key, name)}"
                yield Flaw(("network", key, name), message, "give yours a name of its own", on_key=True)


def _budget(one: Declared, parent: Read) -> Iterator[Flaw]:
    mine, theirs = of_both(one.network).alerts, of_both(parent.declared.network).alerts
    if mine and theirs and mine.budget and theirs.budget and mine.budget < theirs.budget:
        line = parent.line("network", "alerts", "budget")
        yield Flaw(("network", "alerts", "budget"), f"fewer alerts are told than by {line}", _ONLY)


def _limited(one: Declared, before: Networking, parents: Parents) -> Iterator[Flaw]:
    """A budget where no file below has one: all alerts were told until then."""
    mine = of_both(one.network).alerts
    if mine and mine.budget is not None and before.budget is None and parents.files:
        file = parents.files[-1].file
        message = f"fewer alerts are told than by {file}, which has no budget, and so tells all"
        yield Flaw(("network", "alerts", "budget"), message, f"ask for it in {file}")


def _settled(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Who answers for names is told once, and by the built-in baseline where no file says; so is the plugin."""
    for key, told_by in (("dns", parents.every), ("cni", parents.files)):
        mine = getattr(one.network, key)
        said = [each for each in told_by if getattr(of_both(each.declared.network), key) is not None]
        if mine is not None and said and getattr(of_both(said[-1].declared.network), key) != mine:
            message = f"`{key}` is declared by {said[-1].line('network', key)}"
            yield Flaw(("network", key), message, f"ask for it in {parents.files[-1].file}", on_key=True)


def _opened(row: FlowRow, one: Declared, before: Networking, parents: Parents) -> Iterator[Flaw]:
    if row in before.flows:
        return
    for key, ends in (("from", row.from_), ("to", row.to)):
        for number, end in enumerate(ends):
            if not _is_own(end, one, before):
                what = f"`{brief(str(end))}` is not a zone of this file, and would be opened further"
                path = (*row.at.path, key, number)
                hint = f"ask for it in {parents.files[-1].file}, or name a zone that this file declares"
                yield Flaw(path, what, hint)


def _is_own(end: Endpoint, one: Declared, before: Networking) -> bool:
    mine = of_both(one.network)
    if end.word == INTERNET or end.word in before.outside or end.word in mine.outside:
        return True
    return end.word in mine.zones and end.word not in before.zones
