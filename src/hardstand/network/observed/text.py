"""What was seen, for a person: what needs doing first, alike things together, and what it all comes to at the end."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hardstand.analysis.intended.rows import DNS_ROW
from hardstand.analysis.reach.peers import Sort
from hardstand.network.alerts.telling import as_lines
from hardstand.network.intended.telling import in_short, rows_counted, shortened
from hardstand.network.observed.joining import Joined
from hardstand.network.observed.observation import Nobody, Observation
from hardstand.network.observed.parties import Party
from hardstand.network.observed.states import Meaning, State, meaning_of
from hardstand.network.observed.unseen import Rest
from hardstand.network.observed.words import addresses, how_much, many, moment
from hardstand.network.reaching.naming import INTERNET

_SHOWN = 15
_ORDER = (State.BREACH, State.UNDECLARED, State.CLOSED_YET_USED, State.UNKNOWN, State.USED)


def as_text(found: Observation, *, everything: bool = False) -> Iterator[str]:
    """Line by line. `everything`: also what is as it should be, and nothing is left out."""
    most = 1_000_000 if everything else _SHOWN
    for state in _ORDER:
        for declared in (True, False):
            several = [one for one in found.pairs if one.tally.got_through and one.state is state]
            several = [one for one in several if one.is_declared is declared]
            if several and (everything or state is not State.USED):
                yield from _seen(several, meaning_of(state, declared=declared), most)
    yield from _attempts(found, most)
    yield from _nobodies(found.nobodies, most)
    yield from _rest(found, most, everything=everything)
    if found.alerts is not None and (found.alerts.all or found.alerts.untold):
        yield "alerts"
        yield from (f"  {line}" for line in as_lines(found.alerts))
        yield ""
    yield from _count(found)


def _seen(several: Sequence[Joined], meaning: Meaning, most: int) -> Iterator[str]:
    """Pairs of one case; the ports of the same two ends together."""
    pairs: dict[tuple[str, str], list[Joined]] = defaultdict(list)
    for one in several:
        pairs[one.source, one.destination].append(one)
    yield f"{meaning.title}: {many(len(pairs), 'pair')}"
    for (source, destination), ports in list(pairs.items())[:most]:
        yield from _pair(source, destination, ports)
    yield from _more(len(pairs) - most)
    yield f"  next: {meaning.next_step}"
    yield ""


def _pair(source: str, destination: str, ports: Sequence[Joined]) -> Iterator[str]:
    yield f"  {source} → {destination}: {', '.join(one.connection for one in ports)}"
    for one in ports:
        where = f" ({addresses(one.tally)})" if one.tally.addresses else ""
        yield f"    {f'{one.connection}: ' if len(ports) > 1 else ''}{how_much(one.tally)}{where}"
        for answer in (one.intended, one.allowed):
            if answer is not None and answer.allowed is None:
                what = "allowed" if answer is one.allowed else "intended"
                yield f"    whether it is {what} cannot be told: {answer.why}"
        if one.tally.place.file:
            yield f"    --> {one.tally.place.file}:{one.tally.place.line}"


def _attempts(found: Observation, most: int) -> Iterator[str]:
    alike: dict[Meaning, list[Joined]] = defaultdict(list)
    order = {True: 0, None: 1, False: 2}
    for one in found.attempts:
        alike[one.meaning].append(one)
    for meaning, several in sorted(
        alike.items(), key=lambda one: order[one[1][0].intended.allowed if one[1][0].intended else None]
    ):
        yield from _seen(several, meaning, most)


def _nobodies(several: Sequence[Nobody], most: int) -> Iterator[str]:
    if not several:
        return
    yield f"one end cannot be told: {many(len(several), 'pair')}"
    alike: dict[str, list[Nobody]] = defaultdict(list)
    for one in several:
        alike[one.why].append(one)
    for why, these in alike.items():
        yield f"  since {why}"
        for one in these[:most]:
            port = "" if one.key.port is None else f" {one.key.port}"
            yield f"    {_name(one, one.key.source)} → {_name(one, one.key.destination)}: {one.key.protocol}{port}"
            yield f"      {how_much(one.tally)}"
            if one.tally.place.file:
                yield f"      --> {one.tally.place.file}:{one.tally.place.line}"
        yield from _more(len(these) - most)
    yield f"  next: {_WHO}"
    yield ""


_WHO = (
    "give the picture of that time (`--with` a history of snapshots, `--audit`), say whose log it is where it does not "
    "(`nginx@NS/NAME:FILE`, `coredns@NS/NAME:FILE`), or declare what is outside under `network.outside`"
)


def _name(one: Nobody, party: Party) -> str:
    return party.name or addresses(one.tally) or "somebody"


def _rest(found: Observation, most: int, *, everything: bool) -> Iterator[str]:
    for state in (State.BLOCKED, State.IDLE, State.NEEDLESS, State.UNKNOWN):
        several = [one for one in found.rest if one.state is state and (everything or not _is_of_names(found, one))]
        if not several:
            continue
        meaning = meaning_of(state, declared=found.picture.declared)
        title = "never seen, and nobody can tell whether it may" if state is State.UNKNOWN else meaning.title
        yield f"{title}"
        for one in several[:most]:
            yield from _group(found, one)
        yield from _more(len(several) - most)
        yield f"  next: {meaning.next_step}"
        yield ""


def _is_of_names(found: Observation, one: Rest) -> bool:
    """What may be asked for names over TCP seldom is, and is no news."""
    rows = list(found.picture.table.covering(one.sources, one.destinations, one.connections))
    return one.state is State.IDLE and all(row.path == DNS_ROW for row in rows)


def _group(found: Observation, one: Rest) -> Iterator[str]:
    table = found.picture.table
    ends = f"{_ends(found, one.sources)} → {_ends(found, one.destinations)}"
    yield f"  {ends}: {in_short(one.connections)}"
    if one.state in (State.BLOCKED, State.IDLE):
        for row in {row.path: row for row in table.covering(one.sources, one.destinations, one.connections)}.values():
            yield f"    by {row.said}"


def _ends(found: Observation, bits: int) -> str:
    """A set of ends in few words, the internet as such."""
    internet, everywhere = found.picture.internet, found.picture.peers.of_sort(Sort.BLOCK)
    if not internet or internet & ~bits or not everywhere & ~bits:
        return shortened(found.picture.table, bits)
    left = bits & ~internet
    return ", ".join([INTERNET, *([shortened(found.picture.table, left)] if left else [])])


def _more(left: int) -> Iterator[str]:
    if left > 0:
        yield f"  and {left:,} more: --all, or --format json"


def _count(found: Observation) -> Iterator[str]:
    counts = found.counts
    parts = [f"{counts[state]} {_SHORT[state]}" for state in _ORDER if counts[state]]
    if found.attempts:
        parts.append(f"{len(found.attempts)} refused")
    if found.nobodies:
        parts.append(f"{len(found.nobodies)} with an end that cannot be told")
    yield f"pairs: {' · '.join(parts) or 'none'}"
    if not found.picture.declared:
        yield "no flow table is declared: two columns, allowed and seen"
    aside = [
        *([f"{found.own_node:,} between nodes and their own pods"] if found.own_node else ()),
        *([f"{found.local:,} within their machine"] if found.local else ()),
        *([f"{found.elsewhere:,} outside of the cluster"] if found.elsewhere else ()),
    ]
    when = f", {moment(found.first)} to {moment(found.last)}" if found.first and found.last else ""
    and_aside = f" ({', '.join(aside)} not told)" if aside else ""
    table = f"; {rows_counted(found.picture.table)}" if found.picture.declared else ""
    yield f"{many(found.flows, 'connection')}{and_aside} and {many(found.lookups, 'lookup')}{when}{table}"


_SHORT = {
    State.BREACH: "not allowed and yet seen",
    State.UNDECLARED: "allowed and not intended",
    State.CLOSED_YET_USED: "intended and not allowed",
    State.UNKNOWN: "unknown",
    State.USED: "as they should be",
}
