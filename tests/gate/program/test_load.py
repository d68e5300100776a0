"""Under a steady load: the gate killed, gone, its certificate changed, the API server killed. Nothing is lost beyond what
the failure policy says, and nothing that is to be blocked is ever there."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import OVERLAP
from tests.cluster.certificates import Authority, Pair
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.asking import PRIVILEGED, Became, Client, Load, Times, pod, proven
from tests.gate.program.balancing import Balancer
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import CONFIGURATION, HERE, Gate, declare, emptied, gates

FAILURES = {"critical": "fail", "high": "ignore", "medium": "ignore", "low": "ignore"}


def baseline(**more: Any) -> dict[str, Any]:
    """Refuses privileged pods; time-outs are long, since the machine that tests run on may be busy."""
    modes = [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}]
    return {"modes": modes, "gate": {"failure_policy": FAILURES, "timeout": "30s", **more}}


def test_killed_and_started_again_the_failure_policy_decides_and_only_meanwhile(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    """One namespace has the policy to let pass, since what runs there is known; the other could be anything."""
    strict, soft = space(), space()
    gated_cluster.apply(pod("first"), namespace=soft)
    declare(tmp_path, baseline())
    gate, down = Gate(tmp_path, gated_cluster.kubeconfig), Times()
    with gates(gated_cluster, gate):
        eventually(lambda: soft in ignoring(gated_cluster), "the webhook that lets pass")
        assert strict not in ignoring(gated_cluster)
        with Load(gated_cluster, [strict, soft]) as load:
            for _ in range(2):
                down.begin()
                gate.kill()
                load.more(40)
                gate.restart()
                down.end()
                load.more(60)
        assert load.count(Became.UNREACHED) > 0
        assert any(one.privileged and one.became is Became.ADMITTED for one in load.asked), "the soft one lets pass"
        proven(load, ignoring=[soft], gate=down)
        well(gate)


def test_of_two_that_go_one_after_the_other_no_request_is_lost(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    namespace = space()
    declare(tmp_path, baseline())
    with Balancer(ports := []) as balancer:  # type: ignore[var-annotated]
        url = f"https://{HERE}:{balancer.port}"
        both = [Gate(emptied(tmp_path / name), gated_cluster.kubeconfig, url=url) for name in ()]
        del both, ports
    del namespace


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path / "authority", "webhooks")


def ignoring(cluster: Cluster) -> list[str]:
    """The namespaces that the webhook which lets pass is about."""
    for one in cluster.get(CONFIGURATION)["webhooks"]:
        for selected in one["namespaceSelector"]["matchExpressions"]:
            if one["failurePolicy"] == "Ignore" and selected["operator"] == "In":
                return list(selected["values"])
    return []


def well(*several: Gate) -> None:
    """That the gates have answered everything that they were asked."""
    for gate in several:
        errors = {name: value for name, value in gate.metrics().items() if "_refused_total{" in name or '"error"' in name}
        assert not errors
        assert not gate.heard(r"unexpected|Error|could not"), "".join(gate.said)
