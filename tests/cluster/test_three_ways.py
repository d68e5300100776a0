"""The same manifests as files, in a real cluster, and in a snapshot of it: the same findings, or a reason why not."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardstand.engine.settings import Settings
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.finding import Finding
from hardstand.model.kind import CLUSTER_SCOPED
from hardstand.model.run import Run
from hardstand.sources.files import discover
from hardstand.sources.interface import Page, ReadOptions
from hardstand.sources.snapshot.files import open_snapshot
from hardstand.sources.snapshot.reading import Snapshot
from hardstand.text.document import Document
from hardstand.text.reader import read
from hardstand.wiring import ClusterRequest, ScanRequest, scan, with_cluster
from tests.cluster.differences import Objects, Reason, differences, key_of, key_of_ref
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

ROOT = Path(__file__).parents[2]
"""What the repository itself shows."""


def written(folder: Path, home: str) -> dict[Any, Any]:
    """Every object that the manifests, charts and kustomizations of a folder come to, by its key."""
    found = {}
    for unit in discover([str(folder)], ReadOptions(namespace=home)):
        for page in unit.open() if hasattr(unit, "open") else ():
            for part in read(page.data) if isinstance(page, Page) else ():
                assert isinstance(part, Document)
                for one in objects_in(part.value, file="", document=0, rendered_from=None, namespace=home):
                    assert isinstance(one, KubeObject)
                    data = json.loads(json.dumps(one.data))
                    if one.kind not in CLUSTER_SCOPED:
                        data["metadata"]["namespace"] = one.namespace
                    if data["kind"] not in NOT_APPLIED:
                        found[key_of(data)] = data
    return found


SUITES = {
    "boutique": ("realistic-microservices-demo", "microservices-demo/release/kubernetes-manifests.yaml"),
    "monitoring": ("realistic-kube-prometheus", "kube-prometheus/manifests"),
}
"""Real estates, by the namespace that they land in."""


REFUSED = re.compile(r"no matches for kind|ensure CRDs are installed first|Invalid value")
"""What the server may say of manifests that are no objects of a plain cluster, or are broken on purpose."""

NOT_APPLIED = ("CustomResourceDefinition", "APIService")
"""They would change what the server offers to the tests that run beside these."""


@pytest.fixture(params=["shop", *SUITES], scope="module")
def home(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def estate(home: str, suite: Any) -> Path:
    name, inside = SUITES.get(home, ("", ""))
    return suite(name) / inside if name else ROOT / "examples/shop"


def without_refused(estate: Path, home: str, held: Objects, folder: Path) -> Path:
    """A directory of plain manifests less those that the server has no kind for: what looks for their pods would find
    them in the files alone. Charts, kustomizations and single files are as they are."""
    if home != "monitoring":
        return estate
    shutil.copytree(estate, folder)
    for path in folder.glob("*.yaml"):
        if written(path, home).keys() - held.keys():
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def objects(estate: Path, home: str) -> dict[Any, Any]:
    return written(estate, home)


@pytest.fixture(scope="module")
def applied(cluster: Cluster, objects: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    """What the server took, by key; namespaces that nobody declares are made."""
    homes = sorted({key[2] for key in objects} - {"", "default", "kube-system"})
    for home in homes:
        cluster.kubectl("create", "namespace", home, check=False)
    listed = {"apiVersion": "v1", "kind": "List", "items": [*objects.values()]}
    done = cluster.kubectl("apply", "-f", "-", input=json.dumps(listed), check=False)
    refused = [line for line in done.stderr.splitlines() if line and not line.startswith("Warning:")]
    assert [line for line in refused if not REFUSED.search(line)] == []
    settle(cluster, homes)
    yield objects
    cluster.kubectl("delete", "--wait=false", "--ignore-not-found", "-f", "-", input=json.dumps(listed), check=False)
    cluster.kubectl("delete", "namespace", "--wait=false", "--ignore-not-found", *homes, check=False)


def settle(cluster: Cluster, homes: list[str]) -> None:
    """Wait until the controllers have made what they make."""

    def made() -> bool:
        found = [cluster.get("pods,replicasets,deployments", "-n", home)["items"] for home in homes]
        seen.append(sorted(str(one["metadata"].get("uid")) for items in found for one in items))
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    seen: list[Any] = []
    eventually(made, "the controllers to be done")


def live_run(cluster: Cluster) -> Run:
    where = ClusterRequest(kubeconfig=str(cluster.kubeconfig))
    return scan(with_cluster(ScanRequest(()), where))


def hardstand(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "hardstand", *words], capture_output=True, text=True, check=False)


def _places(one: Finding) -> str:
    """Files and fields, without lines: of kinds that only neighbours ask for, a cluster gives less than a snapshot."""
    return str([(place.file, place.field, place.caption) for place in one.locations])


def told(run: Run, objects: Objects) -> list[Any]:
    """All that is said of some objects."""
    return sorted(
        (one.id, one.control, one.verdict, one.why or "", one.message, one.tier or "", one.action, _places(one))
        for one in run.findings
        if key_of_ref(one.object) in objects
    )


def test_three_ways(
    cluster: Cluster, estate: Path, home: str, applied: dict[Any, Any], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "estate.json.zst"
    done = hardstand("snapshot", "--cluster", "--kubeconfig", str(cluster.kubeconfig), "-o", str(path))
    assert done.returncode == 0, done.stderr
    snapshot = open_snapshot(str(path))
    assert isinstance(snapshot, Snapshot)
    pages = [json.loads(page.data) for page in snapshot.pages() if isinstance(page, Page)]
    held = {key_of(one): one for one in pages}
    both = {key: data for key, data in applied.items() if key in held}
    assert len(both) > 10

    live, offline = live_run(cluster), scan(ScanRequest([str(path)]))
    assert offline.inputs[0].source == "snapshot"
    one_way, other = told(live, both), told(offline, both)
    assert [pair for pair in zip(one_way, other, strict=True) if pair[0] != pair[1]] == []
    assert one_way != []
    assert live.cluster == offline.cluster

    taken = without_refused(estate, home, held, tmp_path / "taken")
    files = scan(ScanRequest([str(taken)], settings=Settings(complete=True, namespace=home)))
    homes = {key[2] for key in both} - {""}
    sides = [
        [one for one in files.findings if key_of_ref(one.object) in both],
        [one for one in offline.findings if key_of_ref(one.object) in both or one.object.namespace in homes],
    ]
    shared = {one.id for one in sides[0]} & {one.id for one in sides[1]}
    found = differences(*sides, written=both, held=held)
    counted = Counter(str(one.reason) for one in found)
    with capsys.disabled():
        print(f"\n{estate.name}: {len(both)} objects, {len(shared)} findings the same three ways, {dict(counted)}")
        for one in found:
            print(f"  {one}")
    assert len(shared) > 50
    assert [str(one) for one in found if one.reason is Reason.NONE] == []
