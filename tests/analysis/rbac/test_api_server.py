"""The real API server and Hardstand answer the same, 20,000 times."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.who import Actor
from hardstand.engine.kinds import needed
from hardstand.inventory.neighbours import Keeping
from hardstand.sources.cluster.client import Client
from hardstand.wiring import ClusterRequest, ScanRequest
from hardstand.wiring.clusters import with_survey
from hardstand.wiring.surveying import surveyed
from tests.analysis.rbac.ablating import OF_OBJECTS, OF_REQUESTS
from tests.analysis.rbac.generating import Estate, Manifest, Review
from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually
from tests.sources.cluster.asking import client_of

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
COUNT = 20_000
EACH = 200
"""How often each clause decides, at least."""


def actor_of(review: Review) -> Actor:
    return Actor(review["user"], frozenset(review["groups"]))


def request_of(review: Review) -> Request:
    if "nonResourceAttributes" in review:
        asked = review["nonResourceAttributes"]
        return Request(asked["verb"], path=asked["path"])
    return Request(**review["resourceAttributes"])


def in_files(folder: Path, name: str, manifests: Sequence[Manifest]) -> Permissions:
    """The permissions of these manifests, given as files."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests)}))
    found = surveyed(ScanRequest(paths=(str(path),)), RBAC_READS)
    assert not found.unreadable
    return Permissions.of(found.neighbours, settled=False)


def of_cluster(cluster: Cluster) -> Permissions:
    request = with_survey(
        ScanRequest(paths=()), ClusterRequest(str(cluster.kubeconfig)), needed(Keeping.of(RBAC_READS))
    )
    found = surveyed(request, RBAC_READS)
    assert found.settled
    assert not found.unreadable
    return Permissions.of(found.neighbours, settled=True)


def asked_of(clients: Sequence[Client], reviews: Sequence[Review]) -> list[bool]:
    """What the API server answers."""
    share = -(-len(reviews) // len(clients))

    def some(at: int) -> list[bool]:
        client = clients[at]
        found = []
        for spec in reviews[at * share : (at + 1) * share]:
            review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
            found.append(client.send("POST", REVIEWS, review)["status"]["allowed"])
        return found

    with ThreadPoolExecutor(len(clients)) as pool:
        return [answer for part in pool.map(some, range(len(clients))) for answer in part]


def answers(permissions: Permissions, reviews: Sequence[Review]) -> list[bool]:
    return [permissions.decide(actor_of(one), request_of(one)).allowed for one in reviews]


def decisive(
    estate: Estate, own: Sequence[Manifest], reviews: Sequence[Review], told: Sequence[bool], folder: Path
) -> Counter[str]:
    """How often each clause made the answer what it is. `own` are the cluster's roles and bindings besides."""
    found: Counter[str] = Counter()
    everything = [*own, *estate.manifests()]
    for at, (clause, ablate) in enumerate(OF_OBJECTS.items()):
        kept = [one for manifest in everything if (one := ablate(manifest)) is not None]
        without = answers(in_files(folder, f"without-{at}", kept), reviews)
        found[clause] = sum(a != b for a, b in zip(told, without, strict=True))
    whole = in_files(folder, "whole", everything)
    for clause, change in OF_REQUESTS.items():
        without = answers(whole, [change(one) for one in reviews])
        found[clause] = sum(a != b for a, b in zip(told, without, strict=True))
    return found


def test_the_api_server_says_the_same(
    own_cluster: Callable[[Options], Cluster], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = own_cluster(Options())
    estate = Estate("hs", seed=5)
    for name in estate.namespaces:
        cluster.kubectl("create", "namespace", name)
    items = {"apiVersion": "v1", "kind": "List", "items": estate.manifests()}
    cluster.kubectl("apply", "-f", "-", input=json.dumps(items))
    eventually(lambda: _settled(cluster, estate), 30)
    reviews = estate.reviews(COUNT)
    clients = [client_of(cluster.kubeconfig) for _ in range(8)]
    told = asked_of(clients, reviews)

    ours = of_cluster(cluster)
    wrong = [one for one, a, b in zip(reviews, told, answers(ours, reviews), strict=True) if a != b]
    assert wrong[:3] == []

    own = _own(cluster)
    files = in_files(tmp_path, "all", [*own, *estate.manifests()])
    wrong = [one for one, a, b in zip(reviews, told, answers(files, reviews), strict=True) if a != b]
    assert wrong[:3] == []

    counts = decisive(estate, own, reviews, told, tmp_path)
    with capsys.disabled():
        print(f"\n{COUNT} requests, {sum(told)} allowed, 0 differ; decided by:", dict(counts))
    assert sum(told) >= 0.4 * COUNT
    assert min(counts.values()) >= EACH, counts
    _batch_agrees(cluster, reviews[:2000], told[:2000], tmp_path)


def _settled(cluster: Cluster, estate: Estate) -> bool:
    """The controller has written the rules of all that aggregate."""
    found = json.loads(cluster.kubectl("get", "clusterroles", "-o", "json").stdout)["items"]
    by_name = {one["metadata"]["name"]: one for one in found}
    sums = [one["metadata"]["name"] for one in estate.cluster_roles if "aggregationRule" in one]
    return all(by_name[name].get("rules") for name in sums)


def _own(cluster: Cluster) -> list[Manifest]:
    """The roles and bindings that the cluster has of itself."""
    kinds = "clusterroles,clusterrolebindings,roles,rolebindings"
    found: list[dict[str, Any]] = json.loads(cluster.kubectl("get", kinds, "-A", "-o", "json").stdout)["items"]
    return [one for one in found if not one["metadata"]["name"].startswith("hs-")]


def _batch_agrees(cluster: Cluster, reviews: Sequence[Review], told: Sequence[bool], folder: Path) -> None:
    """The program, asked in JSON lines, answers as the API server does."""
    lines = [json.dumps(_line(one)) for one in reviews]
    (folder / "asked.jsonl").write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "hardstand", "rbac", "can", "--batch", "asked.jsonl", "--cluster",
         f"--kubeconfig={cluster.kubeconfig}"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["allowed"] for line in done.stdout.splitlines()] == list(told)


def _line(review: Review) -> dict[str, Any]:
    subject = {"kind": "User", "name": review["user"], "groups": review["groups"]}
    asked = review.get("resourceAttributes") or review["nonResourceAttributes"]
    return {"subject": subject, **asked}
