"""One process's part of the input, judged in two steps.

First every object by itself; then, when the facts of all parts have been put together, by its neighbours. Parsed
trees never leave the process: only facts go out between the steps, and findings with their places at the end.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.placing import Placing
from hardstand.controls.control import Control
from hardstand.engine.evaluate import Evaluator, Judged
from hardstand.engine.findings import Page, findings_of
from hardstand.engine.judgement import Bench, Tale
from hardstand.engine.owners import Owners, Told
from hardstand.engine.settings import Settings
from hardstand.engine.standing import Local, Standings
from hardstand.inventory.compose.document import is_compose, services_in
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, Problem, World, objects_in
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.finding import Finding
from hardstand.model.gap import Gap, Gaps
from hardstand.model.path import Value
from hardstand.model.run import TierTold, Unreadable, VerdictOn
from hardstand.model.verdict import Verdict, Why
from hardstand.text.document import Document, Fault
from hardstand.text.positions import locate
from hardstand.text.reader import read

PLACING_READS: Sequence[tuple[type[Subject], Sequence[str]]] = ((Namespace, ("metadata.labels",)),)
"""What tells environments where the boundary goes by labels."""

Counts = list[int]
"""Per control: passes, failures, unknowns, not applicable."""


_NOTHING_KNOWN = "not a Kubernetes object: it has neither apiVersion nor kind, nor the services of a Compose file"


def _column(verdict: Verdict) -> int:
    # By identity: an enum's hash is a function call, and this is asked for every verdict there is.
    if verdict is Verdict.PASS:
        return 0
    if verdict is Verdict.NOT_APPLICABLE:
        return 3
    return 1 if verdict is Verdict.FAIL else 2


@dataclass(slots=True)
class Tally:
    """What one named input held."""

    objects: int = 0
    skipped: int = 0
    folded: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facts:
    """What other parts need to know: pruned objects for joins, and which objects there are."""

    objects: list[KubeObject]
    keys: list[tuple[str, str]]
    """Every object's key and file, to see which objects share a key."""
    workloads: list[Local]
    """Every workload's standing, as far as it is told alone."""
    gaps: list[Gap] = field(default_factory=list)
    """What could not be listed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one part found."""

    tallies: dict[int, Tally]
    counts: dict[str, Counts]
    findings: list[Finding]
    verdicts: list[VerdictOn]
    tale: Tale
    explained: list[TierTold]


