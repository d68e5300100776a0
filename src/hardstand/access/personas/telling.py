"""Who holds more than their persona, as text and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence

from hardstand.access.personas.exceeding import Excess, Held
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Who

SCHEMA = "hardstand.dev/rbac-personas/v1"


_RULES_SHOWN = 6


def text(every: Sequence[Held], *, whole: bool = False) -> str:
    """One paragraph for everybody who holds more than they should, and a line that counts.

    What the same role gives beyond, to several or in several places, is told once, and its first rules alone; with
    `whole`, all rules each time.
    """
    told_before: dict[tuple[str, tuple[Rule, ...]], Who] = {}
    lines = [
        line for one in every if not one.fits or one.doubts for line in _lines(one, None if whole else told_before)
    ]
    fit = sum(one.fits and not one.doubts for one in every)
    more = sum(bool(one.personas and one.excess) for one in every)
    without = sum(not one.personas for one in every)
    open_ = sum(one.fits and bool(one.doubts) for one in every)
    told = f"{more} hold more than their persona · {without} have rights and no persona · {open_} unknown · {fit} fit"
    return "".join(f"{line}\n" for line in [*lines, told])


def _lines(one: Held, before: dict[tuple[str, tuple[Rule, ...]], Who] | None) -> Iterator[str]:
    if not one.personas and len(one.dangling) == len(one.grants):
        yield f"{one.who} has no persona, and bindings that give no role that is there"
    elif not one.personas:
        yield f"{one.who} has rights and no persona"
    elif one.excess:
        yield f"{one.who} holds more than {' and '.join(one.personas)}"
    else:
        yield f"{one.who} may hold more than {' and '.join(one.personas)}"
    for (role, rules), grants in _alike(one.excess).items():
        yield from (_given(one.who, grant) for grant in grants)
        yield from _rules(role, rules, one.who, before)
    if not one.doubts:
        yield from (f"{_given(one.who, grant)}, which is not there" for grant in one.dangling)
    if not (one.personas or one.excess or one.dangling):
        yield from (f"{_given(one.who, grant)}, no more than everybody may" for grant in one.grants)
    yield from (f"  unknown: {doubt}" for doubt in one.doubts)


def _alike(excess: Sequence[Excess]) -> Mapping[tuple[str, tuple[Rule, ...]], Sequence[Grant]]:
    """The grants by the role that they give, and what of it is too much."""
    found: dict[tuple[str, tuple[Rule, ...]], list[Grant]] = {}
    for one in excess:
        found.setdefault((one.grant.role_called, one.rules), []).append(one.grant)
    return found


def _given(who: Who, grant: Grant) -> str:
    where = f"in {grant.namespace}" if grant.namespace else "everywhere"
    as_ = "" if grant.who == who else f", as {grant.who}"
    return f"  {where}{as_}: {grant.given_by} gives {grant.role_called}"


def _rules(
    role: str, rules: tuple[Rule, ...], who: Who, before: dict[tuple[str, tuple[Rule, ...]], Who] | None
) -> Iterator[str]:
    if before is None or len(rules) == 1:
        yield from (f"      {rule}" for rule in rules)
        return
    first = before.setdefault((role, rules), who)
    if first != who:
        yield f"      {len(rules)} rules, the same as of {first}"
        return
    yield from (f"      {rule}" for rule in rules[:_RULES_SHOWN])
    if len(rules) > _RULES_SHOWN:
        yield f"      and {len(rules) - _RULES_SHOWN} more rules (--all prints them)"


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
