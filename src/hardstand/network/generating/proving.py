"""What policies that were written allow: read back as they stand in the text, laid over the picture, and compared."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from hardstand.analysis.intended.addresses import names_named, spans_named
from hardstand.analysis.intended.table import table_of
from hardstand.analysis.reach.estate import estate_of
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.network import FlowRow
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.network.intended.comparing import Comparison
from hardstand.text.document import Fault
from hardstand.text.reader import read


def objects_of(text: str) -> Iterator[KubeObject]:
    """The objects of manifests that were written here."""
    for part in read(text.encode()):
        if isinstance(part, Fault):
            raise AssertionError(f"the policies that were written cannot be read: {part.reason}")
        for one in objects_in(part.value, file="generated", document=part.index, rendered_from=None, namespace=""):
            if not isinstance(one, KubeObject):
                raise AssertionError(f"the policies that were written hold what is no object: {one.reason}")
            yield one


def replaced(neighbours: Neighbours, namespaces: Collection[str]) -> list[NetworkPolicy]:
    """The network policies that are there already in some namespaces."""
    return [one for one in neighbours.anywhere(NetworkPolicy) if one.namespace in namespaces]


def proven(
    baseline: Baseline,
    neighbours: Neighbours,
    text: str,
    *,
    without: Collection[NetworkPolicy] = (),
    today: date,
    cluster: str | None = None,
    proposed: Sequence[FlowRow] = (),
) -> Comparison:
    """The picture with the written policies in place of those of `without`, beside the table, `proposed` among it."""
    there = neighbours.with_changed({one.object: None for one in without})
    after = there.laid_over(objects_of(text))
    network = baseline.network
    estate = estate_of(after, blocks=tuple(spans_named(network)), names=tuple(names_named(network)), cni=network.cni)
    table = table_of(baseline, after, estate.peers, today=today, cluster=cluster, proposed=proposed)
    return Comparison(estate, table)
