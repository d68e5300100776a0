"""Everything that was read, kept whole, with how each workload's tier comes to be: for who looks and does not judge.

Nothing is held against it, so it needs no second process; it is not for estates that do not fit into memory.
"""

from collections.abc import Iterable

from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.placing import Placing
from hardstand.engine.findings import Page
from hardstand.engine.settings import Settings
from hardstand.engine.standing import Local, Standings
from hardstand.inventory.compose.document import is_compose, services_in
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.run import TierTold
from hardstand.text.document import Document
from hardstand.text.reader import read

Told = tuple[KubeObject, TierTold]


def picture(pages: Iterable[tuple[Page, bool]], settings: Settings) -> tuple[list[KubeObject], list[Told]]:
    """All objects of the pages, in order of file and place, and those that make pods with the story of their tier.

    With each page goes whether a person named it: then more is taken for what it looks like.
    What is no object is left out: a scan of the same pages tells of it.
    """
    placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
    standings = Standings(settings.baseline, placing)
    keeping = Keeping.of(EXPOSURE_READS)
    objects = [one for page, named in pages for one in _objects(page, placing, settings, named=named)]
    objects.sort(key=lambda one: (one.origin.file, one.origin.document, str(one.origin.prefix), one.key))
    workloads: list[tuple[KubeObject, Local]] = []
    for one in objects:
        local = standings.take(one)
        if local is not None:
            workloads.append((one, local))
    facts = [fact for one in objects if (fact := keeping.prune(one)) is not None]
    standings.meet(Neighbours(facts, keeping, complete=settings.complete), standings.facts)
    return objects, [(one, standings.explain(one, local)) for one, local in workloads]


def _objects(page: Page, placing: Placing, settings: Settings, *, named: bool) -> Iterable[KubeObject]:
    for part in read(page.data):
        if isinstance(part, Document):
            find = services_in if is_compose(part.value, page.name, named=named) else objects_in
            for one in find(
                part.value,
                file=page.name,
                document=part.index,
                rendered_from=page.rendered_from,
                rendered_by=page.rendered_by,
                namespace=settings.namespace,
                environment="+".join(placing.at_place(page.rendered_from or page.name)),
            ):
                if isinstance(one, KubeObject):
                    yield one
