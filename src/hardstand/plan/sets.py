"""Fix sets: the changes that remove the most risk for the least effort, in their order, each proven.

One change after another is made in the picture that those before it leave, and the whole is judged again. Which one is
tried next is estimated; what it removes never is. A change that turns out to be worth less than another might be waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hardstand.model.finding import Finding
from hardstand.model.known import Place, place_of
from hardstand.model.root_causes import by_root_cause, counts
from hardstand.model.run import Run
from hardstand.plan.choosing import edits_of
from hardstand.plan.difference import difference
from hardstand.plan.documents import Documents
from hardstand.plan.estimating import Estimates, changed_sources
from hardstand.plan.firsts import Firsts
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.focus import Focus
from hardstand.plan.interface import Judge, Plan, Skipped
from hardstand.plan.keeping import Kept, would_undo
from hardstand.plan.refusing import Refusals
from hardstand.plan.sets_interface import ByHand, Cause, FixSets, Part, Progress, Step
from hardstand.plan.source import Source
from hardstand.plan.weighing import Worth, worth

_LOOKED_AT: Final = 20
"""How many root causes are looked at more closely at each step: those that promise most by their own findings."""

_PATIENCE: Final = 2
"""How many changes are proven at each step before the best of them is taken, unless another reaches a higher tier."""

NO_FIX: Final = "there is no fix for it"
UNSAFE: Final = "its fix is not safe"


def plan_sets(
    sources: Sequence[Source],
    judge: Judge,
    part: Part,
    *,
    unsafe: bool,
    limit: int,
    progress: Progress | None = None,
) -> FixSets:
    """At most `limit` changes that end findings, in their order, and what is left for a person.

    Fixes that are not safe are made only where `unsafe` says so. Nothing is written. `judge` must judge by one and the
    same day throughout.
    """
    return _Sets(sources, judge, part, unsafe=unsafe).run(limit, progress)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A change that was made in the picture as it is."""

    cause: Cause
    worth: Worth
    plan: Plan
    run: Run
    pages: Mapping[int, bytes]
    removed: tuple[Finding, ...]


