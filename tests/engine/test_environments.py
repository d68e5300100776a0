"""What a chart or a kustomization renders is an environment of its own: no policy of one speaks for another."""

import shutil
from pathlib import Path

import pytest

from hardstand.engine.settings import Settings
from hardstand.model.finding import Finding
from hardstand.report import render
from hardstand.report.past import known
from hardstand.wiring import ScanRequest, scan

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1"}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


def isolation(*paths: Path, complete: bool = False) -> dict[str, str]:
    request = ScanRequest(
        [str(path) for path in paths],
        settings=Settings(complete=complete, verdicts=True),
        controls=["workload-not-isolated"],
    )
    found = scan(request)
    return {one.locations[0].file: f"{one.verdict} {one.why}" for one in found.findings}


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="no kustomize here")
def test_a_policy_of_one_overlay_does_not_pass_the_next(tmp_path: Path) -> None:
    for name, files in {"a": ["web"], "b": ["web", "policy"]}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "web.yaml").write_text(WORKLOAD, encoding="utf-8")
        (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
        listed = "".join(f"- {file}.yaml\n" for file in files)
        (folder / "kustomization.yaml").write_text(f"resources:\n{listed}", encoding="utf-8")
        if "policy" not in files:
            (folder / "policy.yaml").unlink()
    found = isolation(tmp_path)
    assert list(found.values()) == ["unknown not-in-input"]
    assert "/a/" in next(iter(found))
    # Said to be complete, the input is one picture.
    assert isolation(tmp_path, complete=True) == {}


def test_plain_files_are_one_picture(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(WORKLOAD, encoding="utf-8")
    assert list(isolation(tmp_path).values()) == ["unknown not-in-input"]
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    assert isolation(tmp_path) == {}


def blocking(path: Path, old: bytes) -> list[Finding]:
    from hardstand.model.verdict import Severity

    run = scan(ScanRequest([str(path)], settings=Settings(fail_on=Severity.LOW, known=known(old))))
    return [one for one in run.findings if one.action == "block"]


def test_a_second_object_of_the_same_name_makes_only_its_own_findings_new(tmp_path: Path) -> None:
    base, staging = tmp_path / "base", tmp_path / "staging"
    base.mkdir()
    staging.mkdir()
    (base / "web.yaml").write_text(WORKLOAD, encoding="utf-8")
    old = scan(ScanRequest([str(tmp_path)]))
    assert len(old.findings) > 3
    recorded = render("json", old, {}).encode()
    assert blocking(tmp_path, recorded) == []
    (staging / "web.yaml").write_text(WORKLOAD, encoding="utf-8")
    new = blocking(tmp_path, recorded)
    assert {one.locations[0].file for one in new} == {str(staging / "web.yaml")}
