"""What was seen as data: `spec/net-observe.v1.schema.json` has the form. Pairs are written one by one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardstand.model.run import Unreadable
from hardstand.network.alerts.telling import as_object
from hardstand.network.forms.json import tool, unreadables
from hardstand.network.intended.telling import ends_of
from hardstand.network.observed.joining import Joined
from hardstand.network.observed.observation import Nobody, Observation
from hardstand.network.observed.states import meaning_of
from hardstand.network.observed.traffic import Tally
from hardstand.network.observed.unseen import Rest
from hardstand.network.observed.words import moment

SCHEMA = "hardstand.dev/net-observe/v1"


def as_json(
    found: Observation, cluster: str | None, unreadable: Sequence[Unreadable], doubts: Sequence[str]
) -> Iterator[str]:
    """One object of JSON, piece by piece."""
    head = {
        "schema": SCHEMA,
        "tool": tool(),
        "cluster": cluster,
        "declared": found.picture.declared,
        "first_seen": moment(found.first) if found.first else None,
        "last_seen": moment(found.last) if found.last else None,
        "connections": found.flows,
        "lookups": found.lookups,
        "own_node": found.own_node,
        "within_machines": found.local,
        "outside": found.elsewhere,
    }
    yield "{\n" + "".join(f" {_text(key)}: {_text(value)},\n" for key, value in head.items())
    yield from _list("pairs", (_pair(one) for one in found.pairs))
    yield from _list("never_seen", (_rest(found, one) for one in found.rest))
    yield from _list("unresolved", map(_nobody, found.nobodies))
    yield f' "alerts": {_text(as_object(found.alerts) if found.alerts is not None else None)},\n'
    yield f' "doubts": {_text(list(doubts))},\n "unreadable": {_text(unreadables(unreadable))}\n}}\n'


def _list(key: str, several: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    yield f" {_text(key)}: ["
    before = "\n  "
    for one in several:
        yield before + _text(one)
        before = ",\n  "
    yield "\n ],\n"


def _pair(one: Joined) -> Mapping[str, Any]:
    answers = [each for each in (one.intended, one.allowed) if each is not None]
    return {
        "from": one.source,
        "to": one.destination,
        "protocol": one.key.protocol,
        "port": one.key.port,
        "declared": one.is_declared,
        "intended": one.intended.allowed if one.intended is not None else None,
        "allowed": one.allowed.allowed,
        "observed": one.tally.got_through,
        "state": str(one.told),
        "why": [each.why for each in answers if each.allowed is None],
        "rows": [row.path for row in one.rows],
        "next_step": one.meaning.next_step,
        **tally_data(one.tally),
    }


def tally_data(one: Tally) -> Mapping[str, Any]:
    """What was seen of a pair."""
    return {
        "connections": one.through,
        "refused": one.refused,
        "lookups": one.lookups,
        "answered": one.answered,
        "bytes_sent": one.sent if one.sized else None,
        "bytes_received": one.received if one.sized else None,
        "first_seen": moment(one.first),
        "last_seen": moment(one.last),
        "last_refused": moment(one.last_refused) if one.last_refused is not None else None,
        "places": [
            {"file": each.file, "line": each.line} for each in dict.fromkeys((one.place, one.last_place)) if each.file
        ],
        "addresses": list(one.addresses),
        "more_addresses": one.more_addresses,
    }


def _rest(found: Observation, one: Rest) -> Mapping[str, Any]:
    table, peers = found.picture.table, found.picture.peers
    rows = table.covering(one.sources, one.destinations, one.connections) if found.picture.declared else ()
    return {
        "from": list(ends_of(peers, one.sources)),
        "to": list(ends_of(peers, one.destinations)),
        "connections": str(one.connections),
        "state": str(one.state),
        "rows": list(dict.fromkeys(row.path for row in rows)),
        "next_step": meaning_of(one.state, declared=found.picture.declared).next_step,
    }


def _nobody(one: Nobody) -> Mapping[str, Any]:
    return {
        "from": one.key.source.name,
        "to": one.key.destination.name,
        "protocol": one.key.protocol,
        "port": one.key.port,
        "why": one.why,
        **tally_data(one.tally),
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
