"""What Kubernetes makes by itself is no noise; what somebody adds to it is found."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hardstand.analysis.rbac.defaults import bindings
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.cli.main import main

RBAC = "rbac.authorization.k8s.io"
Object = dict[str, Any]


def rule_of(rule: Rule) -> Object:
    named = {
        "verbs": rule.verbs,
        "apiGroups": rule.groups,
        "resources": rule.resources,
        "resourceNames": rule.names,
        "nonResourceURLs": rule.urls,
    }
    return {key: list(value) for key, value in named.items() if value}


def object_of(role: Role) -> Object:
    metadata: Object = {"name": role.name, "labels": dict(role.labels)}
    if role.namespace:
        metadata["namespace"] = role.namespace
    found: Object = {"apiVersion": f"{RBAC}/v1", "kind": role.kind, "metadata": metadata}
    if role.aggregates:
        selectors = [{"matchLabels": dict(one.match_labels)} for one in role.aggregates]
        return {**found, "aggregationRule": {"clusterRoleSelectors": selectors}}
    return {**found, "rules": [rule_of(one.rule) for one in role.rules]}


def subject_of(who: Who) -> Object:
    if who.sort is Sort.ACCOUNT:
        return {"kind": "ServiceAccount", "name": who.name, "namespace": who.namespace}
    return {"apiGroup": RBAC, "kind": str(who.sort), "name": who.name}


def defaults() -> dict[str, Object]:
    """All that a cluster has when it starts, by kind and name."""
    found = [object_of(one) for one in own_roles().values()]
    for one, whom in bindings():
        kind = "RoleBinding" if one.namespace else "ClusterRoleBinding"
        metadata = {"name": one.name, **({"namespace": one.namespace} if one.namespace else {})}
        found.append(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": kind,
                "metadata": metadata,
                "roleRef": {"apiGroup": RBAC, "kind": one.role_kind, "name": one.role_name},
                "subjects": [subject_of(who) for who in whom],
            }
        )
    return {f"{one['kind']} {one['metadata']['name']}": one for one in found}


def findings(objects: Iterable[Object], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[Mapping[str, Any]]:
    path = folder / "objects.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}), encoding="utf-8")
    main(["scan", str(path), "--complete", "--format", "json", "--select", "identity"])
    return [one for one in json.loads(capsys.readouterr().out)["findings"] if one["verdict"] == "fail"]


def said(found: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((one["control"], one["object"]["name"], one["severity"]) for one in found)


ADMIN = ("cluster-admin-granted", "cluster-admin", "high")


def test_only_the_binding_of_cluster_admin_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = defaults()
    assert len(every) > 130
    assert said(findings(every.values(), tmp_path, capsys)) == [ADMIN]


def test_what_is_added_to_them_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = defaults()
    more = {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]}
    every["ClusterRole system:node-problem-detector"]["rules"].append(more)
    every["ClusterRoleBinding system:discovery"]["subjects"].append(subject_of(Who(Sort.USER, "jane")))
    every["ClusterRole system:aggregate-to-view"]["rules"].append({**more, "resources": ["pods/exec"]})
    assert said(findings(every.values(), tmp_path, capsys)) == [
        ADMIN,
        ("exec-right", "system:aggregate-to-view", "medium"),
        ("people-and-machines-together", "system:discovery", "low"),
        ("token-creation-right", "system:node-problem-detector", "high"),
        ("user-in-binding", "system:discovery", "low"),
    ]


def test_a_name_alone_excuses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = {"kubernetes.io/bootstrapping": "rbac-defaults"}
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    for name in ("system:discovery", "system:of-my-own"):
        one = {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRole",
            "metadata": {"name": name, "labels": labels},
            "rules": rules,
        }
        assert ("everything-allowed", name, "high") in said(findings([one], tmp_path, capsys))
