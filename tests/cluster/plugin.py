"""The fixtures `cluster`, `namespace` and `own_cluster`: one cluster for a whole run of pytest, a namespace a test.

The process that a person started (with xdist: the one that deals out the work) wants the cluster for as long as it
lives; whichever test asks first has it started. Where there can be none, the tests skip, and the last line of the run
says so; with HARDSTAND_REQUIRE_CLUSTER=1 they fail.
"""

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.building import NotAvailableError
from tests.cluster.finding import programs
from tests.cluster.handle import Cluster
from tests.cluster.keeping import Wanted, cluster_with, started
from tests.cluster.options import Options

WANTED = pytest.StashKey[Wanted]()
NAMES = frozenset({"cluster", "own_cluster", "gated_cluster"})
SKIPPED = "needs a test cluster: "


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    with _skipping():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    with _skipping():
        yield


@contextmanager
def _skipping() -> Iterator[None]:
    """Skip the test for want of a cluster, or of a hold on it; fail where there has to be one."""
    try:
        yield
    except NotAvailableError as error:
        if os.environ.get("HARDSTAND_REQUIRE_CLUSTER"):
            pytest.fail(f"{SKIPPED}{error}", pytrace=False)
        pytest.skip(f"{SKIPPED}{error}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[WANTED] = Wanted()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where the cluster is that all share."""
    node.workerinput["hardstand_cluster"] = str(node.config.stash[WANTED].folder)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build before the first test begins: a test that takes minutes is taken for one that hangs."""
    uses = any(NAMES.intersection(getattr(item, "fixturenames", ())) for item in session.items)
    if uses and not session.config.option.collectonly and not os.environ.get("HARDSTAND_TEST_KUBECONFIG"):
        try:
            programs()
        except NotAvailableError:
            return  # The fixture says so.


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if WANTED in config.stash:
        config.stash[WANTED].close()
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(config, "workerinput"):
        return
    told = [str(report.longrepr[2]) for report in terminal.stats.get("skipped", ()) if report.longrepr]
    if reasons := [words.split(SKIPPED, 1)[1] for words in told if SKIPPED in words]:
        many = f"{len(reasons)} tests of a real cluster were" if len(reasons) > 1 else "1 test of a real cluster was"
        terminal.write_line(f"{many} skipped: {reasons[0]}", yellow=True)


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """The cluster that all tests of a run share; leave nothing behind outside the test's own namespace."""
    if kubeconfig := os.environ.get("HARDSTAND_TEST_KUBECONFIG"):
        return Cluster.found(Path(kubeconfig), tmp_path_factory.mktemp("cluster"))
    options = Options()
    cluster = started(_folder(request.config), options, shared=True)
    cluster.settle(options.nodes)
    return cluster


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A fresh namespace with its default service account."""
    name = f"test-{uuid.uuid4().hex[:10]}"
    yield cluster.namespace(name)
    cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


@pytest.fixture
def own_cluster() -> Iterator[Callable[[Options], Cluster]]:
    """A function that starts a cluster for this test alone, with options of its own; its programs may be stopped.

    It takes 3 to 5 seconds and 1 GB: ask once, with all options that do not disturb one another.
    """
    with ExitStack() as stack:
        yield lambda options: stack.enter_context(cluster_with(options))


def _folder(config: pytest.Config) -> Path:
    given = getattr(config, "workerinput", {}).get("hardstand_cluster")
    return Path(given) if given else config.stash[WANTED].folder
