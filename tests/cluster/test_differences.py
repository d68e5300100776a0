"""The reasons for differences are seen in the objects, and what shows none is told as such."""

import copy
from pathlib import Path
from typing import Any

from hardstand.engine.settings import Settings
from hardstand.model.run import Run
from tests.cluster.differences import Reason, differences, key_of
from tests.engine.live import scan_live
from tests.sources.clusters import deployment


def told(written: list[dict[str, Any]], held: list[dict[str, Any]]) -> list[tuple[str, Reason]]:
    runs: list[Run] = [scan_live(given, Settings(complete=True, cluster="c")) for given in (written, held)]
    sides = [{key_of(one): one for one in given} for given in (written, held)]
    found = differences(runs[0].findings, runs[1].findings, written=sides[0], held=sides[1])
    return sorted({(one.finding.control, one.reason) for one in found})


def test_the_same_has_no_difference() -> None:
    assert told([deployment()], [deployment()]) == []


def test_what_the_server_made() -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}}
    found = told([deployment()], [deployment(), account])
    assert ("automounting-service-account", Reason.SERVER_MADE) in found
    assert {reason for _, reason in found} == {Reason.SERVER_MADE}


def test_what_the_server_filled_in() -> None:
    probe: dict[str, Any] = {"httpGet": {"path": "/", "port": 80}}
    filled = {**probe, "timeoutSeconds": 1, "periodSeconds": 10}
    written = deployment(livenessProbe=probe, readinessProbe={**filled})
    held = deployment(livenessProbe={**filled}, readinessProbe={**filled})
    assert told([written], [held]) == [("identical-probes", Reason.DEFAULTED)]


def test_what_the_server_writes_in_another_form() -> None:
    budget = {
        "apiVersion": "policy/v1beta1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    }
    found = told([budget], [{**budget, "apiVersion": "policy/v1"}])
    assert found != []
    assert {reason for _, reason in found} == {Reason.CONVERTED}


def test_what_shows_no_reason_is_told(tmp_path: Path) -> None:
    other = copy.deepcopy(deployment())
    other["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/web:latest"
    found = told([deployment()], [other])
    assert found != []
    assert {reason for _, reason in found} == {Reason.NONE}
