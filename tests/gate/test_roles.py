"""Roles and bindings at the gate: Kubernetes' own come up, whoever writes them, and changes of others are judged."""

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from hardstand.baseline.load import load
from hardstand.engine import catalog
from hardstand.engine.words import vocabulary
from hardstand.gate.export import gatekeeper, kyverno, vap
from hardstand.gate.export.native import native
from hardstand.model.tier import Tier
from tests.gate.evaluating import Answer
from tests.gate.reviewing import allowed, answered, message, review, reviewer

BLOCK: Mapping[str, Any] = {"modes": [{"mode": "block", "control": "everything-allowed"}]}
RBAC = "rbac.authorization.k8s.io"
EVERYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
CONTROLS = [one for one in catalog.load() if one.id in ("everything-allowed", "user-in-binding")]
TODAY = date(2027, 1, 1)


def role(*rules: Mapping[str, Any], name: str = "all", **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": list(rules),
        **more,
    }


def asked(new: Mapping[str, Any], old: Mapping[str, Any] | None = None, user: str = "jane") -> dict[str, Any]:
    """The review of a ClusterRole that is made, or changed where there is an `old`."""
    kind = {"group": RBAC, "version": "v1", "kind": "ClusterRole"}
    resource = {"group": RBAC, "version": "v1", "resource": "clusterroles"}
    one = review(
        "namespace-create",
        kind=kind,
        requestKind=kind,
        resource=resource,
        requestResource=resource,
        name=new["metadata"]["name"],
        operation="CREATE" if old is None else "UPDATE",
        object=copy.deepcopy(new),
        oldObject=copy.deepcopy(old),
        userInfo={"username": user, "groups": ["system:authenticated"]},
    )
    one["request"].pop("namespace", None)
    return one


def test_a_role_that_allows_everything_is_refused() -> None:
    answer = answered(reviewer(BLOCK), asked(role(EVERYTHING)))
    assert not allowed(answer)
    assert "allows everything" in message(answer)
    assert allowed(answered(reviewer(BLOCK), asked(role(PODS))))


def test_a_change_of_rules_is_judged() -> None:
    gate = reviewer(BLOCK)
    assert not allowed(answered(gate, asked(role(PODS, EVERYTHING), role(PODS))))
    assert answered(gate, asked(role(EVERYTHING), role(EVERYTHING))).verdict == "passed"


def test_the_api_server_writes_its_own_roles_whatever_is_in_them() -> None:
    one = role(EVERYTHING, name="system:controller:of-a-later-version")
    assert allowed(answered(reviewer(BLOCK), asked(one, user="system:apiserver")))
    assert not allowed(answered(reviewer(BLOCK), asked(one)))


@pytest.mark.parametrize("user", ["system:apiserver", "jane"])
def test_kubernetes_own_roles_are_known_by_content(user: str) -> None:
    own = role(EVERYTHING, {"nonResourceURLs": ["*"], "verbs": ["*"]}, name="cluster-admin")
    assert allowed(answered(reviewer(BLOCK), asked(own, user=user)))


def test_the_controller_that_aggregates_may_write() -> None:
    parts = {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "all"}}]}}
    controller = "system:serviceaccount:kube-system:clusterrole-aggregation-controller"
    assert allowed(answered(reviewer(BLOCK), asked(role(EVERYTHING, **parts), role(**parts), controller)))


def made(text: str = "modes: [{mode: warn}, {mode: block, tier: high}]") -> Any:
    return native(CONTROLS, load(text.encode(), vocabulary(), today=TODAY), {"shop": Tier.HIGH}, day=TODAY)


def test_a_policy_judges_a_change_of_rules_and_of_subjects() -> None:
    found = {one.policy.control: one.policy for one in made().enforced}
    policy = found["everything-allowed"]
    assert not Answer(policy, role(PODS, EVERYTHING), old=role(PODS)).admitted
    assert not Answer(policy, role(EVERYTHING), old=role(EVERYTHING)).judged
    assert Answer(policy, role(EVERYTHING), user="system:apiserver").admitted
    binding = {"kind": "RoleBinding", "metadata": {"name": "a"}, "roleRef": {"kind": "Role", "name": "a"}}
    whom = {"subjects": [{"kind": "User", "name": "jane"}]}
    assert not Answer(found["user-in-binding"], {**binding, **whom}, old=binding).admitted


def test_a_mode_of_one_namespace_is_none_of_what_lies_outside() -> None:
    """A selector of namespaces lets through whatever lies in none, so the kinds say it."""
    only = [{"apiGroups": [RBAC], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": ["roles"]}]
    bindings = {one["metadata"]["name"]: one["spec"] for one in vap.written(made()) if one["kind"].endswith("Binding")}
    assert bindings["everything-allowed-deny.hardstand.dev"]["matchResources"]["resourceRules"] == only
    assert "resourceRules" not in bindings["everything-allowed-warn.hardstand.dev"]["matchResources"]
    policies = {one["metadata"]["name"]: one["spec"] for one in kyverno.written(made())}
    assert policies["everything-allowed-deny"]["matchConstraints"]["resourceRules"] == only
    both = policies["everything-allowed-warn"]["matchConstraints"]["resourceRules"]
    assert both[0]["resources"] == ["clusterroles", "roles"]
    kinds = [
        one["spec"]["match"]["kinds"]
        for one in gatekeeper.written(made())
        if one["kind"] == "HardstandEverythingAllowed"
    ]
    assert kinds == [
        [{"apiGroups": [RBAC], "kinds": ["Role"]}],
        [{"apiGroups": [RBAC], "kinds": ["ClusterRole", "Role"]}],
    ]
