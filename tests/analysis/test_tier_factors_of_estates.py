"""What is inferred of real estates, looked at once by a person and held here.

They come from the suites beside the repository (SUITES names another place); without them the tests are skipped.
"""

from pathlib import Path

from hardstand.analysis.exposure import EXPOSURE_READS, Exposed
from hardstand.analysis.hosts_named import hosts_named
from hardstand.analysis.pods import pod_labels
from hardstand.analysis.privilege import privilege_of
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.workload import Workload
from hardstand.sources.files import discover
from hardstand.sources.interface import Page, ReadOptions
from hardstand.text.document import Document
from hardstand.text.reader import read

ROOT = Path(__file__).parent.parent.parent


def objects_below(path: str) -> list[KubeObject]:
    found: list[KubeObject] = []
    for unit in discover([path], ReadOptions()):
        for page in unit.open() if hasattr(unit, "open") else ():
            assert isinstance(page, Page), page
            root = page.rendered.root if page.rendered else None
            for part in read(page.data):
                assert isinstance(part, Document), part
                made = objects_in(part.value, file=page.name, document=0, rendered_from=root, namespace="default")
                found += [one for one in made if isinstance(one, KubeObject)]
    return found


def factors(path: str) -> dict[str, set[tuple[str, str]]]:
    """Exposure and privilege of every workload, in each of the environments that it is in."""
    kubes = objects_below(path)
    keeping = Keeping.of(EXPOSURE_READS)
    neighbours = Neighbours([kept for one in kubes if (kept := keeping.prune(one)) is not None], keeping)
    exposed = {world: Exposed(neighbours.seen_from(world)) for world in {one.origin.world for one in kubes}}
    found: dict[str, set[tuple[str, str]]] = {}
    for kube in kubes:
        if kube.kind in Workload.kinds:
            workload = Workload(kube)
            exposure = exposed[kube.origin.world].of(workload.namespace, pod_labels(workload), workload)
            privilege = privilege_of(workload)
            found.setdefault(str(workload), set()).add((exposure.value.word, privilege.value.word))
    return found


def test_the_example() -> None:
    assert factors(str(ROOT / "examples" / "shop")) == {
        "CronJob shop-batch/nightly-report": {("cluster", "elevated")},
        "CronJob shop-batch/postgres-dump": {("cluster", "ordinary")},
        "DaemonSet node-agents/node-agent": {("private", "node")},
        "Deployment shop-admin/admin": {("internet", "node")},
        "Deployment shop-data/redis": {("cluster", "ordinary")},
        "Deployment shop/api": {("cluster", "ordinary")},
        "Deployment shop/invoice-worker": {("cluster", "elevated")},
        "Deployment shop/mail-worker": {("cluster", "elevated")},
        "Deployment shop/picture-worker": {("cluster", "elevated")},
        "Deployment shop/search": {("cluster", "node")},
        "Deployment shop/search-indexer": {("cluster", "ordinary")},
        "Deployment shop/storefront": {("internet", "ordinary")},
        "StatefulSet shop-data/postgres": {("internet", "ordinary")},
    }


def test_kube_prometheus(suite) -> None:  # type: ignore[no-untyped-def]
    inside = {("cluster", "ordinary")}
    assert factors(str(suite("realistic-kube-prometheus"))) == {
        "DaemonSet monitoring/node-exporter": {("private", "elevated")},
        "Deployment monitoring/blackbox-exporter": inside,
        "Deployment monitoring/grafana": inside,
        "Deployment monitoring/kube-state-metrics": inside,
        "Deployment monitoring/prometheus-adapter": inside,
        "Deployment monitoring/prometheus-operator": inside,
    }


def test_microservices_demo(suite) -> None:  # type: ignore[no-untyped-def]
    found = factors(str(suite("realistic-microservices-demo")))
    assert found.pop("Deployment default/frontend") == {("internet", "ordinary")}
    assert "Deployment default/redis-cart" in found
    assert len(found) == 13
    assert {one for each in found.values() for one in each} == {("cluster", "ordinary")}


def test_databases_that_are_named(suite) -> None:  # type: ignore[no-untyped-def]
    kubes = objects_below(str(suite("realistic-microservices-demo")))
    carts = [Workload(one) for one in kubes if one.kind in Workload.kinds and one.name == "cartservice"]
    databases = {host.host for cart in carts for host in hosts_named(cart).hosts if host.is_database}
    assert databases == {"redis-cart.default.svc"}
    assert not [note for cart in carts for note in hosts_named(cart).notes]
