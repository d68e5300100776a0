"""From what was hit to findings: ids that stay, places in files, root causes, actions."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from hardstand.analysis.masking import marked
from hardstand.analysis.traits import image_at
from hardstand.controls.control import Control
from hardstand.engine.decide import Case, Decision
from hardstand.engine.evaluate import Hit, Judged
from hardstand.engine.excerpts import Excerpts
from hardstand.engine.finding_parts import edited_at, excerpt_of, fix_of, identity_of, part_of, root_cause_of
from hardstand.engine.judgement import Bench
from hardstand.engine.standing import Standing
from hardstand.engine.token_volume import VOLUME
from hardstand.inventory.field_name import FieldNames
from hardstand.inventory.objects import KubeObject
from hardstand.model.finding import Finding, Location, Spot
from hardstand.model.live import as_printed
from hardstand.model.path import Path, Value, dotted
from hardstand.model.verdict import Action, Verdict, Why
from hardstand.text.document import Document
from hardstand.text.fast_json import loads
from hardstand.text.positions import Span, locate


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes that were read, and what to call them; `rendered_from` names the chart or kustomization that made them.

    `number` is given by whoever holds the page, to change it: findings then carry the edits of their fixes.
    `live`: `data` is an object of a cluster, as one compact JSON text; `value` is what it says, where that is at hand,
    and then `data` may be empty.
    """

    name: str
    data: bytes
    rendered_from: str | None = None
    rendered_by: str | None = None
    number: int | None = None
    live: bool = False
    value: Value = None
    partial: bool = False
    """Some of the object was left out, so that no places can be told."""
    pending: bool = False
    """It is asked for, and not there yet."""

    def document(self) -> Document:
        """The one document of a live page."""
        value = loads(self.data, finite=float, no_number=float) if self.value is None else self.value
        return Document(value, 0, 0, len(self.data), 1)

    def printed(self, document: Document) -> tuple["Page", Document]:
        """A live page and its document as people see them: places count in what kubectl prints."""
        data = as_printed(document.value)
        return replace(self, data=data), replace(document, end=len(data))


def findings_of(
    page: Page,
    document: Document,
    judged: Sequence[Judged],
    shared: frozenset[str],
    made: Counter[str],
    bench: Bench,
    *,
    placed: bool = True,
) -> list[Finding]:
    """The findings of one document, each with its place.

    `shared` are keys that several objects have; `made` counts the identities so far, to tell twins in a file apart.
    Without `placed` lines and columns are 1, nothing is quoted and there are no patches: for an object that no file
    holds, and of which nobody asks more than what is wrong.
    """
    hits = list(_placed(judged))
    if not hits:
        return []
    placed = placed and not page.partial
    if page.live and placed:
        page, document = page.printed(document)
    spans = locate(page.data, document, {path for _, _, path in hits}) if placed else {}
    # Different fields of one control at one place can only be an anchor that they share.
    fields = {(hit.control.id, path) for _, hit, path in hits if placed and spans[path].depth == len(path)}
    crowd = Counter((control, spans[path].line, spans[path].column) for control, path in fields)
    quoted = placed and bench.settings.excerpts
    telling = _Telling(
        page=page,
        document=document,
        crowd=crowd,
        made=made,
        shared=shared,
        excerpts=Excerpts(page.data, document, [one.object for one in judged]) if quoted else None,
        bench=bench,
        placed=placed,
    )
    return [telling.finding(one, hit, path, spans.get(path, _NOWHERE)) for one, hit, path in hits]


_NOWHERE = Span(1, 1, 1, 1, 0)


Named = dict[Path, tuple[str, str]]
"""Names of places in an object, for people and for ids."""


class Outline(NamedTuple):
    """A finding as far as it is decided upon; most are only counted, and what to say of them is not worked out."""

    control: Control
    verdict: Verdict
    action: Action
    waiver: str | None
    hit: Hit


class Called(NamedTuple):
    """What a finding is called."""

    id: str
    field: str
    """The judged field as people name it."""


@dataclass(slots=True)
class Shared:
    """What is decided about everything that is alike and stands alike."""

    outlines: tuple[Outline, ...]
    kept: dict[Hashable, object] = field(default_factory=dict)
    """What whoever asked has worked out from these alone."""


@dataclass(slots=True, eq=False)
class Memory:
    """What was worked out of one object and holds for all that are alike: looked up there, and kept there."""

    named: Named = field(default_factory=dict)
    """The names of places in it."""
    shared: dict[Hashable, Shared] = field(default_factory=dict)
    """By where the object stands."""


