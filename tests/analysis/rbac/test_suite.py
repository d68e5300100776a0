"""Kubernetes' own cases of its rule matcher: every one must agree."""

import json
from typing import Any

from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.roles import Role
from tests.analysis.rbac.written import manifest, role


def asked(case: dict[str, Any]) -> Request:
    request = case["request"]
    if not request["resourceRequest"]:
        return Request(request["verb"], path=request["path"])
    return Request(request["verb"], request.get("apiGroup", ""), request["resource"], request.get("subresource", ""))


def test_every_case_of_the_rule_matcher_agrees(suite: Any) -> None:
    lines = (suite("k8s_rbac") / "cases.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    said: dict[str, bool] = {}
    for case in cases:
        one: Role = role(manifest("asked", case["rule"]))
        assert not one.unreadable, case
        said[case["id"]] = one.allowing(asked(case)) is not None
    assert {case["id"]: case["expect"] for case in cases} == said
    assert (len(said), len(set(said.values()))) == (70, 2)
