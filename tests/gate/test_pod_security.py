"""Pod Security through the webhook is what the API server's own admission says: every case, level and version.

Each pod is asked for in a namespace of its level and version, where PodSecurity only warns and the webhook refuses.
Both are then in one answer, of one object as the server has filled it in.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.analysis.pod_security import Level, counted
from hardstand.controls.given import Version
from hardstand.engine import catalog
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.handling import Validating
from hardstand.gate.review import Reviewer
from tests.baseline.making import baseline_of
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.api import Api
from tests.gate.webhook import served
from tests.pod_security.recorded import HEAD, ROWS, pod_of

LEVELS = (Level.BASELINE, Level.RESTRICTED)
BLOCK = baseline_of({"modes": [{"mode": "block"}]})
LABEL = "hardstand.dev/pod-security-of"


@dataclass(frozen=True, slots=True)
class Standard:
    """A level at a version."""

    level: Level
    minor: int

    def __str__(self) -> str:
        return f"{self.level.value}:v1.{self.minor}"

    def namespace(self, home: str) -> dict[str, Any]:
        words = {"warn": self.level.value, "warn-version": f"v1.{self.minor}"}
        labels = {f"pod-security.kubernetes.io/{key}": word for key, word in words.items()} | {LABEL: home}
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name(home), "labels": labels}}

    def name(self, home: str) -> str:
        return f"{home}-{self.level.value}-{self.minor}"

    def gate(self) -> Validating:
        """A gate that refuses what this level does not allow, and looks at nothing else."""
        asked = counted(self.level, self.minor)
        controls = [one for one in catalog.load() if asked.intersection(one.frameworks)]
        settings = Settings(baseline=BLOCK, cluster="test", pod_security=Version(1, self.minor))
        return Validating(Reviewer(Live(controls, settings), controls))


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said of one pod by one standard."""

    case: str
    standard: Standard
    valid: bool
    theirs: bool
    ours: bool
    words: str


Ask = Callable[[Sequence[tuple[str, dict[str, Any]]], Sequence[Standard]], list[Answers]]


@pytest.fixture
def ask(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Ask]:
    """Asks for every pod by every standard."""
    gates: dict[str, Validating] = {}

    def handler(data: bytes) -> tuple[int, bytes]:
        reply = gates[json.loads(data)["request"]["namespace"]](data)
        return reply.status, reply.body

    api = Api(cluster.kubeconfig_for("pod-security-asker", ["system:masters"]))

    def asked(cases: Sequence[tuple[str, dict[str, Any]]], standards: Sequence[Standard]) -> list[Answers]:
        gates.update({one.name(namespace): one.gate() for one in standards})
        cluster.apply(*(one.namespace(namespace) for one in standards))
        names = {one.name(namespace) for one in standards}

        def ready() -> bool:
            accounts = cluster.get("serviceaccounts", "-A", "--field-selector=metadata.name=default")["items"]
            return names <= {one["metadata"]["namespace"] for one in accounts}

        eventually(ready, "the service accounts of the namespaces")
        containers = [{"name": "app", "image": "registry.example/app:1"}]
        hostile = {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"},
            "spec": {"hostPID": True, "containers": containers},
        }  # fmt: skip
        for one in standards:
            eventually(lambda one=one: _one(api, namespace, ("", hostile), one).ours, f"the webhook in {one}")  # type: ignore[misc]
        return api.all(lambda pair: _one(api, namespace, *pair), itertools.product(cases, standards))

    with served(tmp_path, {"/validate": handler}) as (url, bundle):
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
        cluster.apply(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": f"pod-security-{namespace}"},
                "webhooks": [
                    {
                        "name": "pods.gate.hardstand.dev",
                        "clientConfig": {"url": f"{url}/validate", "caBundle": bundle},
                        "rules": [rule],
                        "namespaceSelector": {"matchLabels": {LABEL: namespace}},
                        "sideEffects": "None",
                        "timeoutSeconds": 30,
                        "admissionReviewVersions": ["v1"],
                    }
                ],
            }
        )
        try:
            yield asked
        finally:
            api.close()
            cluster.kubectl("delete", "validatingwebhookconfiguration", f"pod-security-{namespace}")
            cluster.kubectl("delete", "namespaces", "-l", f"{LABEL}={namespace}", "--wait=false")


