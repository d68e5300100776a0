"""How sensitive the data is that workloads handle: what the baseline declares of them, or they say themselves."""

from collections import defaultdict

from hardstand.analysis.blast.holdings import Sensitivity
from hardstand.analysis.classing import Classing
from hardstand.analysis.placing import Placing
from hardstand.analysis.traits import traits_of
from hardstand.baseline.baseline import Baseline
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Data
from hardstand.model.violation import MalformedFieldError

SENSITIVITY_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (
        Workload,
        (
            "metadata.labels",
            "metadata.annotations",
            "pod.metadata.labels",
            *(f"pod.spec.{sort}.image" for sort in ("containers", "initContainers", "ephemeralContainers")),
        ),
    ),
    (Namespace, ("metadata.labels",)),
)
"""The views that must be among the neighbours, and what must be kept of each."""


def sensitivity(baseline: Baseline, neighbours: Neighbours, cluster: str | None = None) -> Sensitivity:
    """Answers for the workloads of a picture as the tier does: of several environments, the highest."""
    classing, names = Classing(baseline), baseline.names
    placing = Placing(baseline.boundary, cluster, baseline.within)
    labelled: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in neighbours.anywhere(Namespace):
        try:
            labelled[one.name].append(dict(one.metadata.labels))
        except MalformedFieldError:
            labelled[one.name].append({})

    def ask(one: Workload) -> Data:
        traits = traits_of(one.object, names)
        environments = placing.among(traits.path, traits.namespace, labelled.get(traits.namespace or "") or ({},))
        perhaps = placing.perhaps(traits.path, traits.namespace, labelled=(traits.namespace or "") in labelled)
        several = (environments, *((*environments, more) for more in perhaps))
        return max(classing.data(traits, each).value for each in several)

    return ask
