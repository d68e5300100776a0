"""A forecast, for a person and for a program."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardstand.analysis.intended.rows import DNS_ROW
from hardstand.model.run import Unreadable
from hardstand.network.forecasting.forecast import Fate, Forecast, Told
from hardstand.network.forms.json import tool, unreadables
from hardstand.network.intended.telling import ends_of, in_short, shortened
from hardstand.network.observed.as_data import tally_data
from hardstand.network.observed.observation import Nobody
from hardstand.network.observed.traffic import DNS
from hardstand.network.observed.unseen import Rest
from hardstand.network.observed.words import addresses, how_much, many, moment

SCHEMA = "hardstand.dev/net-forecast/v1"
_SHOWN = 15
_TITLES = {
    Fate.BREAKS: "would break",
    Fate.REFUSED_ALREADY: "is refused by the policies that are there already, and was seen all the same",
    Fate.PERHAPS: "nobody can tell",
}


def as_text(found: Forecast, *, everything: bool = False) -> Iterator[str]:
    """Line by line: by the workload that would notice."""
    most = 1_000_000 if everything else _SHOWN
    for fate, title in _TITLES.items():
        several = found.of(fate)
        if several:
            yield f"{title}: {many(len(several), 'pair')}"
            yield from _by_workload(several, most)
            yield ""
    yield from _nobodies(found.nobodies, most)
    yield from _never(found, most)
    breaks = found.of(Fate.BREAKS)
    workloads = len({one.whose for one in breaks})
    lookups = sum(_is_dns(one) for one in breaks)
    dns = f", {lookups} of them for names" if lookups else ""
    when = f", {moment(found.first)} to {moment(found.last)}" if found.first and found.last else ""
    yield (
        f"{many(len(breaks), 'pair')} of {len(found.pairs)} that were seen would break{dns}, of "
        f"{many(workloads, 'workload')} · {len(found.of(Fate.GOES_ON))} go on · "
        f"{len(found.of(Fate.PERHAPS)) + len(found.nobodies)} unknown{when}"
    )


def _by_workload(several: Sequence[Told], most: int) -> Iterator[str]:
    alike: dict[str, list[Told]] = defaultdict(list)
    for one in several:
        alike[one.whose].append(one)
    for workload, these in list(alike.items())[:most]:
        yield f"  {workload}"
        for one in these[:most]:
            joined = one.joined
            calls = f"→ {joined.destination}" if workload == joined.source else f"← {joined.source}"
            where = f" ({addresses(joined.tally)})" if joined.tally.addresses else ""
            yield f"    {calls}: {joined.connection}{' (names)' if _is_dns(one) else ''}"
            yield f"      {how_much(joined.tally)}{where}"
            if one.because:
                yield f"      since {one.because}"
            if joined.tally.last_place.file:
                yield f"      --> {joined.tally.last_place.file}:{joined.tally.last_place.line}"
        yield from _more(len(these) - most)
    yield from _more(len(alike) - most)


def _is_dns(one: Told) -> bool:
    return bool(one.joined.tally.lookups) or one.joined.key.port == DNS[1]


def _nobodies(several: Sequence[Nobody], most: int) -> Iterator[str]:
    if not several:
        return
    yield f"one end cannot be told, and so not whether it would break: {many(len(several), 'pair')}"
    for one in several[:most]:
        port = "" if one.key.port is None else f" {one.key.port}"
        ends = f"{one.key.source.name or 'somebody'} → {one.key.destination.name or 'somebody'}"
        yield f"  {ends}: {one.key.protocol}{port}"
        yield f"    {how_much(one.tally)}: {one.why}"
    yield from _more(len(several) - most)
    yield ""


def _never(found: Forecast, most: int) -> Iterator[str]:
    several = [one for one in found.never_seen if not _is_of_names(found, one)]
    if not several:
        return
    yield "intended and never seen, so that no log tells whether it is needed"
    table = found.picture.table
    for one in several[:most]:
        ends = f"{shortened(table, one.sources)} → {shortened(table, one.destinations)}"
        yield f"  {ends}: {in_short(one.connections)}"
    yield from _more(len(several) - most)
    yield ""


def _is_of_names(found: Forecast, one: Rest) -> bool:
    rows = list(found.picture.table.covering(one.sources, one.destinations, one.connections))
    return bool(rows) and all(row.path == DNS_ROW for row in rows)


def _more(left: int) -> Iterator[str]:
    if left > 0:
        yield f"    and {left:,} more: --all, or --format json"


def as_json(
    found: Forecast, cluster: str | None, unreadable: Sequence[Unreadable], doubts: Sequence[str]
) -> Iterator[str]:
    """One object of JSON, a pair a line; spec/net-forecast.v1.schema.json says what each key means."""
    head = {
        "schema": SCHEMA,
        "tool": tool(),
        "cluster": cluster,
        "first_seen": moment(found.first) if found.first else None,
        "last_seen": moment(found.last) if found.last else None,
    }
    yield "{\n" + "".join(f" {_text(key)}: {_text(value)},\n" for key, value in head.items())
    yield from _list("pairs", map(_pair, found.pairs))
    yield from _list("unresolved", map(_nobody, found.nobodies))
    yield from _list("never_seen", (_rest(found, one) for one in found.never_seen))
    yield f' "doubts": {_text(list(doubts))},\n "unreadable": {_text(unreadables(unreadable))}\n}}\n'


def _list(key: str, several: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    yield f" {_text(key)}: ["
    before = "\n  "
    for one in several:
        yield before + _text(one)
        before = ",\n  "
    yield "\n ],\n"


def _pair(one: Told) -> Mapping[str, Any]:
    joined = one.joined
    return {
        "workload": one.whose,
        "from": joined.source,
        "to": joined.destination,
        "protocol": joined.key.protocol,
        "port": joined.key.port,
        "fate": str(one.fate),
        "allowed_before": one.before,
        "allowed_after": joined.allowed.allowed,
        "because": one.because,
        **tally_data(joined.tally),
    }


def _nobody(one: Nobody) -> Mapping[str, Any]:
    key = one.key
    ends = {"from": key.source.name, "to": key.destination.name, "protocol": key.protocol, "port": key.port}
    return {**ends, "why": one.why, **tally_data(one.tally)}


def _rest(found: Forecast, one: Rest) -> Mapping[str, Any]:
    table, peers = found.picture.table, found.picture.peers
    return {
        "from": list(ends_of(peers, one.sources)),
        "to": list(ends_of(peers, one.destinations)),
        "connections": str(one.connections),
        "rows": list(dict.fromkeys(row.path for row in table.covering(one.sources, one.destinations, one.connections))),
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
