"""The two wordings against each other on pods at the edges of the standards, on mixtures, and on real estates."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hardstand.controls.cel import Cel
from hardstand.engine.evaluate import Evaluator
from hardstand.engine.native import expressed, values_of
from hardstand.engine.settings import Settings
from hardstand.gate.export.building import policy
from hardstand.gate.export.interface import Policy
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.verdict import Verdict
from hardstand.text.cel.values import EvaluationError
from hardstand.text.document import Document
from hardstand.text.reader import read
from tests.gate.evaluating import Answer, without_nulls
from tests.gate.test_cases import EXPORTED
from tests.pod_security.pods import changed, edges, good, random_pods

DECLARED: dict[str, dict[str, object]] = {
    "access-mode-not-allowed": {"allowed": ["ReadWriteOnce"]},
    "autoscaler-low-minimum": {"minimum": 2},
    "capability-added": {"forbidden": ["NET_ADMIN"]},
    "container-port-unnamed": {"required": True},
    "cpu-limit-set": {"required": True},
    "dns-options-missing": {"options": {"ndots": "2"}},
    "exec-probe": {"commands": ["sh", "grpc_health_probe"]},
    "forbidden-environment-variable": {"patterns": {"*_DEBUG": "*", "LOG*": "[!e]*"}},
    "fs-group-change-policy-missing": {"required": True},
    "group-id-not-allowed": {"run_as_group": [[1000, 2000]], "fs_group": [[1, 5000]], "required": True},
    "host-path-volume": {"allowed_prefixes": ["/var/log/"], "allowed_read_only": ["/proc", "/sys", "/"]},
    "host-port": {"allowed_ranges": [[9000, 9999]]},
    "load-balancer-service": {"allowed_namespaces": ["ingress-*"]},
    "low-user-id": {"minimum": 10000, "required": True},
    "node-pinned": {"by": ["nodeName", "nodeSelector", "nodeAffinity"]},
    "priority-class-missing": {"required": True},
    "priority-class-not-allowed": {"allowed": ["system-node-critical"]},
    "reclaim-policy-not-allowed": {"allowed": ["Retain"]},
    "registry-not-allowed": {"registries": ["quay.io/*/prometheus", "docker.io/library", "grafana", "nginx*"]},
    "rolling-update-missing": {"required": True},
    "secret-not-allowed": {"names": ["*-tls", "alertmanager-*"]},
    "selinux-options-missing": {"required": True},
    "service-port-not-allowed": {"ranges": [[80, 443], [8080, 9999]]},
    "storage-class-missing": {"required": True},
    "too-many-containers": {"maximum": 2},
    "user-id-not-allowed": {"ranges": [[1000, 65534]], "required": True},
}
"""What makes every control speak."""


class Both:
    """Both wordings of every exported control, made ready once."""

    def __init__(self, settings: Settings) -> None:
        self.evaluator = Evaluator(EXPORTED, settings)
        self.policies: dict[str, Policy] = {}
        for one in EXPORTED:
            cel = expressed(one)
            assert isinstance(cel, Cel)
            values = values_of(one, cel, settings)
            if values is not None:
                self.policies[one.id] = policy(one, cel, values, [])

    def compare(self, data: Any, counted: Counter[str]) -> Iterator[str]:
        """How the two differ about an object; what could be compared is counted by the verdict."""
        found = objects_in(data, file="a.yaml", document=0, rendered_from=None, namespace="default")
        for kube in (one for one in found if isinstance(one, KubeObject)):
            for one, verdict, _ in self.evaluator.alone(kube).verdicts:
                made = self.policies.get(one.id)
                if made is None or kube.kind not in made.kinds or verdict is Verdict.UNKNOWN:
                    continue
                try:
                    admitted = Answer(made, dict(kube.data)).admitted
                except EvaluationError as error:
                    if "no such overload" in str(error):
                        counted["malformed"] += 1  # A field of another type, which no API server takes.
                        continue
                    yield f"{one.id} of {kube.ref}: {verdict}, and the policy fails: {error}"
                    continue
                counted[verdict] += 1
                if admitted is (verdict is Verdict.FAIL):
                    yield f"{one.id} of {kube.ref}: {verdict}, and the policy {'admits' if admitted else 'refuses'} it"


@pytest.fixture(scope="module", params=["defaults", "declared"])
def both(request: pytest.FixtureRequest) -> Both:
    return Both(Settings(parameters=DECLARED if request.param == "declared" else {}))


def compared(both: Both, objects: Iterator[Any]) -> Counter[str]:
    counted: Counter[str] = Counter()
    differ = [words for one in objects for words in both.compare(without_nulls(one), counted)]
    if differ:
        pytest.fail("\n".join(differ[:40] + [f"{len(differ)} differ, {dict(counted)}"]), pytrace=False)
    return counted


def test_pods_at_the_edges(both: Both) -> None:
    counted = compared(both, (changed(good(), changes) for _, changes in edges()))
    assert counted[Verdict.FAIL] > 500
    assert counted[Verdict.PASS] > 5000


def test_random_mixtures(both: Both) -> None:
    counted = compared(both, random_pods(200, seed=7))
    assert counted[Verdict.FAIL] > 500


@pytest.mark.parametrize(
    "name", ["realistic-kube-prometheus", "realistic-microservices-demo", "kube_linter", "checkov_k8s"]
)
def test_real_estates(both: Both, suite: Callable[[str], Path], name: str) -> None:
    counted = compared(both, documents(suite(name)))
    assert counted[Verdict.FAIL] > 20
    assert counted[Verdict.PASS] > 300
    assert counted["malformed"] < 10


def documents(folder: Path) -> Iterator[Any]:
    for path in sorted(one for ending in ("yaml", "yml", "json") for one in folder.rglob(f"*.{ending}")):
        for found in read(path.read_bytes()):
            if isinstance(found, Document) and isinstance(found.value, dict):
                yield found.value
