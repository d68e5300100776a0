"""Differences between what is allowed and what is intended, for a person and for a program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.analysis.intended.rows import DNS_ROW, Row
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.blocks import EVERYWHERE, V4, V6, block_text
from hardstand.analysis.reach.connections import ALL, Connections, place_of, shortly
from hardstand.analysis.reach.peers import Peers, Sort, numbers_in
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import spans
from hardstand.analysis.reach.tracing import Decided, Traced, trace
from hardstand.network.intended.comparing import Comparison, Difference
from hardstand.network.intended.states import State

SCHEMA = "hardstand.dev/net-check/v1"
_FEW = 6
"""Names that are told one by one."""

_TITLES = {
    State.NOT_INTENDED: "allowed, not intended",
    State.NOT_ALLOWED: "intended, not allowed",
    State.PERHAPS_NOT_INTENDED: "perhaps allowed, not intended",
    State.PERHAPS_NOT_ALLOWED: "intended, perhaps not allowed",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One difference, with what decides it for the first of its pairs."""

    difference: Difference
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    example: str
    because: str
    rows: tuple[Row, ...]
    """The rows that mean it or, of what is too much, those that meant it until they ended."""


def told_of(comparison: Comparison) -> list[Told]:
    """All differences, each explained."""
    return [_told(comparison, one) for one in comparison.differences()]


def _told(comparison: Comparison, one: Difference) -> Told:
    peers, table = comparison.peers, comparison.table
    source = peers[next(numbers_in(one.sources))]
    destination = peers[next(numbers_in(one.destinations))]
    protocol, port = place_of(one.connections.spans[0][0])
    traced = trace(comparison.estate.policies, source, destination, protocol, port)
    ends = {Direction.EGRESS: source, Direction.INGRESS: destination}
    deciding = [
        each.text for each in traced.decisions if ends[each.direction].sort is Sort.POD and _tells(traced, each)
    ]
    if one.state in (State.NOT_INTENDED, State.PERHAPS_NOT_INTENDED):
        rows = [row for row in table.ended if _covers(table, row, one)]
    else:
        rows = list(table.covering(one.sources, one.destinations, one.connections))
    return Told(
        one,
        ends_of(peers, one.sources),
        ends_of(peers, one.destinations),
        f"{source} to {destination} on {protocol} {port}",
        "; ".join(deciding) or traced.because,
        tuple(rows),
    )


def _tells(traced: Traced, one: Decided) -> bool:
    return one.allowed is traced.allowed


def _covers(table: Table, row: Row, one: Difference) -> bool:
    alone = Table(table.peers, table.zones, (row,), ())
    return any(alone.covering(one.sources, one.destinations, one.connections))


def ends_of(peers: Peers, bits: int) -> tuple[str, ...]:
    """The ends of a set by their names: workloads, nodes, names, and addresses in as few blocks as they make."""
    owners = {str(owner) for peer in peers.among(bits & peers.pods) for owner in peer.owners}
    others = [peer.name for peer in peers.among(bits & ~peers.pods) if peer.span is None]
    whole = spans(peer.span for peer in peers.among(bits & peers.of_sort(Sort.BLOCK)) if peer.span is not None)
    return (*sorted(owners), *others, *(block_text(one) for one in whole))


def text(comparison: Comparison, every: Sequence[Told]) -> str:
    """For a person: differences by what decides them, each with its ends and the row; then a count."""
    groups: dict[tuple[State, str], list[Told]] = {}
    for one in every:
        groups.setdefault((one.difference.state, one.because), []).append(one)
    lines: list[str] = []
    for (state, because), several in groups.items():
        lines += [_TITLES[state], f"  since {because}"]
        for one in several:
            lines += _lines(comparison.table, one)
        lines.append("")
    return "\n".join([*lines, _count(comparison.table, every), ""])


def _lines(table: Table, one: Told) -> Iterator[str]:
    found = one.difference
    ends = f"{shortened(table, found.sources)} → {shortened(table, found.destinations)}"
    yield f"  {ends}: {in_short(found.connections)}"
    for row in one.rows:
        yield f"    by {row.said}{f', which ended on {row.until}' if row.until else ''}"


def in_short(connections: Connections) -> str:
    """The connections, or those that are none of them, whichever is shorter."""
    return "everything" if connections == ALL else shortly(connections)


def shortened(table: Table, bits: int) -> str:
    """A set of ends in few words: zones and namespaces of which all are meant, then the rest one by one."""
    peers = table.peers
    parts: list[str] = []
    left = bits
    for name, zone in table.zones.items():
        if zone and zone & left == zone and _several(peers, zone):
            parts.append(f"zone {name}")
            left &= ~zone
    for namespace in peers.namespaces:
        there = peers.in_namespace(namespace)
        if there and there & left == there and _several(peers, there):
            parts.append(f"everything in {namespace}")
            left &= ~there
    blocks = left & peers.of_sort(Sort.BLOCK)
    whole = spans(peer.span for peer in peers.among(blocks) if peer.span is not None)
    if whole in (EVERYWHERE, (V4,), (V6,)):
        parts.append("any address outside")
        left &= ~blocks
    names = ends_of(peers, left)
    more = [f"and {len(names) - _FEW} more"] if len(names) > _FEW + 1 else []
    return ", ".join([*parts, *(names[:_FEW] if more else names), *more])


def _several(peers: Peers, bits: int) -> bool:
    return len({owner for peer in peers.among(bits) for owner in peer.owners}) > 1


def _count(table: Table, every: Sequence[Told]) -> str:
    def pairs(*states: State) -> int:
        return sum(len(one.sources) * len(one.destinations) for one in every if one.difference.state in states)

    governed = {owner for peer in table.peers.among(table.governed) for owner in peer.owners}
    unsure = pairs(State.PERHAPS_NOT_INTENDED, State.PERHAPS_NOT_ALLOWED)
    return (
        f"{counted(pairs(State.NOT_INTENDED), 'pair')} allowed and not intended · "
        f"{pairs(State.NOT_ALLOWED)} intended and not allowed · {unsure} unknown    "
        f"{counted(len(governed), 'workload')} in "
        f"{counted(len(table.namespaces), 'namespace')}, {rows_counted(table)}"
    )


def rows_counted(table: Table) -> str:
    """`16 rows and dns`: as many as people have written, and the one about names by itself."""
    paths = {row.path for row in table.rows}
    written = counted(len(paths - {DNS_ROW}), "row")
    return f"{written} and dns" if DNS_ROW in paths else written


def _row(row: Row) -> dict[str, Any]:
    where = {"file": row.at.file, "line": row.at.line} if row.at.file else {"file": None, "line": None}
    ended = str(row.until) if row.until else None
    return {"row": row.path, "text": row.text, **where, "reason": row.reason, "ended": ended}


def as_json(table: Table, every: Sequence[Told], doubts: Sequence[str]) -> dict[str, Any]:
    """For a program; spec/net-check.v1.schema.json says what each key means."""
    return {
        "schema": SCHEMA,
        "zones": {name: list(ends_of(table.peers, bits)) for name, bits in table.zones.items()},
        "namespaces": list(table.namespaces),
        "rows": len(table.rows),
        "doubts": list(doubts),
        "differences": [
            {
                "state": str(one.difference.state),
                "from": list(one.sources),
                "to": list(one.destinations),
                "connections": str(one.difference.connections),
                "because": one.because,
                "example": one.example,
                "rows": [_row(row) for row in one.rows],
            }
            for one in every
        ],
    }


def counted(number: int, word: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