class Outlined:
    """The findings of one live object that nobody places, each made when it is asked for."""

    __slots__ = ("_judged", "_telling", "memory", "outlines", "shared", "standing")

    def __init__(self, page: Page, document: Document, judged: Judged, bench: Bench, memory: Memory | None) -> None:
        self._judged, self.memory = judged, memory
        self._telling = telling = _Telling(
            page, document, {}, defaultdict(int), frozenset(), None, bench, placed=False,
            named=memory.named if memory is not None else None,
        )  # fmt: skip
        self.standing = telling.standing(judged)
        key = bench.alike(self.standing)
        self.shared = memory.shared.get(key) if memory is not None else None
        if self.shared is not None:
            self.outlines = self.shared.outlines
            return
        known = bench.known(self.standing)
        outlines, common = [], True
        for hit in judged.hits:
            control, verdict = hit.control, hit.verdict
            about = control.id, verdict is Verdict.UNKNOWN
            decision = known.get(about)
            if decision is None:
                decision = telling.decision(judged, hit)
                common = common and about in known
            outlines.append(Outline(control, verdict, decision.action, decision.waiver, hit))
        self.outlines = tuple(outlines)
        if memory is not None and common:
            self.shared = memory.shared[key] = Shared(self.outlines)

    def finding(self, one: Outline) -> Finding:
        """The whole finding."""
        telling, judged = self._telling, self._judged
        if telling.bench.settings.known is None and judged.object.written is None:
            return telling.outlined(judged, one, self._number(one), self.standing)
        control, path = one.control, one.hit.path
        twins = [each for each in self.outlines if each.control is control and each.hit.path == path]
        telling.made.clear()  # Of several at one place, each has a number.
        made = [telling.finding(judged, each.hit, path, _NOWHERE) for each in twins]
        return made[self._number(one) - 1]

    def named(self, one: Outline) -> Called:
        """What a finding is called."""
        kube, path = self._judged.object, one.hit.path
        field, stable = self._telling.names(kube, path, path)
        return Called(identity_of(f"{one.control.id}|{kube.key}|{stable}", self._number(one)), field)

    def field(self, one: Outline) -> str:
        """The place of a finding, as people name it."""
        return self._telling.names(self._judged.object, one.hit.path, one.hit.path)[0]

    def is_named(self, one: Outline) -> bool:
        """Tell whether the place of a finding is called the same in all that is alike."""
        named = self._telling.named
        return named is not None and one.hit.path in named

    def _number(self, one: Outline) -> int:
        """Which it is of those of the same control at the same place, from 1 on."""
        number, control, path = 1, one.control, one.hit.path
        for each in self.outlines:
            if each.hit is one.hit:  # What is alike has the very same hits.
                break
            number += each.control is control and each.hit.path == path
        return number

    def placed(self) -> tuple[Finding, ...]:
        """All findings, with their places."""
        telling, judged = self._telling, self._judged
        found = tuple(findings_of(telling.page, telling.document, [judged], frozenset(), Counter(), telling.bench))
        telling.bench.standings.forget(judged.local)  # It was asked for anew, and may go when this does.
        return found

    def findings(self) -> tuple[Finding, ...]:
        """All findings."""
        self._telling.made.clear()
        return tuple(self._telling.finding(self._judged, each.hit, each.hit.path, _NOWHERE) for each in self.outlines)


def _placed(judged: Sequence[Judged]) -> Iterator[tuple[Judged, Hit, Path]]:
    """Every hit with its path in the document. What is one place there is told once, however many it became."""
    for one in judged:
        seen: set[tuple[str, Verdict, Path]] = set()
        for hit in one.hits:
            path = one.object.place(hit.path)
            if one.object.written is not None:
                if (hit.control.id, hit.verdict, path) in seen:
                    continue
                seen.add((hit.control.id, hit.verdict, path))
                hit = _reworded(hit, path)
            yield one, hit, path


def _reworded(hit: Hit, path: Path) -> Hit:
    """The hit with the place in the document where its message names the one that was folded from it."""
    folded = dotted(hit.path)
    if hit.why is not Why.MALFORMED_FIELD or not hit.message.startswith(folded):
        return hit
    return hit._replace(message=dotted(path) + hit.message.removeprefix(folded))


