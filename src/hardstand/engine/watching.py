"""What opens and what closes as a cluster changes: only what a change touches is judged again.

After any number of changes, what is open is what a scan of the whole would find.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter

from hardstand.controls.control import Control
from hardstand.engine.declared import undeclared
from hardstand.engine.findings import Page
from hardstand.engine.held import Change, Held
from hardstand.engine.kinds import followed
from hardstand.engine.live import Live, NoObjectError
from hardstand.engine.owners import POD, beyond, said_of
from hardstand.engine.readers import Readers, Way, kinds_of
from hardstand.engine.run import ordered
from hardstand.engine.standing import Standing
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.ingress import Ingress, OpenShiftRoute
from hardstand.inventory.views.services import Service
from hardstand.model.finding import Finding
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.run import Unreadable
from hardstand.model.tier import Tier
from hardstand.model.verdict import Why

_AT_HOME = Service.kinds | Ingress.kinds | OpenShiftRoute.kinds
"""What lets the outside in to its own namespace only."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changes came to. What is another action or tier for a finding that stays is told as changed."""

    opened: tuple[Finding, ...] = ()
    closed: tuple[Finding, ...] = ()
    changed: tuple[tuple[Finding, Finding], ...] = ()
    """What it was, and what it is."""
    judged: int = 0
    """How many objects were judged again."""

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.changed)

    def then(self, other: "Delta") -> "Delta":
        """This, and then another."""
        if not other:
            return replace(self, judged=self.judged + other.judged)
        gone, came = {one.id for one in other.closed}, {one.id for one in self.opened}
        return Delta(
            ordered([*(one for one in self.opened if one.id not in gone), *other.opened]),
            ordered([*self.closed, *(one for one in other.closed if one.id not in came)]),
            (*self.changed, *other.changed),
            self.judged + other.judged,
        )


@dataclass(slots=True)
class Dirty:
    """What is to be judged again, in the words in which changes tell it: a list that is read has thousands of them, and
    each name is then looked up once."""

    surely: set[str] = field(default_factory=set)
    """Names of pages."""
    near: set[tuple[Kind, str | None]] = field(default_factory=set)
    """All objects of a kind in a namespace."""
    anywhere: set[Kind] = field(default_factory=set)
    """All objects of a kind."""
    stirred: set[str | None] = field(default_factory=set)
    """Namespaces, and the objects that stand for them: what stands elsewhere there than it did."""
    everywhere: bool = False
    """As `stirred`, of all namespaces."""


_NOBODY: frozenset[str] = frozenset()

Stand = tuple[tuple[str, ...], tuple[str, ...], Tier | None]


def _stand(one: Standing) -> Stand:
    return one.environments, one.perhaps, one.tier


