"""Controls about all of the network, in a scan: what could not be had makes them unknown, and never a pass."""

from datetime import date
from typing import Any

import pytest

from hardstand.engine.settings import Settings
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.verdict import Verdict, Why
from tests.engine.live import scan_live
from tests.engine.test_live_pages import deployment

SETTINGS = Settings(complete=True, cluster="test", today=date(2026, 8, 1), verdicts=True)
SHUT: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "shut"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
}  # fmt: skip


def store() -> dict[str, Any]:
    made = deployment()
    made["spec"]["template"]["spec"]["containers"][0] |= {"image": "postgres:16", "ports": [{"containerPort": 5432}]}
    return made


def verdicts(*gaps: Gap) -> dict[str, tuple[Verdict, Why | None]]:
    web = store()
    shut = {**SHUT, "metadata": {"name": "shut", "namespace": web["metadata"].get("namespace", "default")}}
    run = scan_live([web, shut, *gaps], SETTINGS)
    return {one.control: (one.verdict, one.why) for one in run.verdicts or () if one.object.kind == "Deployment"}


CONTROLS = ("metadata-endpoint-reachable", "data-store-reachable-from-outside")


@pytest.mark.parametrize("control", CONTROLS)
def test_what_could_be_read_passes(control: str) -> None:
    assert verdicts()[control] == (Verdict.PASS, None)


@pytest.mark.parametrize("kind", [Kind("cilium.io", "CiliumNetworkPolicy"), Kind("networking.k8s.io", "NetworkPolicy")])
@pytest.mark.parametrize("control", CONTROLS)
def test_policies_that_may_not_be_listed_leave_it_open(kind: Kind, control: str) -> None:
    gap = Gap(kind, None, Why.MAY_NOT_LIST, f"{kind.name} may not be listed")
    assert verdicts(gap)[control] == (Verdict.UNKNOWN, Why.MAY_NOT_LIST)


@pytest.mark.parametrize("control", CONTROLS)
def test_services_that_may_not_be_listed_are_no_pass(control: str) -> None:
    gap = Gap(Kind("", "Service"), None, Why.MAY_NOT_LIST, "services may not be listed")
    assert verdicts(gap)[control][0] is Verdict.UNKNOWN
