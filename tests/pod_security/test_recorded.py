"""Agreement with what Kubernetes' own evaluator was recorded to say, check by check and version by version.

`recorded.jsonl` holds the answers of k8s.io/pod-security-admission v0.37.2 for pods of our own at v1.0 to v1.38;
`python -m pod_security.record` in `tests/` writes it anew where a Go toolchain is there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from hardstand.analysis.pod_security import BASELINE, RESTRICTED, Level
from hardstand.controls.given import LATEST

from .judging import failed_ids, forbidding
from .pods import edges, good
from .recorded import HEAD, ROWS, answer, boundaries, pod_of


def wrapped(pod: dict[str, Any], kind: str) -> dict[str, Any]:
    """The pod as the template of another kind, whose own annotations mean nothing."""
    template = {key: pod[key] for key in ("metadata", "spec")}
    metadata = {"name": "outer", "annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}}
    if kind == "CronJob":
        spec: dict[str, Any] = {"jobTemplate": {"spec": {"template": template}}}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"template": template}}


@pytest.mark.parametrize("minor", boundaries())
def test_agrees_with_the_record(minor: int) -> None:
    different = []
    for row in ROWS:
        failed = failed_ids(pod_of(row), minor)
        for level in Level:
            ours, theirs = forbidding(failed, level, minor), answer(row, level, minor)
            if ours != theirs:
                different.append((row["name"], level.value, ours, theirs))
    assert not different, different[:10]


@pytest.mark.parametrize("kind", ["Deployment", "CronJob"])
@pytest.mark.parametrize("minor", [18, LATEST.minor])
def test_a_template_is_judged_like_its_pod(kind: str, minor: int) -> None:
    for row in ROWS:
        pod = pod_of(row)
        assert failed_ids(wrapped(pod, kind), minor) == failed_ids(pod, minor), row["name"]


def test_the_table_is_of_the_edges_that_there_are() -> None:
    assert HEAD["good"] == good()
    made = [{"name": name, "changes": changes} for name, changes in edges()]
    kept = [{"name": row["name"], "changes": row["changes"]} for row in ROWS]
    assert kept == json.loads(json.dumps(made)), "the edges changed: record the table anew"


def test_every_check_is_recorded_both_ways() -> None:
    for level, checks in ((Level.BASELINE, BASELINE), (Level.RESTRICTED, RESTRICTED)):
        seen = {check for row in ROWS for _, some in row[level] for check in some}
        assert set(checks) <= seen
        assert any(not some for row in ROWS for _, some in row[level])


def test_the_table_names_the_evaluator_that_the_module_pins() -> None:
    pinned = (Path(__file__).parent / "oracle" / "go.mod").read_text(encoding="utf-8")
    assert HEAD["evaluator"] in pinned
