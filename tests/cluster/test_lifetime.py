"""A cluster ends with whoever wanted it, however that ends; and it may be made of other programs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.finding import FURTHER, NEEDED, programs
from tests.cluster.handle import Cluster
from tests.cluster.keeper import FRESH, PREFIX, sweep
from tests.cluster.keeping import REPOSITORY, cluster_with
from tests.cluster.options import Options
from tests.cluster.waiting import eventually

WANTING = """
import sys
from tests.cluster.keeping import Wanted, started
from tests.cluster.options import Options
wanted = Wanted()
print(wanted.folder, flush=True)
started(wanted.folder, Options(nodes=0, controllers=False, scheduler=False))
print("up", flush=True)
sys.stdin.read()
"""


def processes_of(folder: Path) -> list[int]:
    """Processes that have the folder in their command line, by proc(5)."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in one.read_bytes():
                found.append(int(one.parent.name))
        except OSError:
            continue  # It has ended meanwhile.
    return found


def keeper_of(folder: Path) -> int:
    [keeper] = [pid for pid in processes_of(folder) if b"keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return keeper


@pytest.fixture
def built(cluster: Cluster) -> Cluster:
    """That there are programs to start at all, and a system that says which of them run."""
    cluster.needs(*NEEDED[:2])
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("needs proc(5)")
    return cluster


@pytest.mark.parametrize("whose", ["one who wants it", "keeper"])
def test_nothing_outlives_a_crash(built: Cluster, whose: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WANTING], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        folder = Path(one.stdout.readline().strip())
        assert one.stdout.readline() == "up\n"
        assert len(processes_of(folder)) >= 3  # The keeper, etcd and the API server.
        os.kill(one.pid if whose == "one who wants it" else keeper_of(folder), signal.SIGKILL)
        eventually(lambda: not processes_of(folder), "the processes to end")
        if whose == "one who wants it":
            eventually(lambda: not folder.exists(), "the folder to go")
        one.kill()


def test_what_a_killed_keeper_leaves_is_swept_by_the_next(built: Cluster, tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (f"{PREFIX}old", f"{PREFIX}young", "other"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "kept").touch()
    for folder in (old, other):
        then = folder.stat().st_mtime - FRESH - 5
        os.utime(folder, (then, then))
    sweep(tmp_path)
    assert [one.name for one in sorted(tmp_path.iterdir())] == [young.name, other.name]
    sweep(built.directory.parent)
    assert built.kubeconfig.exists()


def test_an_envtest_folder_makes_a_cluster_without_controllers(
    built: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = programs()
    for name in NEEDED:
        (tmp_path / name).symlink_to(ours[name][0])
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with cluster_with(Options()) as cluster:
        assert cluster.programs == {"etcd", "kube-apiserver"}
        namespace = cluster.namespace("shop")
        cluster.kubectl("run", "web", "--image=registry.example/web:1", "-n", namespace)
        pod = cluster.get("pod/web", "-n", namespace)
        assert (pod["spec"]["serviceAccountName"], pod["status"]["phase"]) == ("default", "Pending")
    assert not set(FURTHER) & cluster.programs


def test_a_cluster_that_is_there_is_used_as_it_is(cluster: Cluster, tmp_path: Path) -> None:
    found = Cluster.found(cluster.kubeconfig, tmp_path)
    assert (found.url, found.programs) == (cluster.url, frozenset())
    mary = found.kubeconfig_for("mary", ["shop-team"])
    told = json.loads(found.kubectl("auth", "whoami", "-o", "json", kubeconfig=mary).stdout)["status"]["userInfo"]
    assert told["username"] == "mary"
    assert "shop-team" in told["groups"]


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_without_programs_tests_skip_and_the_last_line_says_so(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """With xdist too: what a worker skips is told by the process that a person looks at."""
    done = tried(tmp_path, *workers)
    assert done.returncode == 0, done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert last == f"1 test of a real cluster was skipped: {why(tmp_path)}"


def test_where_a_cluster_is_required_tests_fail_without(tmp_path: Path) -> None:
    done = tried(tmp_path, required="1")
    assert done.returncode == 1, done.stdout
    assert f"needs a test cluster: {why(tmp_path)}" in done.stdout


def why(folder: Path) -> str:
    return f"KUBEBUILDER_ASSETS={folder} has no etcd, kube-apiserver, kubectl"


def tried(folder: Path, *workers: str, required: str = "") -> subprocess.CompletedProcess[str]:
    """A run of pytest over one test, where an envtest folder is named and empty."""
    test = "tests/cluster/test_cluster.py::test_another_process_may_use_it"
    told = {"KUBEBUILDER_ASSETS": str(folder), "HARDSTAND_REQUIRE_CLUSTER": required, "HARDSTAND_TEST_KUBECONFIG": ""}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *workers, test],
        cwd=REPOSITORY,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
