"""One change at a time: the whole picture is judged, and only the fixes of that change are offered."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hardstand.model.finding import Finding
from hardstand.model.root_causes import counts
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Verdict
from hardstand.plan.interface import Judge, Plan


class Focus:
    """A judge for `plan_fixes` that starts from a picture which may be changed already.

    What is turned off is left out, so that what a change uncovers has come. `wanted` says of a finding whether its fix
    belongs to the change.
    """

    def __init__(
        self,
        judge: Judge,
        wanted: Callable[[Finding], bool],
        pages: Mapping[int, bytes] | None = None,
        run: Run | None = None,
    ) -> None:
        """`pages`: what has been changed so far. `run`: what is known to come of it, to save judging it again."""
        self._judge = judge
        self._wanted = wanted
        self._pages = pages or {}
        self._told: list[tuple[Run, Run, Mapping[int, bytes]]] = []
        self._run = run

    def __call__(self, changed: Mapping[int, bytes]) -> Run:
        """Judge it all; the Run offers the fixes of this change alone."""
        pages = {**self._pages, **changed}
        whole = self._run if self._run is not None and not changed else self._judge(pages)
        shown = replace(whole, findings=tuple(self._shown(one) for one in whole.findings if _matters(one)))
        self._told.append((shown, whole, pages))
        return shown

    def whole(self, plan: Plan) -> tuple[Run, Mapping[int, bytes]]:
        """All that is left after a plan, and the pages that it was judged with, those of charts among them."""
        return next((whole, pages) for shown, whole, pages in self._told if shown is plan.after)

    def _shown(self, one: Finding) -> Finding:
        """What is excepted keeps its fix, which is not made: it says what the exception is about."""
        keeps = one.fix is None or one.action is Action.WAIVED or self._wanted(one)
        return one if keeps else replace(one, fix=None)


def _matters(one: Finding) -> bool:
    return counts(one) or one.verdict is Verdict.UNKNOWN or one.action is Action.WAIVED
