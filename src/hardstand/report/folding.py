"""A long report, folded evenly: of each control one root cause in full, and the others counted beside it.

A cluster has a root cause for each kind of each namespace, so that what many namespaces do wrong alike would fill
screens, and hide what only one does. What blocks is never folded: it is what the exit status is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.model.finding import ObjectRef
from hardstand.model.verdict import Action
from hardstand.report.grouping import Entry

WHOLE = 40
"""As many entries are told in full, however many are of one control."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry that is told in full, and those that are only counted with it."""

    entry: Entry
    more: tuple[Entry, ...] = ()

    @property
    def findings(self) -> int:
        """How many findings are only counted."""
        return sum(len(one.findings) for one in self.more)

    @property
    def objects(self) -> Sequence[ObjectRef]:
        """The objects that are only counted, each once."""
        return list(dict.fromkeys(each.object for one in self.more for each in one.findings))


def folded(found: Sequence[Entry], *, whole: bool) -> Sequence[Shown]:
    """Entries to be told in their order; all of them if `whole` says so, or if there are few."""
    if whole or len(found) <= WHOLE:
        return [Shown(one) for one in found]
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for one in found:
        alike.setdefault(_sort(one), []).append(one)
    return [Shown(first, tuple(others)) for first, *others in alike.values()]


def _sort(one: Entry) -> tuple[object, ...]:
    """What an entry is alike to others in; what blocks is like nothing."""
    if one.first.action is Action.BLOCK:
        return (one.root_cause, one.verdict)
    # `CONTROL@PLACE`, or `WHY:KIND:NAMESPACE` of what is missing.
    what, at, _ = one.root_cause.partition("@")
    what = what if at else one.root_cause.rpartition(":")[0]
    return (what, one.verdict, one.first.action)