class _Sets:
    def __init__(self, sources: Sequence[Source], judge: Judge, part: Part, *, unsafe: bool) -> None:
        self._sources = sources
        self._judge = judge
        self._unsafe = unsafe
        self._before = self._run = judge({})
        self._pages: Mapping[int, bytes] = {}
        self._estimates = Estimates(sources, part, unsafe=unsafe)
        self._first = Firsts(self._before)
        self._refusals = Refusals(sources)
        self._refused: dict[Place, str] = {}
        """Findings whose fix does not hold, and why."""
        self._steps: list[Step] = []
        self._spare()

    def run(self, limit: int, progress: Progress | None) -> FixSets:
        """Step by step, until enough is found or nothing is left."""
        while len(self._steps) < limit:
            if progress:
                progress(len(self._steps), limit)
            best = self._best()
            if best is None:
                break
            self._take(best)
        if progress:
            progress(limit, limit)
        causes = self._causes()
        return FixSets(
            before=self._before,
            after=self._run,
            total=sum(map(counts, self._before.findings)),
            steps=tuple(self._steps),
            more=tuple(
                self._as_first(one)
                for one in sorted(filter(_fixable, causes), key=lambda one: _order(self._estimates.rough(one), one))
            ),
            by_hand=tuple(self._by_hand(one) for one in sorted(causes, key=_by_hand_order) if not one.fixable),
            pages=self._pages,
        )

    def _causes(self) -> list[Cause]:
        """The root causes of the picture as it is."""
        groups = by_root_cause(filter(counts, self._run.findings))
        return [
            Cause(name, tuple(found), tuple(one for one in found if self._usable(one)))
            for (name, _), found in groups.items()
        ]

    def _usable(self, one: Finding) -> bool:
        return self._offered(one) and place_of(one) not in self._refused

    def _offered(self, one: Finding) -> bool:
        return one.fix is not None and one.fix.change is not None and (one.fix.safe or self._unsafe)

    def _spare(self) -> None:
        """Refuse what would undo something that is excepted, whether it was asked for or not."""
        kept = Kept(self._run.findings, Documents(self._sources, self._pages))
        for one in filter(counts, self._run.findings):
            if one.fix is None or one.fix.change is None:
                continue
            there = kept.touched(one.fix.change.page, one.fix.change.document, edits_of(one))
            if there is not None:
                self._refused.setdefault(place_of(one), would_undo(there))

    def _best(self) -> _Trial | None:
        """The change to make next. Those that promise more than the best so far are proven before it is taken."""
        waiting = self._in_order()
        best: _Trial | None = None
        for proven, (promised, one) in enumerate(waiting):
            if best is not None and not _may_beat(promised, best, proven):
                break
            trial = self._try(one)
            if trial is not None and (best is None or _order(trial.worth, one) < _order(best.worth, best.cause)):
                best = trial
        return best

    def _in_order(self) -> list[tuple[Worth, Cause]]:
        rough = [(self._estimates.rough(one), one) for one in filter(_fixable, self._causes())]
        rough.sort(key=lambda pair: _order(*pair))
        there = {place_of(one): one for one in self._run.findings if counts(one)}
        closer = [(self._estimates.worth(one, there, self._pages), one) for _, one in rough[:_LOOKED_AT]]
        return sorted([*closer, *rough[_LOOKED_AT:]], key=lambda pair: _order(*pair))

    def _try(self, one: Cause) -> _Trial | None:
        """Make the change and judge the whole; None if it removes nothing. What does not hold is not tried again."""
        own = {place_of(found) for found in one.findings if self._offered(found)}
        focus = Focus(self._judge, lambda found: found.root_cause == one.name, self._pages, self._run)
        plan = plan_fixes(changed_sources(self._sources, self._pages), focus, unsafe=self._unsafe)
        run, pages = focus.whole(plan)
        removed = tuple(filter(counts, difference(self._run, run).ended))
        for skipped in plan.skipped:
            self._refused[place_of(skipped.finding)] = self._told(skipped)
        for found in run.findings:
            if place_of(found) in own:
                self._refused.setdefault(place_of(found), "the change does not end it; it takes a person")
        mended = [found for found in removed if place_of(found) in own]
        if not mended:
            return None
        return _Trial(one, worth(removed, mended), plan, run, pages, removed)

    def _take(self, trial: _Trial) -> None:
        """Make the change part of the picture."""
        own = {place_of(found) for found in trial.cause.findings if self._offered(found)}
        mended = tuple(found for found in trial.removed if place_of(found) in own)
        first = mended[0]
        self._run, self._pages = trial.run, trial.pages
        self._spare()
        self._steps.append(
            Step(
                root_cause=trial.cause.name,
                control=first.control,
                title=first.fix.title if first.fix else "",
                safe=all(found.fix is not None and found.fix.safe for found in mended),
                mended=self._placed(mended),
                removed=self._placed(trial.removed),
                skipped=tuple(Skipped(self._first.placed(one.finding), self._told(one)) for one in trial.plan.skipped),
                patches=trial.plan.patches,
                sum=sum(map(counts, difference(self._before, self._run).ended)),
            )
        )

    def _by_hand(self, one: Cause) -> ByHand:
        reasons = dict.fromkeys(self._reason(found) for found in one.findings)
        unsafe = any(self._reason(found) == UNSAFE for found in one.findings)
        return ByHand(one.name, self._placed(one.findings), tuple(reasons), unsafe)

    def _as_first(self, one: Cause) -> Cause:
        return Cause(one.name, self._placed(one.findings), self._placed(one.fixable))

    def _placed(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Where they are in the files as they are: nothing has been written."""
        return tuple(map(self._first.placed, findings))

    def _told(self, one: Skipped) -> str:
        """The reason, with the place in the file as it is where it holds there too."""
        first = self._first.of(one.finding)
        if first is None or first.fix is None or first.fix.change is None or first.fix.change.page not in self._pages:
            return one.reason
        return self._refusals.reason(first) or one.reason

    def _reason(self, one: Finding) -> str:
        refused = self._refused.get(place_of(one))
        if refused is not None:
            return refused
        return NO_FIX if one.fix is None or one.fix.change is None else UNSAFE


def _may_beat(promised: Worth, best: _Trial, proven: int) -> bool:
    if proven >= _PATIENCE:
        return promised.tier > best.worth.tier
    return promised > best.worth


def _fixable(one: Cause) -> bool:
    return bool(one.fixable)


def _order(value: Worth, one: Cause) -> tuple[int, bool, object, str]:
    """The worthiest first; the name decides between equals, so that the order of the input does not."""
    return -value.tier, not value.blocked, -value.ratio, one.name


def _by_hand_order(one: Cause) -> tuple[int, bool, object, str]:
    return _order(worth(one.findings, one.findings, by_hand=True), one)