class Shard:
    """Reads pages, judges objects, and keeps of them only what the second step needs."""

    def __init__(
        self,
        controls: Sequence[Control],
        settings: Settings,
        *,
        compensating: Sequence[Control] = (),
        frugal: bool = False,
    ) -> None:
        """`compensating` are controls that nobody asked for and exceptions depend on: they are evaluated, not reported.
        `frugal`: keep no views between the steps; it takes longer, and a fifth of the memory."""
        self._settings = settings
        self._frugal = frugal
        self._placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
        also = [*EXPOSURE_READS, *PLACING_READS] if self._placing.by_labels else EXPOSURE_READS
        self._evaluator = Evaluator([*controls, *compensating], settings, also=also)
        self._hidden = frozenset(one.id for one in compensating)
        self._depended = settings.baseline.compensating([one.id for one in controls])
        self._standings = Standings(settings.baseline, self._placing)
        self._bench = Bench(settings, self._standings)
        self._facts = Facts([], [], self._standings.facts)
        self._explained: list[Judged] = []
        self._tallies: dict[int, Tally] = {}
        self._counts: dict[str, Counts] = {one.id: [0, 0, 0, 0] for one in controls}
        self._verdicts: list[VerdictOn] = []
        self._made: Counter[str] = Counter()
        self._waiting: list[tuple[Page, Document | None, list[Judged]]] = []
        self._owners = Owners()
        self._told = Told()

    def tally(self, source: int) -> Tally:
        """The tally of the named input with this number."""
        return self._tallies.setdefault(source, Tally())

    def take(self, source: int, page: Page, *, named: bool) -> None:
        """Read a page and judge its objects by themselves. `named`: a person asked for this very file."""
        tally = self.tally(source)
        if page.live:
            self._take_live(tally, page)
            return
        empty = True
        for part in read(page.data):
            empty = False
            if isinstance(part, Fault):
                tally.unreadable.append(Unreadable(page.name, part.line, part.column, part.reason, Why.UNREADABLE))
            else:
                self._take_document(tally, page, part, named=named)
        if empty and named and not page.rendered_from:
            tally.unreadable.append(Unreadable(page.name, 1, 1, "the file holds no document", Why.UNREADABLE))
        elif empty:
            tally.skipped += 1

    def places(self, page: Page, *, named: bool) -> set[tuple[World, str | None]]:
        """The namespaces, each in its world, that objects of a page stand in."""
        return {
            self._standings.place(one)
            for part in read(page.data)
            if isinstance(part, Document)
            for one in self._objects_in(page, part, named=named)
            if isinstance(one, KubeObject)
        }

    def gap(self, gap: Gap) -> None:
        """Take in what could not be listed."""
        self._facts.gaps.append(gap)

    def facts(self) -> Facts:
        """What the other parts need to know of this one."""
        return self._facts

    def finish(
        self,
        neighbours: Sequence[KubeObject],
        shared: frozenset[str],
        workloads: Sequence[Local] = (),
        gaps: Sequence[Gap] = (),
    ) -> Result:
        """Judge objects by their neighbours and give everything found. `shared`: keys that several objects have."""
        keeping, complete = self._evaluator.keeping, self._settings.complete
        around = Neighbours(neighbours, keeping, complete=complete, gaps=Gaps(gaps))
        self._evaluator.meet(around)
        self._standings.meet(around, workloads)
        found: list[Finding] = []
        self._waiting.reverse()
        while self._waiting:
            page, document, waiting = self._waiting.pop()
            if document is None:  # A live page, of which no tree was kept.
                document = page.document()
                waiting[0].object = replace(waiting[0].object, data=cast("Mapping[str, Value]", document.value))
            for judged in waiting:
                if self._evaluator.joins(judged.object.kind):
                    self._evaluator.joined(judged)
                    self._count(judged)
                judged.release()
            told = findings_of(page, document, waiting, shared, self._made, self._bench)
            found.extend(self._told.beyond_owner(waiting[0], told) if page.live else told)
        found.extend(self._missing(self._facts.gaps))
        explained = [self._standings.explain(one.object, one.local) for one in self._explained if one.local is not None]
        return Result(self._tallies, self._counts, found, self._verdicts, self._bench.tale, explained)

    def _take_document(self, tally: Tally, page: Page, document: Document, *, named: bool) -> None:
        found = list(self._objects_in(page, document, named=named))
        problems = [one for one in found if isinstance(one, Problem)]
        if not found and isinstance(document.value, dict) and not document.value.get("kind"):
            if named and not page.rendered_from:
                problems.append(Problem((), (), _NOTHING_KNOWN))
            else:
                tally.skipped += 1
        if problems:
            tally.unreadable.extend(_placed(page, document, problems))
        objects = [one for one in found if isinstance(one, KubeObject)]
        tally.objects += len(objects)
        waiting = [self._judge(one) for one in objects]
        if any(judged.hits or self._evaluator.joins(judged.object.kind) for judged in waiting):
            self._waiting.append((page, document, waiting))

    def _take_live(self, tally: Tally, page: Page) -> None:
        """Judge an object of a cluster. What it is is kept as text, for trees take ten times the memory."""
        document = page.document()
        for one in self._objects_in(page, document, named=False):
            if isinstance(one, Problem):
                tally.unreadable.append(Unreadable(page.name, 1, 1, one.reason, Why.UNREADABLE))
                continue
            owned = self._owners.of(one)
            if owned is not None and owned.alike:
                tally.folded += 1
                continue
            tally.objects += 1
            judged = self._judge(one)
            judged.owner = owned.by if owned else None
            if judged.hits or self._evaluator.joins(one.kind):
                judged.release()
                judged.object = replace(one, data={})
                self._waiting.append((page, None, [judged]))

    def _missing(self, gaps: Sequence[Gap]) -> Iterator[Finding]:
        """For each kind that could not be listed, what its objects cannot be judged by: unknown is no pass."""
        for gap in gaps:
            judged = self._evaluator.ungiven(gap)
            page = Page(judged.object.origin.file, b"{}", live=True)
            self._count(judged)
            if judged.hits:
                yield from findings_of(page, page.document(), [judged], frozenset(), self._made, self._bench)

    def _objects_in(self, page: Page, document: Document, *, named: bool) -> Iterator[KubeObject | Problem]:
        find = services_in if is_compose(document.value, page.name, named=named) else objects_in
        return find(
            document.value,
            file=page.name,
            document=document.index,
            rendered_from=page.rendered_from,
            rendered_by=page.rendered_by,
            namespace=self._settings.namespace,
            environment="+".join(self._placing.at_place(page.rendered_from or page.name)),
        )

    def _judge(self, kube: KubeObject) -> Judged:
        self._facts.keys.append((kube.key, kube.origin.file))
        fact = self._evaluator.keeping.prune(kube)
        if fact is not None:
            self._facts.objects.append(fact)
        judged = self._evaluator.alone(kube)
        judged.local = self._standings.take(kube, judged.subjects.get(Workload, ()))
        if judged.local is not None and self._settings.explain_tier in (kube.name, f"{kube.namespace}/{kube.name}"):
            self._explained.append(judged)
        if self._frugal or not self._evaluator.joins(kube.kind):
            judged.release()
        self._count(judged)
        return judged

    def _count(self, judged: Judged) -> None:
        for one, verdict, why in judged.verdicts:
            if one.id in self._depended:
                judged.compensation[one.id] = verdict
                if one.id in self._hidden:
                    continue
            self._counts[one.id][_column(verdict)] += 1
            if self._settings.verdicts:
                self._verdicts.append(VerdictOn(one.id, judged.object.ref, verdict, why))
        judged.verdicts.clear()
        if self._hidden:
            judged.hits[:] = [hit for hit in judged.hits if hit.control.id not in self._hidden]


def _placed(page: Page, document: Document, problems: Sequence[Problem]) -> list[Unreadable]:
    paths = [(*problem.prefix, *problem.path) for problem in problems]
    spans = locate(page.data, document, paths)
    return [
        Unreadable(page.name, spans[path].line, spans[path].column, problem.reason, Why.UNREADABLE)
        for path, problem in zip(paths, problems, strict=True)
    ]
