"""What a gate says once of the kinds that it cannot read."""

from collections.abc import Iterator, Sequence

from hardstand.controls.control import Control
from hardstand.gate.undecided import left_open
from hardstand.model.gap import Gap
from hardstand.model.verdict import Why
from hardstand.wiring.gating.installing import ROLES
from hardstand.wiring.roles import withheld

_WITH_SECRETS = "`hardstand doctor --verb gate --with-secrets --format role` prints those that let it"
_NAMED = 5
"""Controls that are named; of more their number is enough."""


def unlisted(gaps: Sequence[Gap], controls: Sequence[Control]) -> Iterator[str]:
    """A line for each kind that cannot be read, with what that leaves undecided, and how to change it."""
    for kind in sorted({one.kind for one in gaps}):
        refused = all(one.why is Why.MAY_NOT_LIST for one in gaps if one.kind == kind)
        left = _named(left_open(controls, kind))
        if refused and withheld("gate", kind):
            yield f"may not list {kind}, as its roles have it unless asked otherwise: {left}; {_WITH_SECRETS}"
        else:
            yield f"{'may not list' if refused else 'cannot read'} {kind}: {left}; {ROLES}"


def _named(ids: Sequence[str]) -> str:
    if not ids:
        return "no control asks for it, but tiers, environments and owners may be told by it"
    if len(ids) > _NAMED:
        return f"{len(ids)} controls ask for it, and are undecided where it matters"
    return f"asked for by {', '.join(ids)}, undecided where it matters"
