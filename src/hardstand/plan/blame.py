"""Which fix is to blame when a round does not hold: those in question are tried with fewer and fewer others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.model.finding import Finding
from hardstand.model.run import Unreadable
from hardstand.plan.choosing import key_of
from hardstand.plan.interface import Key
from hardstand.plan.keeping import would_undo


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a round."""

    made: Sequence[Finding]
    unended: Sequence[Finding]
    """Whose fix was made, and that are still there."""
    came: Sequence[Finding]
    undone: Sequence[Finding]
    """Excepted, and not there any more."""
    unreadable: Sequence[Unreadable]

    @property
    def holds(self) -> bool:
        """Every fix ended its finding and nothing else that may not end, and nothing came."""
        return not (self.unended or self.came or self.undone or self.unreadable)


class Trust:
    """How many others a fix may be tried with: any, none of its object, or none at all."""

    def __init__(self) -> None:
        self._object_alone: set[str] = set()
        self._alone: set[str] = set()
        self._taken: dict[Key, bool] = {}
        """Objects of this round, and whether they are closed to others."""
        self._full = False

    def begin(self) -> None:
        """A new round begins."""
        self._taken = {}
        self._full = False

    def lets(self, one: Finding, key: Key) -> bool:
        """Whether the fix may be tried in this round, among those that were taken."""
        if self._full or (one.id in self._alone and self._taken):
            return False
        return key not in self._taken or not (self._taken[key] or one.id in self._object_alone)

    def took(self, one: Finding, key: Key) -> None:
        """The fix is tried in this round."""
        self._taken[key] = one.id in self._object_alone
        self._full = one.id in self._alone

    def alone(self, findings: Sequence[Finding]) -> None:
        """From now on, try each of these without others in its object; if that was done already, without any."""
        for one in findings:
            (self._alone if one.id in self._object_alone else self._object_alone).add(one.id)

    def judge(self, trial: Trial) -> Iterator[tuple[Finding, str]]:
        """The fixes to drop, with the reason; of the others in question, fewer are tried at a time from now on."""
        by_object: dict[Key, list[Finding]] = {}
        for one in trial.made:
            by_object.setdefault(key_of(one), []).append(one)
        suspects: dict[str, Finding] = {}
        for one in trial.unended:
            if len(by_object[key_of(one)]) == 1:
                yield one, "the change does not end it; it takes a person"
            else:
                suspects[one.id] = one
        for one, reason in _unwanted(trial):
            near = [made for made in trial.made if _about_one_object(made, one)] or list(trial.made)
            if len(near) == 1:
                yield near[0], reason
            else:
                suspects.update((made.id, made) for made in near)
        for fault in trial.unreadable:
            near = [made for made in trial.made if made.locations[0].file == fault.path] or list(trial.made)
            if len(near) == 1:
                yield near[0], f"the file could not be read any more: {fault.reason}"
            else:
                suspects.update((made.id, made) for made in near)
        self.alone(list(suspects.values()))


def _unwanted(trial: Trial) -> Iterator[tuple[Finding, str]]:
    """What must not have happened, and why whoever did it is dropped."""
    for one in trial.came:
        yield one, f"it would bring another finding: {one.control} at {one.locations[0].field or 'its root'}"
    for one in trial.undone:
        yield one, would_undo(one)


def _about_one_object(made: Finding, came: Finding) -> bool:
    return made.object == came.object and made.locations[0].file == came.locations[0].file
