"""From findings to changes of pages, round by round: change, judge the changed pages, keep what holds.

A fix stays only if its finding is gone and nothing new came. Where something came, the fixes in question are tried one
at a time, so that the one to blame is known and the others stay.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from hardstand.inventory.overlay import json_patch
from hardstand.model.finding import Edit, Finding, ObjectRef
from hardstand.model.path import Path, Value
from hardstand.model.verdict import Action, Verdict
from hardstand.plan.blame import Trial, Trust
from hardstand.plan.choosing import Together, change_of, edits_of, key_of
from hardstand.plan.difference import difference
from hardstand.plan.documents import Documents
from hardstand.plan.firsts import Firsts
from hardstand.plan.interface import Editor, Judge, Key, Patched, Plan, Skipped
from hardstand.plan.keeping import Kept, would_undo
from hardstand.plan.patches import guards
from hardstand.plan.refusing import Refusals, editor_of, told
from hardstand.plan.source import Source
from hardstand.text.editing import Refusal

ROUNDS: Final = 200
"""How often everything is judged at most. Each round ends findings, drops a fix or tries fewer at a time."""


def plan_fixes(sources: Sequence[Source], judge: Judge, *, unsafe: bool) -> Plan:
    """The changes that end findings, proven by `judge`; fixes that are not safe only where `unsafe` says so.

    Findings that `judge` gives must carry the changes of their fixes. Nothing is written.
    """
    return _Planning(sources, judge, unsafe=unsafe).run()


class _Planning:
    def __init__(self, sources: Sequence[Source], judge: Judge, *, unsafe: bool) -> None:
        self._sources = sources
        self._judge = judge
        self._unsafe = unsafe
        self._pages: dict[int, bytes] = {}
        self._before = self._run = judge({})
        self._skipped: dict[str, Skipped] = {}
        self._trust = Trust()
        self._operations: dict[Key, list[dict[str, Value]]] = {}
        self._objects: dict[Key, ObjectRef] = {}
        self._first = Firsts(self._before)
        self._refusals = Refusals(sources)
        self._documents = Documents(sources, {})
        self._kept = Kept(self._run.findings, self._documents)

    def run(self) -> Plan:
        """Go round until nothing is left to try."""
        for _ in range(ROUNDS):
            if not self._round():
                break
        else:
            for one in filter(self._wanted, self._run.findings):
                self._skip(one, f"not tried: {ROUNDS} rounds were not enough; run it again, or with --select")
        return self._plan()

    def _wanted(self, one: Finding) -> bool:
        return self._fixable(one) and (self._unsafe or _safe(one))

    def _fixable(self, one: Finding) -> bool:
        return (
            one.verdict is Verdict.FAIL
            and one.action not in (Action.OFF, Action.WAIVED)
            and one.fix is not None
            and one.fix.change is not None
            and one.id not in self._skipped
        )

    def _round(self) -> bool:
        """Make what can be made at once. False when nothing was left to make."""
        editors: dict[int, Editor] = {}
        chosen = self._chosen(editors)
        pages, made = {}, list[Finding]()
        for page, documents in chosen.items():
            done = editors[page].edited({index: one.edits for index, one in documents.items()})
            together = [finding for one in documents.values() for finding in one.findings]
            if not isinstance(done, Refusal):
                pages[page] = done
                made += together
                continue
            culprits = documents[done.document].findings
            if len(culprits) == 1:
                self._refuse(culprits[0], done)
            else:
                self._trust.alone(culprits)
        if pages:
            self._prove(pages, made)
        return bool(chosen)

    def _chosen(self, editors: dict[int, Editor]) -> dict[int, dict[int, Together]]:
        """The fixes to make in this round, by page and document; whatever cannot be made is skipped with its reason."""
        chosen: dict[int, dict[int, Together]] = {}
        self._trust.begin()
        self._spare()
        for one in filter(self._wanted, self._run.findings):
            page, document, _ = key = key_of(one)
            together = chosen.get(page, {}).get(document, Together())
            edits = edits_of(one)
            if not together.takes(edits) or not self._trust.lets(one, key):
                continue
            if page not in editors:
                editors[page] = self._editor(page)
            refusal = editors[page].objection(document, edits)
            if refusal is not None:
                self._refuse(one, refusal)
                continue
            self._trust.took(one, key)
            together.add(one, edits)
            chosen.setdefault(page, {})[document] = together
        return chosen

    def _spare(self) -> None:
        """Skip what would undo something that is excepted, before it is tried."""
        for one in filter(self._fixable, self._run.findings):
            page, document, _ = key_of(one)
            if (kept := self._kept.touched(page, document, edits_of(one))) is not None:
                self._skip(one, would_undo(kept))

    def _editor(self, page: int) -> Editor:
        return editor_of(self._sources[page], self._pages.get(page, self._sources[page].data))

    def _prove(self, pages: Mapping[int, bytes], made: Sequence[Finding]) -> None:
        """Judge the changed pages, and keep them if each fix ended its finding and nothing came."""
        after = self._judge({**self._pages, **pages})
        changed = difference(self._run, after)
        ended = {one.id for one in changed.ended}
        unended = [one for one in made if one.id not in ended]
        came = {one.id: one for one in (*changed.came, *self._kept.uncovered(after.findings))}
        trial = Trial(made, unended, list(came.values()), self._kept.undone(changed.ended), changed.unreadable)
        if trial.holds:
            self._record(made)
            self._pages.update(pages)
            self._run = after
            self._documents = Documents(self._sources, self._pages)
            self._kept = Kept(after.findings, self._documents)
            return
        for finding, reason in self._trust.judge(trial):
            self._skip(finding, reason)

    def _record(self, made: Sequence[Finding]) -> None:
        """Keep what was changed in rendered objects as operations."""
        edits: dict[Key, list[Edit]] = {}
        for one in made:
            change = change_of(one)
            if self._sources[change.page].rendered_from is None:
                continue
            edits.setdefault(key_of(one), []).extend(change.edits)
        for key, listed in edits.items():
            data = self._object(key)
            once = [edit for at, edit in enumerate(listed) if edit not in listed[:at]]
            self._operations.setdefault(key, []).extend([*guards(data, once), *json_patch(data, once)])
        for one in made:
            self._objects.setdefault(key_of(one), one.object)

    def _object(self, key: Key) -> Value:
        page, document, prefix = key
        return _at(self._documents(page, document), prefix)

    def _refuse(self, one: Finding, refusal: Refusal) -> None:
        """Skip it with the place in the file as it is, where it would be refused there too."""
        first = self._first.of(one)
        said = self._refusals.reason(first) if first is not None and first.fix and first.fix.change else None
        self._skip(one, said or told(self._sources[change_of(one).page], refusal))

    def _skip(self, one: Finding, reason: str) -> None:
        self._skipped.setdefault(one.id, Skipped(one, reason))

    def _plan(self) -> Plan:
        files = {page: data for page, data in self._pages.items() if self._sources[page].rendered_from is None}
        left = {one.id for one in self._run.findings}
        return Plan(
            before=self._before,
            after=self._run,
            pages=files,
            patches=tuple(self._patched(key, operations) for key, operations in self._operations.items()),
            ended=difference(self._before, self._run).ended,
            skipped=tuple(one for one in self._skipped.values() if one.finding.id in left),
            unsafe=tuple(one for one in self._run.findings if self._fixable(one) and not self._wanted(one)),
        )

    def _patched(self, key: Key, operations: Sequence[dict[str, Value]]) -> Patched:
        ref = self._objects[key]
        metadata = _at(self._object(key), ("metadata",))
        own = metadata.get("namespace") if isinstance(metadata, dict) else None
        return Patched(self._sources[key[0]], ref, own if isinstance(own, str) else None, tuple(operations))


def _safe(one: Finding) -> bool:
    return one.fix is not None and one.fix.safe


def _at(value: Value, path: Path) -> Value:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value
