"""What policies of Kubernetes and of administrators allow: the table beside this file, by both ways of asking."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.analysis.reach.connections import number_of
from hardstand.analysis.reach.estate import Estate
from tests.analysis.reach.written import estate_from, peer, pod

CASES = yaml.safe_load((Path(__file__).parent / "core.yaml").read_text())
PODS = ("shop/web", "shop/api", "shop/db", "other/client", "other/web")


def network(case: dict[str, Any]) -> Estate:
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}}
        for name in ("shop", "other")
    ]
    policies = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"policy-{at}", "namespace": "shop"},
            "spec": spec,
        }
        for at, spec in enumerate(case.get("policies", []))
    ]
    return estate_from([*namespaces, *map(pod, PODS), *case.get("also", []), *policies])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_allowed(case: dict[str, Any]) -> None:
    assert case["source"]
    made = network(case)
    for source, destination, protocol, port, allowed in case["probes"]:
        one, other = peer(made, source), peer(made, destination)
        probe = (source, destination, protocol, port)
        sure = number_of(protocol, port) in made.allowed(one, other)
        possible = number_of(protocol, port) in made.possible(one, other)
        told = True if sure else None if possible else False
        assert (*probe, told) == (*probe, allowed)
        traced = made.trace(one, other, protocol, port)
        assert (*probe, traced.allowed) == (*probe, allowed), traced.decisions
        assert traced.because
