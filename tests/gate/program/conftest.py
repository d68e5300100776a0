"""A cluster for the tests of one module: what a gate writes there holds for the whole cluster, so nobody shares it."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.handle import Cluster
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options

Spaces = Callable[..., str]


@pytest.fixture(scope="module")
def gated_cluster() -> Iterator[Cluster]:
    """Without nodes and scheduler: pods are made and do not run."""
    with cluster_with(Options(nodes=0, scheduler=False)) as cluster:
        yield cluster


@pytest.fixture
def space(gated_cluster: Cluster) -> Iterator[Spaces]:
    """Makes namespaces."""
    made: list[str] = []

    def make(**labels: str) -> str:
        made.append(gated_cluster.namespace(f"space-{uuid.uuid4().hex[:8]}", labels))
        return made[-1]

    yield make
    if made:
        gated_cluster.kubectl("delete", "namespace", *made, "--wait=false")