def _one(api: Api, home: str, case: tuple[str, dict[str, Any]], standard: Standard) -> Answers:
    name, pod = case
    reply = api.create(pod, standard.name(home), dry=True)
    refused = reply.status == 403 and "Hardstand refuses Pod " in reply.words
    assert reply.taken or refused or reply.status in (400, 422), reply.words
    warned = any(f'would violate PodSecurity "{standard}"' in one for one in reply.warnings)
    return Answers(name, standard, reply.taken or refused, warned, refused, reply.words)


def fit(pod: dict[str, Any]) -> dict[str, Any]:
    """The pod with names that a server takes: a name has no `_`, and no namespace of its own."""
    metadata = {**pod["metadata"], "name": pod["metadata"]["name"].replace("_", "-")}
    metadata.pop("namespace", None)
    return {**pod, "metadata": metadata}


def creatable(pod: dict[str, Any]) -> dict[str, Any]:
    """A pod of our own without the ephemeral containers that all have, which no pod is made with.

    Where the case is about them they stay, and the server refuses it.
    """
    made, good = fit(pod), HEAD["good"]["spec"]["ephemeralContainers"]
    spec = {key: value for key, value in made["spec"].items() if key != "ephemeralContainers" or value != good}
    return {**made, "spec": spec}


def differing(answers: Sequence[Answers]) -> list[str]:
    wrong = (one for one in answers if one.valid and one.theirs is not one.ours)
    return [f"{one.case} at {one.standard}: PodSecurity {one.theirs}, gate {one.ours}: {one.words}" for one in wrong]


def invalid(answers: Sequence[Answers]) -> set[str]:
    """The cases that no server of this version takes; one is either always taken for valid or never."""
    found = {one.case for one in answers if not one.valid}
    assert not found & {one.case for one in answers if one.valid}
    return found


def known(cluster: Cluster) -> int:
    """The newest minor version that the server knows: its own."""
    told = json.loads(cluster.kubectl("version", "-o", "json").stdout)
    return int(told["serverVersion"]["minor"].rstrip("+"))


@pytest.mark.parametrize("level", LEVELS)
def test_every_given_case_at_every_version(
    cluster: Cluster, ask: Ask, suite: Callable[[str], Path], level: Level
) -> None:
    folder = suite("psa")
    rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]
    cases = [(row["id"], fit(yaml.safe_load((folder / "data" / "psa" / row["file"]).read_text()))) for row in rows]
    standards = [Standard(level, minor) for minor in range(known(cluster) + 1)]
    answers = ask(cases, standards)
    assert differing(answers) == []
    assert invalid(answers) == set()
    said = {(one.case, one.standard): one.ours for one in answers}
    for row in rows:
        if row["level"] == level.value:
            standard = Standard(level, int(row["version"].removeprefix("v1.")))
            assert said[row["id"], standard] is (row["expect"] == "fail"), row["id"]


def test_every_edge_of_our_own_at_both_levels_of_the_newest_version(cluster: Cluster, ask: Ask) -> None:
    cases = [(row["name"], creatable(pod_of(row))) for row in ROWS]
    answers = ask(cases, [Standard(level, known(cluster)) for level in LEVELS])
    assert differing(answers) == []
    refused = invalid(answers)
    print(f"{len(cases)} cases, of which no server takes {len(refused)}: {', '.join(sorted(refused))}")
    assert len(cases) - len(refused) > 300
    both = {one.ours for one in answers if one.valid}
    assert both == {True, False}