@dataclass(slots=True)
class _Telling:
    """What the findings of one document have in common."""

    page: Page
    document: Document
    crowd: Mapping[tuple[str, int, int], int]
    made: dict[str, int]
    """How many are called so; nothing is 0 of them."""
    shared: frozenset[str]
    excerpts: Excerpts | None
    bench: Bench
    placed: bool
    named: Named | None = None
    _names: dict[int, FieldNames] = field(default_factory=dict)
    _standings: dict[int, Standing] = field(default_factory=dict)
    _known_here: dict[int, dict[tuple[str, bool], Decision]] = field(default_factory=dict)
    _edited: dict[int, tuple[Location, ...]] = field(default_factory=dict)

    def finding(self, judged: Judged, hit: Hit, path: Path, span: Span) -> Finding:
        """The finding that a hit becomes; `path` is its place in the document."""
        one, kube, page = hit.control, judged.object, self.page
        named, stable = self.names(kube, hit.path, path)
        identity = self._identity(kube, one.id, stable)
        standing = self.standing(judged)
        decision = self.decision(judged, hit, known=self._known(identity, kube, one.id, named))
        return Finding(
            id=identity,
            control=one.id,
            area=one.area,
            verdict=hit.verdict,
            why=hit.why,
            severity=one.severity,
            confidence=one.confidence,
            tier=standing.tier.word if standing.tier else None,
            action=decision.action,
            object=kube.ref,
            locations=(self._location(kube, hit, path, span, named), *self._edited_at(judged)),
            message=hit.message,
            root_cause=self._root_cause(hit, span),
            fix=fix_of(page, kube, hit, self.document) if self.placed else None,
            frameworks=one.frameworks,
            waiver=decision.waiver,
            spot=None if page.number is None else Spot(page.number, kube.origin.document, path),
        )

    def outlined(self, judged: Judged, outline: Outline, number: int, standing: Standing) -> Finding:
        """As `finding`, of what is decided upon already, in an object of a cluster that nobody places; `number` tells
        it from others that are called alike. It is made for each that somebody is told of."""
        one, hit, kube, file = outline.control, outline.hit, judged.object, self.page.name
        named, stable = self.names(kube, hit.path, hit.path)
        caption = f"{kube.ref}, {hit.caption}" if hit.caption else str(kube.ref)
        place = Location(file, 1, 1, 1, 1, named, caption, "", self.page.rendered_from is not None)
        return Finding(
            id=identity_of(f"{one.id}|{kube.key}|{stable}", number),
            control=one.id,
            area=one.area,
            verdict=hit.verdict,
            why=hit.why,
            severity=one.severity,
            confidence=one.confidence,
            tier=standing.tier.word if standing.tier else None,
            action=outline.action,
            object=kube.ref,
            locations=(place, *self._edited_at(judged)),
            message=hit.message,
            root_cause=root_cause_of(self.page, hit, _NOWHERE, anchored=False),
            fix=None,
            frameworks=one.frameworks,
            waiver=outline.waiver,
            spot=None if self.page.number is None else Spot(self.page.number, kube.origin.document, hit.path),
        )

    def decision(self, judged: Judged, hit: Hit, *, known: bool = False) -> Decision:
        """What is done about a hit."""
        one, standing = hit.control, self.standing(judged)
        known_here = self._known_here.get(id(judged))
        if known_here is None:
            known_here = self._known_here[id(judged)] = self.bench.known(standing)
        decision = self.bench.decided(one, hit.verdict, standing, known_here)
        if decision is not None:
            return decision
        case = Case(
            control=one.id,
            area=one.area,
            maturity=one.maturity,
            severity=one.severity,
            verdict=hit.verdict,
            standing=standing,
            image=image_at(judged.object, hit.path),
            compensation=judged.compensation,
            known=known,
        )
        return self.bench.decide(case, judged.object.ref)

    def _root_cause(self, hit: Hit, span: Span) -> str:
        anchored = self.placed and self.crowd[hit.control.id, span.line, span.column] > 1
        return root_cause_of(self.page, hit, span, anchored=anchored)

    def names(self, kube: KubeObject, at: Path, path: Path) -> tuple[str, str]:
        """The judged field as people name it, and as the id does; `path` is its place in the document."""
        if self.named is not None and (known := self.named.get(at)) is not None:
            return known
        names = self._names.get(id(kube)) or self._names.setdefault(
            id(kube), FieldNames(cast("Value", kube.data), marked)
        )
        named, stable = names.of(at)
        if kube.written is not None:  # The id follows what is meant, so that it stays when another syntax says it.
            named, _ = self._names.setdefault(id(self.document), FieldNames(self.document.value)).of(path)
        if self.named is not None and "#" not in stable and VOLUME not in stable:
            self.named[at] = named, stable
        return named, stable

    def _identity(self, kube: KubeObject, control: str, stable: str) -> str:
        identity = f"{control}|{kube.key}|{stable}"
        if kube.key in self.shared:
            identity += f"|{self.page.name}"
        self.made[identity] += 1
        return identity_of(identity, self.made[identity])

    def standing(self, judged: Judged) -> Standing:
        """Where the object stands."""
        found = self._standings.get(id(judged))
        if found is None:
            found = self._standings[id(judged)] = self.bench.standings.of(judged.object, judged.local)
        return found

    def _known(self, identity: str, kube: KubeObject, control: str, named: str) -> bool:
        known, ref = self.bench.settings.known, kube.ref
        return known is not None and known.holds(
            identity, (control, ref.kind, ref.namespace, ref.name, named, self.page.name)
        )

    def _location(self, kube: KubeObject, hit: Hit, path: Path, span: Span, named: str) -> Location:
        excerpts = self.excerpts
        return Location(
            file=self.page.name,
            line=span.line,
            column=span.column,
            end_line=span.end_line,
            end_column=span.end_column,
            field=named,
            caption=", ".join(part for part in (str(kube.ref), part_of(kube, hit)) if part),
            excerpt=excerpt_of(excerpts, hit, path[: span.depth], span) if excerpts else "",
            rendered=self.page.rendered_from is not None,
            missing=dotted(path[max(span.depth, len(kube.origin.prefix)) :]) if self.placed else "",
        )

    def _edited_at(self, judged: Judged) -> tuple[Location, ...]:
        if not self.page.live:
            return ()
        found = self._edited.get(id(judged))
        if found is None:
            found = self._edited[id(judged)] = tuple(edited_at(judged))
        return found
