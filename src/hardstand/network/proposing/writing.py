"""A proposal as the baseline's section `network`: the rows that are accepted, and the new ones with their support."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from hardstand.baseline.classes import Matching
from hardstand.baseline.network import Endpoint, FlowRow, Outside
from hardstand.baseline.networking import Networking
from hardstand.network.observed.observation import Observation
from hardstand.network.observed.words import how_much, many, moment
from hardstand.network.proposing.choosing import Supported
from hardstand.network.proposing.placing import placed
from hardstand.network.proposing.rows import Proposal, Proposed
from hardstand.text.yaml_writing import document

SCHEMA = "hardstand.dev/baseline/v1"
PROPOSED = "PROPOSED"
_PAIRS = 4
_LONGEST = 160


def written(
    found: Observation, proposal: Proposal, network: Networking, dns: Networking, file: bytes | None = None
) -> tuple[str, bool]:
    """A whole baseline file, and whether it is: where the section fits into no file, it is all there is.

    `network` is what the file itself says, `dns` what is built in, of which nothing need be said. `file` is what the
    section is put into; None where there is none yet.
    """
    head = "".join(f"# {line}\n" for line in _head(found, proposal))
    section = _network(proposal, network, dns)
    whole = f"schema: {SCHEMA}\n{section}" if file is None else placed(section, file)
    return (f"{head}{section}", False) if whole is None else (f"{head}{whole}", True)


def _network(proposal: Proposal, network: Networking, dns: Networking) -> str:
    lines = ["network:\n"]
    lines += _section("zones", _zones(proposal, network))
    lines += _section("outside", _outside(proposal, network))
    if network.dns != dns.dns:
        lines += _block({"dns": _dns(network)}, 2)
    if network.cni is not None:
        lines += _block({"cni": str(network.cni)}, 2)
    if network.budget is not None:
        lines += _block({"alerts": {"budget": network.budget}}, 2)
    lines.append("  flows:\n" if network.flows or proposal.rows else "  flows: []\n")
    for row in network.flows:
        lines += _item(_row(row))
    for proposed in proposal.rows:
        lines += [f"  # {line}\n" for line in _support(proposed)]
        lines += _item(_proposed(proposed, proposal))
    return "".join(lines)


def _head(found: Observation, proposal: Proposal) -> Iterator[str]:
    when = f"{moment(found.first)} to {moment(found.last)}" if found.first and found.last else "no time"
    yield f"The flow table with the rows that flow logs of {when} support."
    yield f"Rows whose reason begins with {PROPOSED} are for a person to accept: give each a reason of its own, or"
    yield "remove it. What was seen need not be meant."
    for line in proposal.choice.summary():
        yield _short(f"Left out, {line}")


def _section(key: str, entries: Mapping[str, tuple[Sequence[str], Mapping[str, Any]]]) -> Iterator[str]:
    if not entries:
        return
    yield f"  {key}:\n"
    for name, (remarks, data) in entries.items():
        yield from (f"    # {_short(one)}\n" for one in remarks)
        yield from _block({name: dict(data)}, 4)


def _zones(proposal: Proposal, network: Networking) -> Mapping[str, tuple[Sequence[str], Mapping[str, Any]]]:
    found: dict[str, tuple[Sequence[str], Mapping[str, Any]]] = {
        name: ((), {"match": _match(zone.match)}) for name, zone in network.zones.items()
    }
    for name, namespace in proposal.zones.items():
        found[name] = (
            (f"{PROPOSED}: all of a namespace; make zones of what is alike",),
            {"match": {"namespace": namespace}},
        )
    return found


def _outside(proposal: Proposal, network: Networking) -> Mapping[str, tuple[Sequence[str], Mapping[str, Any]]]:
    found: dict[str, tuple[Sequence[str], Mapping[str, Any]]] = {
        name: ((), _declared(one)) for name, one in network.outside.items()
    }
    for name, entry in proposal.outsiders.entries.items():
        found[name] = (tuple(entry.remarks), entry.data())
    return found


def _declared(one: Outside) -> Mapping[str, Any]:
    data: dict[str, Any] = {}
    for key in ("cidrs", "excepts", "names", "ports"):
        if several := getattr(one, key):
            data[key] = [str(each) for each in several]
    return {**data, **({"reason": one.reason} if one.reason else {})}


def _dns(network: Networking) -> Mapping[str, Any]:
    return {"to": [_end(one) for one in network.dns.to], "ports": [str(one) for one in network.dns.ports]}


def _row(row: FlowRow) -> Mapping[str, Any]:
    data: dict[str, Any] = {"from": [_end(one) for one in row.from_], "to": [_end(one) for one in row.to]}
    if row.ports:
        data["ports"] = [str(one) for one in row.ports]
    data["reason"] = row.reason
    if row.owner:
        data["owner"] = row.owner
    if row.until:
        data["until"] = row.until
    return data


def _end(one: Endpoint) -> Any:
    keys = _match(one.matching_of_keys())
    if not keys:
        return one.zone
    return {**({"zone": one.zone} if one.zone else {}), **keys}


def _match(match: Matching) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(Matching):
        value = getattr(match, one.name)
        if isinstance(value, Mapping):
            value = {key: each.text for key, each in value.items()}
        elif value:
            texts = [each.text for each in value]
            value = texts[0] if len(texts) == 1 else texts
        if value:
            found[one.name] = value
    return found


def _proposed(row: Proposed, proposal: Proposal) -> Mapping[str, Any]:
    first = min(one.joined.tally.first for one in row.pairs)
    last = max(one.joined.tally.last for one in row.pairs)
    # Of a connection that only goes on, none is counted.
    count = sum(one.joined.tally.through + one.joined.tally.lookups or 1 for one in row.pairs)
    return {
        "from": _several([proposal.ends.get(one, one) for one in row.callers]),
        "to": _several([proposal.ends.get(one, one) for one in row.called]),
        "ports": _several(list(row.ports)),
        "reason": f"{PROPOSED}: seen {many(count, 'time')}, {first:%Y-%m-%d} to {last:%Y-%m-%d}",
    }


def _several(words: list[Any]) -> Any:
    return words[0] if len(words) == 1 else words


def _support(row: Proposed) -> Iterator[str]:
    shown = sorted(row.pairs, key=_busiest)[:_PAIRS]
    for one in shown:
        joined = one.joined
        yield _short(f"{joined.source} → {joined.destination} {joined.connection}: {how_much(joined.tally)}")
    if len(row.pairs) > len(shown):
        yield f"and {many(len(row.pairs) - len(shown), 'more pair')}"


def _busiest(one: Supported) -> tuple[int, str, str]:
    return -one.joined.tally.through, one.joined.source, one.joined.destination


def _item(data: Mapping[str, Any]) -> Iterator[str]:
    for number, line in enumerate(document(data).splitlines()):
        yield f"  {'- ' if number == 0 else '  '}{line}\n"


def _block(data: Mapping[str, Any], indent: int) -> Iterator[str]:
    for line in document(data).splitlines():
        yield f"{' ' * indent}{line}\n"


def _short(text: str) -> str:
    """A text on one line of a comment."""
    plain = "".join(one if one.isprintable() else " " for one in " ".join(text.split()))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