class Watching:
    """A picture, and everything that is open in it."""

    def __init__(self, live: Live, controls: Sequence[Control]) -> None:
        self.live = live
        held = [one for one in followed(controls) if one.reads and not undeclared(one, live.settings)]
        self._readers = Readers(held)
        self._open: dict[str, tuple[Finding, ...]] = {}
        self._stood: dict[str, Stand] = {}
        """How each object stood when it was judged last."""
        self._names: dict[tuple[Kind, str | None], set[str]] = defaultdict(set)
        self._spaces: dict[Kind, set[str | None]] = defaultdict(set)
        self._homes: dict[str, set[str]] = defaultdict(set)
        """The Namespace objects, by name."""
        self._reading: dict[int, tuple[int, frozenset[Kind], frozenset[Kind]]] = {}
        """The kinds whose controls look in a way, and how many kinds were known when that was worked out."""
        self._gaps: frozenset[str] = frozenset()
        self.unreadable: dict[str, Unreadable] = {}

    def missing(self, gaps: Sequence[Gap]) -> Delta:
        """Say what cannot be listed, in place of what was said before; everything is judged again if that differs."""
        told = self.live.missing(gaps)
        if told is None:
            return Delta()
        stale = {name: self._open.pop(name, ()) for name in self._gaps}
        fresh = dict(told)
        self._gaps = frozenset(fresh)
        delta = self.again()
        self._open.update(fresh)
        was = {one.id: one for several in stale.values() for one in several}
        now = {one.id: one for several in fresh.values() for one in several}
        opened = [one for name, one in now.items() if name not in was]
        closed = [one for name, one in was.items() if name not in now]
        return replace(delta, opened=ordered([*delta.opened, *opened]), closed=ordered([*delta.closed, *closed]))

    def apply(self, pages: Iterable[Page], gone: Iterable[str] = (), *, placed: bool = True) -> Delta:
        """Take in objects that came or changed, and let others go by the names of their pages.

        `placed` works out lines and columns of what opens, which takes most of the time where much does.
        """
        dirty = Dirty()
        lost: list[tuple[str, tuple[Finding, ...]]] = []
        for name in gone:
            self.unreadable.pop(name, None)
            self._note(self.live.remove(name), dirty, lost)
        for page in pages:
            try:
                changes = self.live.put(page)
            except NoObjectError as error:
                self.unreadable[page.name] = Unreadable(page.name, 1, 1, str(error), Why.UNREADABLE)
                changes = self.live.remove(page.name)
            else:
                self.unreadable.pop(page.name, None)
            self._note(changes, dirty, lost)
        return self._told(dirty, lost, placed=placed)

    def again(self) -> Delta:
        """Judge everything anew, as after a change of the day."""
        return self._told(Dirty(set(self.live.names())), [], placed=False)

    def look_again(self, names: Iterable[str]) -> Delta:
        """Judge some objects anew, by the names of their pages, since time has passed."""
        return self._told(Dirty(set(names)), [], placed=True)

    def on_day(self, day: date) -> Delta:
        """Judge everything as of another day (UTC): exceptions end, and modes tighten."""
        self.live.on_day(day)
        return self.again()

    def open_in(self, name: str) -> tuple[Finding, ...]:
        """What is open in one object, by the name of its page."""
        return self._open.get(name, ())

    @property
    def open(self) -> tuple[Finding, ...]:
        """Everything that is open, as a Run has it."""
        return ordered(one for several in self._open.values() for one in several)

    def _note(self, changes: Iterable[Change], dirty: Dirty, lost: list[tuple[str, tuple[Finding, ...]]]) -> None:
        for one in changes:
            self._index(one)
            if one.after is None and one.before is not None:
                name = one.before.page.name
                dirty.surely.discard(name)
                self._stood.pop(name, None)
                lost.append((name, self._open.pop(name, ())))
            self._touched(one, dirty)
            if one.standing and (held := one.after or one.before):
                self._stirred(held, dirty)

    def _told(self, dirty: Dirty, lost: Iterable[tuple[str, tuple[Finding, ...]]], *, placed: bool) -> Delta:
        opened: list[Finding] = []
        closed = {one.id: one for _, several in lost for one in several}
        changed: list[tuple[Finding, Finding]] = []
        names = dirty.surely | set(self._named(dirty))
        for name in self._perhaps(dirty) - names:
            restood = self._restood(name)
            if restood is None:
                names.add(name)
            else:
                changed += restood
        # Owners first: of what they made, only what is not said of them is told.
        for name in sorted(names, key=self._after_owners):
            before = {one.id: one for one in self._open.get(name, ())}
            after, placing = self._judged(name)
            new = set[str]()
            for one in after:
                old = before.pop(one.id, None) or closed.pop(one.id, None)
                if old is None:
                    new.add(one.id)
                elif _unlike(old, one):
                    changed.append((old, one))
            if new:
                shown = placing() if placed else after
                opened += [one for one in shown if one.id in new]
            closed.update(before)
            self._open[name] = after
        return Delta(ordered(opened), ordered(closed.values()), tuple(changed), len(names))

    def _restood(self, name: str) -> list[tuple[Finding, Finding]] | None:
        """What is told otherwise of an object that may stand elsewhere than it did. None where it has to be judged.

        What is found does not depend on the tier, so where only that is another, what to do about it is decided anew.
        """
        held = self.live.held(name)
        if held is None or held.folded:
            return []
        standing = self.live.standing(held)
        stood, stands = self._stood.get(name), _stand(standing)
        if stood == stands:
            return []
        if stood is None or stood[:2] != stands[:2]:
            return None
        before = self._open.get(name, ())
        after = self.live.decided(before, standing)
        if after is None:
            return None
        self._stood[name], self._open[name] = stands, after
        return [(old, new) for old, new in zip(before, after, strict=True) if _unlike(old, new)]

    def _judged(self, name: str) -> tuple[tuple[Finding, ...], Callable[[], tuple[Finding, ...]]]:
        """What is found of an object, and the same with lines and columns, which takes longer and few are told of."""
        held = self.live.held(name)
        if held is None or held.folded:
            return (), tuple
        judgement = self.live.judge(held.page)
        self._stood[held.page.name] = _stand(judgement.standing)
        owned = judgement.owned
        if owned is None:
            return judgement.findings, judgement.placed
        owner = self.live.held(owned.by.page)
        known = said_of(owner.kube.kind, self._open.get(owned.by.page, ())) if owner else ()
        kind = held.kube.kind

        return (
            tuple(beyond(kind, judgement.findings, known)),
            lambda: tuple(beyond(kind, judgement.placed(), known)),
        )

    def _after_owners(self, name: str) -> tuple[int, str]:
        held = self.live.held(name)
        kind = held.kube.kind if held else None
        return (2 if kind == POD else 1 if held and held.maker else 0), name

    def _index(self, change: Change) -> None:
        for held, there in ((change.before, False), (change.after, True)):
            if held is not None:
                place = held.kube.kind, held.kube.namespace
                (self._names[place].add if there else self._names[place].discard)(held.page.name)
                self._spaces[held.kube.kind].add(held.kube.namespace)
                if held.kube.kind in Namespace.kinds:
                    (self._homes[held.kube.name].add if there else self._homes[held.kube.name].discard)(held.page.name)

    def _touched(self, change: Change, dirty: Dirty) -> None:
        """Add what may be judged differently after a change."""
        held = change.after or change.before
        if held is None:
            return
        if change.after is not None:
            dirty.surely.add(held.page.name)
            dirty.surely.update(self.live.made_by(held.uid))
        if change.facts:
            before, after = (one.fact if one else None for one in (change.before, change.after))
            for way in self._readers.touched(before, after):
                near, anywhere = self._looking(way)
                dirty.near.update((kind, held.kube.namespace) for kind in near)
                dirty.anywhere |= anywhere

    def _stirred(self, held: Held, dirty: Dirty) -> None:
        """Add what may have another tier or lie in another environment: where it does, it has other findings."""
        kind = held.kube.kind
        if kind in Namespace.kinds:
            dirty.stirred.add(held.kube.name)
        elif kind in _AT_HOME or kind in SHAPES:
            dirty.stirred.add(held.kube.namespace)
        else:
            dirty.everywhere = True

    def _named(self, dirty: Dirty) -> Iterator[str]:
        """The names of what is to be judged again for what was read of others."""
        for kind, namespace in dirty.near:
            yield from self._names.get((kind, namespace), ())
        for kind in dirty.anywhere:
            for namespace in self._spaces.get(kind, ()):
                yield from self._names.get((kind, namespace), ())

    def _perhaps(self, dirty: Dirty) -> set[str]:
        """The names of what may stand elsewhere than it did."""
        if dirty.everywhere:
            return set(self.live.names())
        found: set[str] = set()
        for namespace in dirty.stirred:
            for kind in self._spaces:
                found |= self._names.get((kind, namespace), _NOBODY)
            found |= self._homes.get(namespace or "", _NOBODY)
        return found

    def _looking(self, way: Way) -> tuple[frozenset[Kind], frozenset[Kind]]:
        """The kinds of which controls look in this way: in their namespace, and anywhere."""
        known = self._reading.get(id(way))
        if known is None or known[0] != len(self._spaces):
            kinds = self._spaces.keys()
            known = self._reading[id(way)] = len(kinds), kinds_of(way.near, kinds), kinds_of(way.anywhere, kinds)
        return known[1:]


_told = attrgetter(*(each.name for each in fields(Finding) if each.name not in ("locations", "fix")))


def _unlike(one: Finding, other: Finding) -> bool:
    """Tell whether two findings of one id differ in what anybody is told, but for where they stand."""
    return _told(one) != _told(other)
