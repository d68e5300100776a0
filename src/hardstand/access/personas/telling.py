"""Who holds more than their persona, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence

from hardstand.access.personas.exceeding import Excess, Held

SCHEMA = "hardstand.dev/rbac-personas/v1"


def text(every: Sequence[Held]) -> str:
    """One paragraph for everybody who holds more than they should, and a line that counts."""
    lines = [line for one in every if not one.fits or one.doubts for line in _lines(one)]
    fit = sum(one.fits and not one.doubts for one in every)
    more = sum(bool(one.personas and one.excess) for one in every)
    without = sum(not one.personas for one in every)
    open_ = sum(one.fits and bool(one.doubts) for one in every)
    told = f"{more} hold more than their persona · {without} have rights and no persona · {open_} unknown · {fit} fit"
    return "".join(f"{line}\n" for line in [*lines, told])


def _lines(one: Held) -> Iterator[str]:
    if not one.personas:
        yield f"{one.who} has rights and no persona"
    elif one.excess:
        yield f"{one.who} holds more than {' and '.join(one.personas)}"
    else:
        yield f"{one.who} may hold more than {' and '.join(one.personas)}"
    for excess in one.excess:
        where = f"in {excess.grant.namespace}" if excess.grant.namespace else "everywhere"
        as_ = "" if excess.grant.who == one.who else f", as {excess.grant.who}"
        yield f"  {where}{as_}: {excess.grant.given_by} gives {excess.grant.role_called}"
        yield from (f"      {rule}" for rule in excess.rules)
    yield from (f"  unknown: {doubt}" for doubt in one.doubts)


def as_json(every: Sequence[Held]) -> str:
    """All of them, those that fit too."""
    found = {
        "schema": SCHEMA,
        "subjects": [
            {
                "subject": one.who.word,
                "personas": list(one.personas),
                "fits": None if one.fits and one.doubts else one.fits,
                "beyond": [_excess(each) for each in one.excess],
                "doubts": list(one.doubts),
            }
            for one in every
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _excess(one: Excess) -> dict[str, object]:
    return {
        "as": one.grant.who.word,
        "namespace": one.grant.namespace or None,
        "binding": one.grant.given_by,
        "role": one.grant.role_called,
        "rules": [rule.written() for rule in one.rules],
    }
