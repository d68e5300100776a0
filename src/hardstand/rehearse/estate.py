"""What a changed baseline changes for what is there: what blocks from then on, and what no longer does."""

from collections.abc import Callable, Hashable, Iterable, Sequence

from hardstand.model.finding import Finding
from hardstand.model.known import place_of
from hardstand.model.run import Run
from hardstand.model.verdict import Action
from hardstand.rehearse.interface import Blocked, Whose

_Key = Callable[[Finding], Hashable]


def compared(old: Run, new: Run, whose: Callable[[Finding], Whose]) -> tuple[tuple[Blocked, ...], tuple[Blocked, ...]]:
    """What blocks in the new run alone, and what blocks in the old one alone.

    Findings are the same by id, and else by place: an id carries the environment, which a baseline may rename.
    """
    blocks = _beyond(new.findings, old.findings, whose)
    return blocks, _beyond(old.findings, new.findings, whose)


def _beyond(
    these: Sequence[Finding], others: Sequence[Finding], whose: Callable[[Finding], Whose]
) -> tuple[Blocked, ...]:
    blocking = [one for one in others if one.action is Action.BLOCK]
    ids, places = {one.id for one in blocking}, {place_of(one) for one in blocking}
    by_id, by_place = _known(others, lambda one: one.id), _known(others, place_of)
    found = []
    for one in these:
        if one.action is not Action.BLOCK or one.id in ids or place_of(one) in places:
            continue
        other = by_id.get(one.id) or by_place.get(place_of(one))
        found.append(Blocked(one, whose(one), other.action.value if other else "not found"))
    return tuple(found)


def _known(findings: Iterable[Finding], key: _Key) -> dict[Hashable, Finding]:
    return {key(one): one for one in findings}
