"""What Kubernetes makes by itself is no noise: of all its roles and bindings, one finding is high, and rightly so."""

from pathlib import Path
from typing import Any

import pytest

from hardstand.engine.settings import Settings
from hardstand.model.run import Run
from hardstand.model.verdict import Severity, Verdict
from hardstand.wiring import ScanRequest, scan

OWN = ("ClusterRoleBinding", "cluster-admin")
"""It gives everything to `system:masters`, and somebody has to hold that."""


@pytest.fixture(scope="module", params=[True, False], ids=["complete", "among others"])
def run(request: pytest.FixtureRequest, suite: Any) -> Run:
    folder: Path = suite("k8s-bootstrap-rbac")
    return scan(ScanRequest([str(folder)], settings=Settings(complete=request.param)))


def test_all_of_it_is_read(run: Run) -> None:
    assert run.unreadable == ()
    assert sum(one.objects for one in run.inputs) > 160


def test_only_cluster_admins_own_binding_is_high(run: Run) -> None:
    high = [one for one in run.findings if one.severity >= Severity.HIGH and one.verdict is Verdict.FAIL]
    assert [(one.control, one.object.kind, one.object.name) for one in high] == [("cluster-admin-granted", *OWN)]
