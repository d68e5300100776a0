"""What is there, and nothing held against it: the objects that some question is about, of all that was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hardstand.analysis.placing import Placing
from hardstand.engine.findings import Page
from hardstand.engine.settings import Settings
from hardstand.inventory.compose.document import is_compose, services_in
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, Problem, objects_in
from hardstand.model.gap import Gap, Gaps
from hardstand.model.run import Unreadable
from hardstand.model.verdict import Why
from hardstand.text.document import Document, Fault
from hardstand.text.positions import locate
from hardstand.text.reader import read


@dataclass(slots=True)
class Survey:
    """Takes pages in, and keeps of their objects what `keeping` says. What could not be read it keeps beside."""

    keeping: Keeping
    settings: Settings
    facts: list[KubeObject] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    """The pages that hold something of what is kept, by their names."""
    objects: int = 0
    _placing: Placing = field(init=False)

    def __post_init__(self) -> None:
        self._placing = Placing(self.settings.baseline.boundary, self.settings.cluster, self.settings.baseline.within)

    def take(self, page: Page, *, named: bool) -> None:
        """Take a page in. `named`: a person asked for this very file."""
        parts: Sequence[Document | Fault] = [page.document()] if page.live else list(read(page.data))
        for part in parts:
            if isinstance(part, Fault):
                fault = Unreadable(page.name, part.line, part.column, part.reason, Why.UNREADABLE)
                self.unreadable.append(fault)
                continue
            for one in self._objects(page, part, named=named):
                if isinstance(one, Problem):
                    self.unreadable.append(_placed(page, part, one))
                else:
                    self._keep(page, one)

    def neighbours(self) -> Neighbours:
        """Everything that was kept, as one picture."""
        return Neighbours(self.facts, self.keeping, complete=True, gaps=Gaps(self.gaps))

    def _keep(self, page: Page, one: KubeObject) -> None:
        self.objects += 1
        fact = self.keeping.prune(one)
        if fact is not None:
            self.facts.append(fact)
            self.pages[page.name] = page

    def _objects(self, page: Page, document: Document, *, named: bool) -> Iterator[KubeObject | Problem]:
        find = services_in if is_compose(document.value, page.name, named=named) else objects_in
        return find(
            document.value,
            file=page.name,
            document=document.index,
            rendered_from=page.rendered_from,
            rendered_by=page.rendered_by,
            namespace=self.settings.namespace,
            environment="+".join(self._placing.at_place(page.rendered_from or page.name)),
        )


def _placed(page: Page, document: Document, problem: Problem) -> Unreadable:
    path = (*problem.prefix, *problem.path)
    if page.live:
        return Unreadable(page.name, 1, 1, problem.reason, Why.UNREADABLE)
    span = locate(page.data, document, [path])[path]
    return Unreadable(page.name, span.line, span.column, problem.reason, Why.UNREADABLE)
