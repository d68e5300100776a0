"""What lets the outside in although no row does: it would end with policies that allow the table alone."""

from collections.abc import Iterator, Sequence

from hardstand.analysis.intended.rows import Row, split, sum_of
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.edges import Entering
from hardstand.analysis.reach.outside import GATEWAY, INGRESS_CONTROLLER


def shut_out(table: Table, entering: Sequence[Entering]) -> Iterator[str]:
    """Each Ingress, route or Service of which no row lets anything in to pods of the table, for a person.

    Ingresses and routes are served by pods that no picture tells for certain, so a row from whatever workload outside
    of the table's namespaces is taken for one from them.
    """
    for one in entering:
        pods = one.pods & table.governed
        served = one.entrance in (INGRESS_CONTROLLER, GATEWAY)
        if not pods or any(_lets_in(table, row, one.connections, pods, served=served) for row in table.rows):
            continue
        names = ", ".join(str(peer) for peer in table.peers.among(pods))
        who = "the pods that serve it" if served else "anybody outside"
        yield f"{one.text} lets requests in to {names} on {one.connections}, and no row is from {who}"


def _lets_in(table: Table, row: Row, connections: Connections, pods: int, *, served: bool) -> bool:
    if served:
        elsewhere = any(not one.is_outside and (one.pods & ~table.governed or not one.pods) for one in row.origins)
    else:
        elsewhere = any(one.parts for one in row.origins)
    called = sum_of(row.destinations, table.peers) & pods
    return elsewhere and any(
        these & pods and some & connections for some, these in split(row.ports, called, table.peers)
    )
