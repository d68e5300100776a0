"""Who answers for the objects of files, as a baseline's classes and the objects' own labels say."""

from collections.abc import Iterable, Mapping

from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.placing import Placing
from hardstand.engine.findings import Page
from hardstand.engine.picture import objects_of
from hardstand.engine.settings import Settings
from hardstand.engine.shard import PLACING_READS
from hardstand.engine.standing import Standings
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.model.finding import ObjectRef


def responsible(pages: Iterable[tuple[Page, bool]], settings: Settings) -> Mapping[tuple[str, ObjectRef], str | None]:
    """Every object by its file, and who answers for it; None where nobody is declared."""
    placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
    standings, keeping = Standings(settings.baseline, placing), Keeping.of([*EXPOSURE_READS, *PLACING_READS])
    objects = list(objects_of(pages, placing, settings))
    facts = [fact for one in objects if (fact := keeping.prune(one)) is not None]
    standings.meet(Neighbours(facts, keeping, complete=settings.complete), ())
    return {(one.origin.file, one.ref): standings.answerable(standings.traits(one)) for one in objects}
