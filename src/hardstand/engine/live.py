"""A picture of a cluster that is kept up to date, against which single objects are judged as they come.

The controls, the baseline and `decide` are those of a scan. What a scan would say of an object once it is there is
what is said of it here while it is pending; tiers are those of the picture, with the object's own factors as it brings
them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.placing import Placing
from hardstand.controls.control import Control
from hardstand.engine.catalog import with_custom
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.findings import Page, findings_of
from hardstand.engine.judgement import Bench
from hardstand.engine.owners import Owned, Owners
from hardstand.engine.settings import Settings
from hardstand.engine.shard import PLACING_READS
from hardstand.engine.standing import Local, Standing, Standings
from hardstand.inventory.living import LivingNeighbours, Overlay
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.config import Namespace
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.gap import Gap
from hardstand.model.verdict import Verdict
from hardstand.text.document import Document
from hardstand.text.patching import same

_LABELLED = Namespace.kinds
_EXPOSING = frozenset(kind for view, _ in EXPOSURE_READS for kind in view.kinds or ())


class NoObjectError(ValueError):
    """A page holds no object that can be judged; the text says why."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is found of one object, were it there."""

    object: ObjectRef
    standing: Standing
    findings: tuple[Finding, ...]
    owned: Owned | None
    """Its owner in the picture, and whether it is as that one's template says."""
    verdicts: tuple[tuple[str, Verdict], ...] = ()
    """Every control that was held against it, with its verdict."""

    @property
    def tier(self) -> str | None:
        """The word for its tier; None where there is no workload to take it from."""
        return self.standing.tier.word if self.standing.tier else None


@dataclass(frozen=True, slots=True)
class Held:
    """An object of the picture."""

    page: Page
    kube: KubeObject
    """Without its fields."""
    fact: KubeObject | None
    """What joins read of it."""
    local: Local | None
    folded: bool
    """It is judged at its owner."""
    uid: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became different when an object came, changed or went."""

    before: Held | None
    after: Held | None
    facts: bool
    """What joins read of it is not as it was."""
    standing: bool
    """Tiers of others may not be as they were."""


class Live:
    """The picture. It is not for several threads at once."""

    def __init__(self, controls: Sequence[Control], settings: Settings) -> None:
        """Without objects, and with nothing known to be missing."""
        self.settings = replace(settings, complete=True)
        ids = [one.id for one in controls]
        self._depended = settings.baseline.compensating(ids)
        compensating = [one for one in with_custom(settings.customs) if one.id in self._depended - set(ids)]
        self._hidden = frozenset(one.id for one in compensating)
        self._placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
        also = [*EXPOSURE_READS, *PLACING_READS] if self._placing.by_labels else EXPOSURE_READS
        self.evaluator = Evaluator([*controls, *compensating], self.settings, also=also)
        self.neighbours = LivingNeighbours(self.evaluator.keeping)
        self._overlay = Overlay(self.neighbours, self.evaluator.keeping)
        self.evaluator.meet(self._overlay)
        self.standings = Standings(settings.baseline, self._placing)
        self.standings.meet(self._overlay, ())
        self._bench = Bench(self.settings, self.standings)
        self._owners = Owners()
        self._held: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def names(self) -> Iterable[str]:
        """The names of all pages of the picture."""
        return self._held.keys()

    def held(self, name: str) -> Held | None:
        """The object of the picture with this name of its page."""
        return self._held.get(name)

    def missing(self, gaps: Iterable[Gap]) -> None:
        """Say what the picture does not hold, in place of what was said before."""
        self.neighbours.missing(gaps)
        self.standings.surroundings_changed()

    def put(self, page: Page) -> Change:
        """Take an object in, in place of what had the page's name. NoObjectError where it is none."""
        kube, _ = self._object(page)
        before = self._held.get(page.name)
        owned = self._owners.of(kube)
        folded = owned is not None and owned.alike
        held = Held(
            page=page,
            kube=replace(kube, data={}),
            fact=None if folded else self.evaluator.keeping.prune(kube),
            local=None if folded else self.standings.alone(kube),
            folded=folded,
            uid=_uid(kube),
        )
        return self._changed(page.name, before, held)

    def remove(self, name: str) -> Change | None:
        """Let an object go; None where there was none."""
        before = self._held.get(name)
        if before is None:
            return None
        self._owners.forget(before.uid)
        return self._changed(name, before, None)

    def judge(self, page: Page, *, placed: bool = False) -> Judgement:
        """What would be found of an object if it were there, in place of what has the page's name.

        The picture stays as it is. `placed` works out lines and columns. NoObjectError where it is no object.
        """
        kube, document = self._object(page)
        owned = self._owners.look(kube)
        judged = self.evaluator.alone(kube)
        judged.owner = owned.by if owned and not owned.alike else None
        judged.local = self.standings.alone(kube)
        if self.evaluator.joins(kube.kind):
            self._overlay.lay(self.evaluator.keeping.prune(kube))
            try:
                self.evaluator.joined(judged)
            finally:
                self._overlay.lay(None)
        verdicts = self._settled(judged)
        judged.release()
        found = findings_of(page, document, [judged], frozenset(), Counter(), self._bench, placed=placed)
        standing = self.standings.of(kube, judged.local)
        self.standings.forget(judged.local)
        return Judgement(kube.ref, standing, tuple(found), owned, verdicts)

    def _settled(self, judged: Judged) -> tuple[tuple[str, Verdict], ...]:
        """The verdicts by control; those that only exceptions depend on are kept apart and not told."""
        judged.compensation = {one.id: verdict for one, verdict, _ in judged.verdicts if one.id in self._depended}
        if self._hidden:
            judged.hits[:] = [hit for hit in judged.hits if hit.control.id not in self._hidden]
        return tuple((one.id, verdict) for one, verdict, _ in judged.verdicts if one.id not in self._hidden)

    def _changed(self, name: str, before: Held | None, after: Held | None) -> Change:
        old, new = (before.fact if before else None), (after.fact if after else None)
        facts = not _alike(old, new)
        if facts:
            if old is not None and (new is None or new.key != old.key):
                self.neighbours.drop(old)
            if new is not None:
                self.neighbours.put(new)
        locals_ = (before.local if before else None), (after.local if after else None)
        moved = locals_[0] != locals_[1]
        if moved:
            self.standings.change(*locals_)
        elif before and after:
            after = replace(after, local=before.local)  # The very same, by which its tier is known.
        kind = (after or before).kube.kind  # type: ignore[union-attr]
        surrounds = facts and (kind in _EXPOSING or (kind in _LABELLED and self._placing.by_labels))
        if surrounds:
            self.standings.surroundings_changed()
        if after is None:
            self._held.pop(name, None)
        else:
            self._held[name] = after
        return Change(before, after, facts, moved or surrounds)

    def _object(self, page: Page) -> tuple[KubeObject, Document]:
        document = page.document()
        environment = "+".join(self._placing.at_place(page.name))
        found = list(
            objects_in(
                document.value, file=page.name, document=0, rendered_from=None,
                namespace=self.settings.namespace, environment=environment,
            )
        )  # fmt: skip
        if len(found) != 1 or not isinstance(found[0], KubeObject):
            raise NoObjectError(getattr(found[0], "reason", "not one object") if found else "not an object")
        return found[0], document


def _alike(one: KubeObject | None, other: KubeObject | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.key == other.key and same(dict(one.data), dict(other.data))


def _uid(kube: KubeObject) -> str:
    metadata: Any = kube.data.get("metadata")
    found = metadata.get("uid") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""
