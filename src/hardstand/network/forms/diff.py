"""What two networks allow otherwise: text for a person, a comment for a pull request, and data."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from hardstand.model.run import Unreadable
from hardstand.network.forms.json import tool, unreadables
from hardstand.network.forms.markdown import cell
from hardstand.network.reaching.comparing import Allowed, Change, Compared
from hardstand.text.plain import plain

SCHEMA = "hardstand.dev/net-diff/v1"
_NAMED = 4
"""Ends that are named of those that are told together."""
_ROWS = 60
"""Rows of a comment: what is longer nobody reads, and some places refuse it."""


def diff_as_text(found: Compared) -> Iterator[str]:
    """What opened first, then what closed, then how much that is."""
    for title, changes, opens in (("newly allowed", found.opened, True), ("no longer allowed", found.closed, False)):
        if changes:
            yield f"{title}\n"
            for source, destination, text in _lines(changes, opens=opens):
                yield f"  {plain(source)} → {plain(destination)}: {plain(text)}\n"
            yield "\n"
    yield from (f"new workload: {plain(one)}\n" for one in found.new[:_ROWS])
    yield from (f"workload gone: {plain(one)}\n" for one in found.gone[:_ROWS])
    yield f"{_count(found)}\n"


def diff_as_markdown(found: Compared) -> Iterator[str]:
    """A comment for a pull request: first whether it opens anything."""
    yield f"**Network: {_count(found)}.**\n"
    for title, changes, opens in (("Newly allowed", found.opened, True), ("No longer allowed", found.closed, False)):
        if not changes:
            continue
        lines = list(_lines(changes, opens=opens))
        yield f"\n{title}\n\n| From | To | Connections |\n| --- | --- | --- |\n"
        for line in lines[:_ROWS]:
            yield f"| {' | '.join(map(cell, line))} |\n"
        if len(lines) > _ROWS:
            yield f"\nAnd {len(lines) - _ROWS} more.\n"
    for title, names in (("New workloads", found.new), ("Workloads gone", found.gone)):
        if names:
            more = f" and {len(names) - _ROWS} more" if len(names) > _ROWS else ""
            yield f"\n{title}: {', '.join(map(cell, names[:_ROWS]))}{more}\n"


def diff_as_json(found: Compared, doubts: Sequence[str], unreadable: Sequence[Unreadable]) -> Iterator[str]:
    """One object: `spec/net-diff.v1.schema.json` has the form."""
    told = {
        "schema": SCHEMA,
        "tool": tool(),
        "opened": len(found.opened),
        "closed": len(found.closed),
        "changes": [_change(one) for one in found.changes],
        "new": list(found.new),
        "gone": list(found.gone),
        "doubts": list(doubts),
        "unreadable": unreadables(unreadable),
    }
    yield json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _change(one: Change) -> dict[str, object]:
    return {
        "from": one.source,
        "to": one.destination,
        "change": one.sort,
        "opened": str(one.opened),
        "closed": str(one.closed),
        "before": _allowed(one.before),
        "after": _allowed(one.after),
    }


def _allowed(one: Allowed) -> dict[str, str]:
    return {"connections": str(one.connections), "possible": str(one.possible)}


def _lines(changes: Iterable[Change], *, opens: bool) -> Iterator[tuple[str, str, str]]:
    """One line for what is the same of several sources, or of several destinations, whichever are fewer lines."""
    from_: dict[tuple[str, str], list[str]] = defaultdict(list)
    to: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in changes:
        text = _text(one, opens=opens)
        from_[one.source, text].append(one.destination)
        to[one.destination, text].append(one.source)
    if len(from_) <= len(to):
        yield from ((source, _several(ends), text) for (source, text), ends in from_.items())
    else:
        yield from ((_several(ends), destination, text) for (destination, text), ends in to.items())


def _text(one: Change, *, opens: bool) -> str:
    if one.sort == "changed":
        return f"{one.before} before, {one.after} now"
    return str(one.after if opens else one.before)


def _several(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    in_order = sorted(names, key=lambda name: (not name.endswith("]"), name))  # Addresses last: they have commas, too.
    told = f"{', '.join(in_order[:_NAMED])}{more}"
    return f"{len(names)} ends ({told})" if more else told


def _count(found: Compared) -> str:
    if not found.changes and not found.new and not found.gone:
        return "nothing changed"
    opened, closed = len(found.opened), len(found.closed)
    opens = (
        f"{opened} {'pair' if opened == 1 else 'pairs'} may talk in a new way" if opened else "nothing newly allowed"
    )
    closes = f"{closed} may not any more, or not in every way" if closed else "nothing taken away"
    return f"{opens}, {closes}; {len(found.new)} new and {len(found.gone)} gone workloads"
