"""Roles and bindings written as YAML, and what they come to."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.roles import Role, role_of
from hardstand.analysis.rbac.rule import Rule
from hardstand.inventory.views.rbac import AnyRole, Binding
from tests.analysis.objects import as_objects, objects, world

API = "rbac.authorization.k8s.io"


def permissions(text: str, *, settled: bool = False, assumed: Iterable[Role] = ()) -> Permissions:
    """Those of a text of YAML documents."""
    return Permissions.of(world(objects(text), RBAC_READS), settled=settled, assumed=assumed)


def manifest(name: str, *rules: Mapping[str, Any], kind: str = "ClusterRole", **metadata: Any) -> dict[str, Any]:
    """A role as it is decoded."""
    return {
        "apiVersion": f"{API}/v1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "rules": [dict(rule) for rule in rules],
    }


def role(data: Mapping[str, Any]) -> Role:
    """The role that a manifest is, with its own rules."""
    (one,) = as_objects(dict(data))
    return role_of(AnyRole(one))


def binding(text: str) -> Binding:
    """The binding that a text is."""
    (one,) = as_objects(yaml.safe_load(text))
    return Binding(one)


def raw(rule: Rule) -> dict[str, list[str]]:
    """A rule as manifests have it."""
    named = {
        "verbs": rule.verbs,
        "apiGroups": rule.groups,
        "resources": rule.resources,
        "resourceNames": rule.names,
        "nonResourceURLs": rule.urls,
    }
    return {field: list(words) for field, words in named.items() if words}
