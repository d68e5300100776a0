"""What the verbs about the network print as JSON is what spec/ says: real output, nothing missing and nothing added."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hardstand.cli.main import main
from tests.cli.test_rbac_schemas import at, objects

SPEC = Path(__file__).parents[2] / "spec"
ESTATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: host, namespace: shop}
spec: {template: {metadata: {labels: {app: host}}, spec: {hostNetwork: true, containers: [{name: c, image: x}]}}}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}
"""
VERBS = {
    "net-reach": ("reach", "--explain", "new"),
    "net-matrix": ("matrix", "new"),
    "net-diff": ("diff", "old", "new"),
    "net-probe": ("probe", "--from", "shop/web", "--to", "192.0.2.1", "--port", "80", "new"),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "estate.yaml").write_text(ESTATE, encoding="utf-8")
    (tmp_path / "new" / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "new" / "broken.yaml").write_text("kind: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["net", *words, "--format", "json"]) == 2
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("name", VERBS)
def test_nothing_may_be_missing_or_added_anywhere(name: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = json.loads((SPEC / f"{name}.v1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(contract)
    validator = Draft202012Validator(contract)
    found = told(VERBS[name], capsys)
    validator.validate(found)
    assert contract["$id"] == f"https://{found['schema']}"
    for path, node in objects(found):
        more = copy.deepcopy(found)
        at(more, path)["surprise"] = 1
        assert not validator.is_valid(more), path
        for key in node:
            less = copy.deepcopy(found)
            del at(less, path)[key]
            alone = key == "because" and "allowed" not in node
            assert validator.is_valid(less) == alone, (*path, key)


def test_the_output_is_not_empty_where_it_matters(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else the test above would hold nothing of what lists hold."""
    reach = told(VERBS["net-reach"], capsys)
    assert any("possible" in one for one in reach["edges"])
    assert any(each["place"] for one in reach["edges"] for part in one["because"] for each in part["decisions"])
    assert reach["unreadable"]
    assert {"all", "some", None} <= {cell for row in told(VERBS["net-matrix"], capsys)["cells"] for cell in row}
    diff = told(VERBS["net-diff"], capsys)
    assert diff["changes"]
    assert told(VERBS["net-probe"], capsys)["unknown"] is True
