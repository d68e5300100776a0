"""Whether groups ask their members for second factors, and for keys in hardware. What is not said is not known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardstand.model.directory import Directory, Factor, Person, Team

_MOST = 3
"""People that a reason names."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer and its reason: True, False, or None where the export does not tell."""

    holds: bool | None
    reason: str


def second_factor(people: Sequence[Person], gaps: Sequence[str]) -> Proof:
    """Whether everybody of these who may sign in is asked for a second factor.

    Somebody who has none registered is not asked for it, whatever a policy says.
    """
    able = [one for one in people if one.active is not False]
    lacking = [one for one in able if one.enforced is False or one.factors == frozenset()]
    if lacking:
        return Proof(holds=False, reason=f"{_named(lacking)} may sign in without a second factor")
    untold = [one for one in able if one.enforced is None]
    if untold:
        return Proof(None, f"the export does not say whether {_named(untold)} must use a second factor")
    if gaps:
        return Proof(None, gaps[0])
    return Proof(holds=True, reason=f"all {len(able)} must use a second factor")


def hardware_key(people: Sequence[Person], gaps: Sequence[str]) -> Proof:
    """Whether everybody of these who may sign in has a key in hardware, and nothing weaker beside it."""
    able = [one for one in people if one.active is not False]
    lacking = [one for one in able if one.factors is not None and not one.factors & {Factor.HARDWARE, Factor.SYNCED}]
    if lacking:
        return Proof(holds=False, reason=f"{_named(lacking)} has no key in hardware")
    untold = [one for one in able if one.factors is None or Factor.HARDWARE not in one.factors]
    if untold:
        return Proof(None, f"the export does not say whether the key of {_named(untold)} is in hardware")
    mixed = [one for one in able if one.factors != frozenset({Factor.HARDWARE})]
    if mixed:
        return Proof(None, f"{_named(mixed)} has other factors too, and the export does not say whether these do")
    if gaps:
        return Proof(None, gaps[0])
    return Proof(holds=True, reason=f"all {len(able)} have keys in hardware and nothing else")


def members_of(team: Team, directory: Directory) -> tuple[Sequence[Person], Sequence[str]]:
    """Who is in a group, and why these may not be all; what the exports lack as a whole is such a reason."""
    people, reasons = directory.members(team)
    return people, (*reasons, *directory.gaps)


def _named(people: Iterable[Person]) -> str:
    names = sorted(one.name for one in people)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
