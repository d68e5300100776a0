"""A picture of a cluster that is kept up to date, against which single objects are judged as they come.

The controls, the baseline and `decide` are those of a scan. What a scan would say of an object once it is there is
what is said of it here while it is pending; tiers are those of the picture, with the object's own factors as it brings
them.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial

from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.placing import Placing
from hardstand.analysis.rbac.expiry import EXPIRES
from hardstand.controls.control import Control
from hardstand.engine.alike import Asking, Begun, Template, asking, begun, kept
from hardstand.engine.catalog import with_custom
from hardstand.engine.declared import undeclared
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.findings import Memory, Outlined, Page, findings_of
from hardstand.engine.held import Change, Held, namespace_of, uid_of
from hardstand.engine.judgement import Bench, Tale
from hardstand.engine.kinds import followed
from hardstand.engine.owners import POD, Owner, Owners, controller_of
from hardstand.engine.pending import Judgement
from hardstand.engine.readers import unlike
from hardstand.engine.recent import Recent
from hardstand.engine.settings import Settings
from hardstand.engine.shard import PLACING_READS
from hardstand.engine.standing import Standing, Standings
from hardstand.inventory.living import LivingNeighbours, Overlay
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.unnamed import WatchedObject, watched
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.finding import Finding
from hardstand.model.gap import Gap
from hardstand.text.document import Document
from hardstand.text.fast_json import dumps

_LABELLED = Namespace.kinds
_EXPOSING = frozenset(kind for view, _ in EXPOSURE_READS for kind in view.kinds or ())


_WORD_FOR_WORD = 16 * 1024 * 1024
_OWNERS = 2 * 1024 * 1024
"""Bytes of judgements of owners, which are asked about while what they make comes."""

_ALIKE = 4 * 1024 * 1024
"""Bytes of what is known of templates: pods of one come together, and the garbage collector goes through all of it."""


class NoObjectError(ValueError):
    """A page holds no object that can be judged; the text says why."""


_ENDS = EXPIRES.encode()
"""What has this is judged by the hour, so that an answer to it is no answer later."""


class Live:
    """The picture. It is not for several threads at once."""

    def __init__(self, controls: Sequence[Control], settings: Settings) -> None:
        """Without objects, and with nothing known to be missing. Controls that are wide are left out; an exception that
        depends on one does not hold here, since nobody knows whether it passes."""
        controls = followed(controls)
        self.settings = replace(settings, complete=True)
        ids = [one.id for one in controls]
        self._depended = settings.baseline.compensating(ids)
        also_held = followed(with_custom(settings.customs))
        compensating = [one for one in also_held if one.id in self._depended - set(ids)]
        self._hidden = frozenset(one.id for one in compensating)
        self._placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
        also = [*EXPOSURE_READS, *PLACING_READS] if self._placing.by_labels else EXPOSURE_READS
        self._make = partial(Evaluator, [*controls, *compensating], self.settings, also=list(also))
        self.evaluator = self._make()
        self.neighbours = LivingNeighbours(self.evaluator.keeping)
        self._overlay = Overlay(self.neighbours, self.evaluator.keeping)
        self.evaluator.meet(self._overlay)
        self.standings = Standings(settings.baseline, self._placing)
        self.standings.meet(self._overlay, ())
        self._bench = Bench(self.settings, self.standings)
        self._owners = Owners()
        self._held: dict[str, Held] = {}
        self._gaps: list[Gap] = []
        self._recent: Recent[Judgement] = Recent(_WORD_FOR_WORD if settings.customs else _OWNERS)
        self._alike: Recent[Template] = Recent(_ALIKE)
        self._changes = 0
        self._changes_in: dict[str | None, int] = defaultdict(int)
        self._controls = {one.id: one for one in (*controls, *compensating)}
        held = [one for one in self._controls.values() if not undeclared(one, self.settings)]
        self._far = frozenset(read.view for one in held for read in one.reads if read.anywhere)
        """The views that some control looks at in all namespaces."""
        self._made: dict[str, set[str]] = defaultdict(set)
        """What each controller made, by its uid."""

    def beside(self) -> "Live":
        """Another judge of the same picture, for one other thread; changes are told to this one alone."""
        made = copy(self)
        made.evaluator = self._make()
        made._overlay = Overlay(self.neighbours, made.evaluator.keeping)
        made.evaluator.meet(made._overlay)
        made._bench = Bench(self.settings, self.standings)
        made._recent, made._alike = Recent(most=0), Recent(most=0)  # It does not know when the picture has changed.
        return made

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

    def made_by(self, uid: str) -> Iterable[str]:
        """The names of what an object made."""
        return tuple(self._made.get(uid, ())) if uid else ()

    def owner(self, uid: str) -> Owner | None:
        """What makes pods, and has this uid; None where nothing of the picture has it."""
        return self._owners.owner(uid) if uid else None

    def standing(self, held: Held) -> Standing:
        """Where an object of the picture stands now."""
        return self.standings.by_traits(held.traits, held.local)

    def decided(self, found: Sequence[Finding], standing: Standing) -> tuple[Finding, ...] | None:
        """What was found of an object, as it is now that the object stands so, in the environments where it stood.

        None where what is done about some of it depends on more, such as on an exception.
        """
        made = []
        before = self._bench.known(standing)
        for one in found:
            decision = self._bench.decided(self._controls[one.control], one.verdict, standing, before)
            if decision is None:
                return None
            tier = standing.tier.word if standing.tier else None
            made.append(replace(one, tier=tier, action=decision.action, waiver=decision.waiver))
        return tuple(made)

    def on_day(self, day: date) -> None:
        """From now on it is another day (UTC)."""
        self.settings = replace(self.settings, today=day)
        self._bench = Bench(self.settings, self.standings)
        self._alike.clear()
        self._changes += 1

    def missing(self, gaps: Sequence[Gap]) -> Mapping[str, tuple[Finding, ...]] | None:
        """Say what the picture does not hold, in place of what was said before; None where that is the same.

        Gives, by the name of a page that stands for them, what objects that could not be listed cannot be judged by.
        """
        if list(gaps) == self._gaps:
            return None
        self._gaps = list(gaps)
        self._changes += 1
        self.neighbours.missing(gaps)
        self.standings.surroundings_changed()
        return dict(self._ungiven(gap) for gap in gaps)

    def _ungiven(self, gap: Gap) -> tuple[str, tuple[Finding, ...]]:
        judged = self.evaluator.ungiven(gap)
        self._settle(judged)
        page = Page(judged.object.origin.file, b"{}", live=True)
        found = findings_of(page, page.document(), [judged], frozenset(), Counter(), self._bench)
        return page.name, tuple(found)

    def put(self, page: Page) -> tuple[Change, ...]:
        """Take an object in, in place of what had the page's name. NoObjectError where it is none.

        With it may change what it made: whether that is as its template says.
        """
        kube, _ = self._object(page)
        before = self._held.get(page.name)
        uid, maker = uid_of(kube), controller_of(kube.data) or ""
        was = self._owners.owner(uid)
        own = self._put(page, kube, before, uid, maker)
        owner = self._owners.owner(uid)
        if before is not None and before.uid not in ("", uid):
            return own, *self._orphaned(before.uid)
        return own, *(self._made_by(uid, pods=owner is None or not owner.asks_as(was)) if owner != was else ())

    def _put(self, page: Page, kube: KubeObject, before: Held | None, uid: str, maker: str) -> Change:
        owned = self._owners.of(kube)
        folded = owned is not None and owned.alike
        local = None if folded else self.standings.alone(kube)
        held = Held(
            page=page if page.value is None else replace(page, value=None),
            kube=replace(kube, data={}),
            fact=None if folded else self.evaluator.keeping.prune(kube),
            local=local,
            traits=local.traits if local else self.standings.traits(kube),
            folded=folded,
            uid=uid,
            maker=maker,
        )
        return self._changed(page.name, before, held)

    def remove(self, name: str) -> tuple[Change, ...]:
        """Let an object go; what it made is then judged for itself. Nothing where there was none."""
        before = self._held.get(name)
        if before is None:
            return ()
        return self._changed(name, before, None), *self._orphaned(before.uid)

    def _orphaned(self, uid: str) -> Iterator[Change]:
        self._owners.forget(uid)
        yield from self._made_by(uid)

    def _made_by(self, uid: str, *, pods: bool = True) -> Iterator[Change]:
        """Take in anew what an object made, now that the object is another. Without `pods`: but for these, which own
        nothing, and are as the template says or not."""
        for name in sorted(self._made.get(uid, ())):
            held = self._held.get(name)
            if held is not None and (pods or held.kube.kind != POD):
                yield from self.put(held.page)

    def judge(self, page: Page, *, placed: bool = False) -> Judgement:
        """What would be found of an object if it were there, in place of what has the page's name.

        The picture stays as it is. `placed` works out lines and columns. NoObjectError where it is no object.
        """
        if placed:
            return self._judge(page, None, placed=True)
        value = page.value if isinstance(page.value, dict) else None
        if value is not None and not self.settings.customs:
            # What comes again word for word is alike too. To keep whole judgements of it would keep whole objects,
            # through which the garbage collector goes while reviews wait.
            return self._judge(page, self._asking(page), placed=False)
        data = page.data if value is None else dumps(value)
        if _ENDS in data:
            return self._judge(page, None, placed=False)
        question = b"%b\0%d\0%b" % (dumps(page.name), page.pending, data)
        state = self._state(namespace_of(page.name)), self._maker_of(page)
        answer = self._recent.get(question, state)
        if answer is None:
            page = page if value is not None else replace(page, value=page.document().value)  # It is read once.
            answer = self._judge(page, self._asking(page), placed=False)
            self._recent.keep(question, state, answer)
        return answer

    def _asking(self, page: Page) -> Asking | None:
        """What is asked of an object, where it is remembered what is found of such."""
        data = page.document().value if self._alike and not self.settings.customs else None
        asked = asking(namespace_of(page.name), data) if isinstance(data, dict) else None
        return None if asked is None or _ENDS in asked.rest else asked

    def _maker_of(self, page: Page) -> Owner | None:
        """What made an object, as the picture has that now."""
        held = self._held.get(page.name)
        if held is not None and held.page.data is page.data and page.value is None:
            return self.owner(held.maker)
        data = page.document().value
        return self.owner(controller_of(data) or "") if isinstance(data, dict) else None

    def _judge(self, page: Page, asked: Asking | None, *, placed: bool) -> Judgement:
        """`asked`: the question, where what is found may be kept for what is alike."""
        kube, document = self._object(page)
        if self._bench.tale:
            self._bench.tale = Tale()  # What becomes of exceptions is told of a whole, not of what passes by.
        memory: Memory | None = None
        if asked is None:
            judged, _ = self._evaluated(kube)
        else:
            judged, memory = self._known(kube, asked)
        owned = self._owners.look(kube)
        judged.owner = owned.by if owned and not owned.alike else None
        held = self._held.get(page.name)
        known = held.local if held and held.page.data is page.data else None  # It is not pending: it is there.
        judged.local = known or judged.local
        found: Outlined | tuple[Finding, ...]
        if placed:
            found = tuple(findings_of(page, document, [judged], frozenset(), Counter(), self._bench))
            standing = self.standings.of(kube, judged.local)
        else:
            found = Outlined(page, document, judged, self._bench, memory)
            standing = found.standing
        if known is None:
            self.standings.forget(judged.local)
        return Judgement(kube.ref, standing, owned, found)

    def _known(self, kube: KubeObject, asked: Asking) -> tuple[Judged, Memory | None]:
        """What controls find of an object; of what is alike it is known, and what was worked out from it.

        Where a team has controls of its own this is not asked: they may look at anything in any way.
        """
        state = self._state(namespace_of(kube.origin.file))
        known = self._alike.get(asked.rest, None)
        if known is not None and known.state == state:
            return known.kept.of(kube, self.standings.traits), known.kept.memory
        subject, note = watched(kube)
        judged, alone = self._evaluated(subject, known.begun if known is not None else None)
        judged.object = kube
        before = known.kept.memory.named if known is not None else None
        if not note.asked and (keeps := kept(judged, asked.volume, before)) is not None:
            self._alike.keep(asked.rest, None, Template(alone, state, keeps))
            return judged, keeps.memory
        return judged, None

    def _evaluated(self, kube: KubeObject, known: Begun | None = None) -> tuple[Judged, Begun]:
        """What controls find of an object, and the part of it that hangs on nothing else; `known` is that part."""
        whole = kube.whole if isinstance(kube, WatchedObject) else kube
        if known is not None:
            judged = known.of(kube, whole, self.standings.traits)
        else:
            judged = self.evaluator.alone(kube)
            judged.local = self.standings.alone(whole, judged.subjects.get(Workload, ()))
            known = begun(judged, self._depended)
        if self.evaluator.joins(kube.kind):
            self._overlay.lay(kube)
            try:
                self.evaluator.joined(judged)
            finally:
                self._overlay.lay(None)
        self._settle(judged)
        judged.release()
        return judged, known

    def _settle(self, judged: Judged) -> None:
        """Keep the verdicts that exceptions depend on; controls that are held for these alone are not told of."""
        if self._depended:
            judged.compensation = {one.id: verdict for one, verdict, _ in judged.verdicts if one.id in self._depended}
        if self._hidden:
            judged.hits[:] = [hit for hit in judged.hits if hit.control.id not in self._hidden]

    def _changed(self, name: str, before: Held | None, after: Held | None) -> Change:
        old, new = (before.fact if before else None), (after.fact if after else None)
        facts = unlike(old, new)
        if facts:
            if old is not None and (new is None or new.key != old.key):
                self.neighbours.drop(old)
            if new is not None:
                self.neighbours.put(new)
        locals_ = (before.local if before else None), (after.local if after else None)
        moved, lifted = locals_[0] != locals_[1], False
        if moved:
            lifted = self.standings.change(*locals_)
        elif before and after:
            after = replace(after, local=before.local)  # The very same, by which its tier is known.
        kind = (after or before).kube.kind  # type: ignore[union-attr]
        surrounds = facts and (kind in _EXPOSING or (kind in _LABELLED and self._placing.by_labels))
        self._count(after or before, facts=facts, moved=moved, surrounds=surrounds)  # type: ignore[arg-type]
        if surrounds:
            self.standings.surroundings_changed()
        self._hold(name, before, after)
        return Change(before, after, facts, lifted or surrounds)

    def _hold(self, name: str, before: Held | None, after: Held | None) -> None:
        """Have an object in place of another, by its name and by what made it."""
        if before is not None:
            self._unmade(name, before.maker)
        if after is None:
            self._held.pop(name, None)
            return
        self._held[name] = after
        if after.maker:
            self._made[after.maker].add(name)

    def _unmade(self, name: str, maker: str) -> None:
        several = self._made[maker]
        several.discard(name)
        if not several:  # Makers come and go, each with a uid that never comes again.
            del self._made[maker]

    def _state(self, namespace: str | None) -> Hashable:
        """A value that is another whenever something may be judged differently in a namespace."""
        return self._changes, namespace, self._changes_in[namespace]

    def _count(self, held: Held, *, facts: bool, moved: bool, surrounds: bool) -> None:
        """Count a change where it may be felt: in its namespace, or everywhere."""
        far = facts and not self._far.isdisjoint(self.neighbours.views_of(held.kube))
        if surrounds or far or (facts and held.kube.namespace is None):
            self._changes += 1
        elif facts or moved:
            self._changes_in[held.kube.namespace] += 1

    def _object(self, page: Page) -> tuple[KubeObject, Document]:
        document = page.document()
        environment = "+".join(self._placing.at_place(page.name))
        found = list(
            objects_in(
                document.value, file=page.name, document=0, rendered_from=None,
                namespace=self.settings.namespace, environment=environment, pending=page.pending,
            )
        )  # fmt: skip
        if len(found) != 1 or not isinstance(found[0], KubeObject):
            raise NoObjectError(getattr(found[0], "reason", "not one object") if found else "not an object")
        return found[0], document
