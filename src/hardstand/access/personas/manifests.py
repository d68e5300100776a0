"""The roles and bindings of personas, as Kubernetes takes them. The same personas always give the same text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.access.personas.places import Home
from hardstand.access.personas.standing import Standing
from hardstand.analysis.rbac.expiry import EXPIRES
from hardstand.analysis.rbac.rule import Rule
from hardstand.text.yaml_writing import documents

PREFIX = "hardstand:persona:"
_API = "rbac.authorization.k8s.io"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""What a persona may be called to be the value of a label.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

Manifest = Mapping[str, Any]


def manifests(personas: Iterable[Standing], until: str = "") -> tuple[Manifest, ...]:
    """The ClusterRoles that the personas need, and bindings to their holders.

    `until`: the end of the bindings of personas that are for a while, as RFC 3339 writes a time.

    ValueError for a persona whose name no label can have.
    """
    listed = list(personas)
    for one in listed:
        if not _NAME.fullmatch(one.name):
            raise ValueError(f"the persona {one.name!r} cannot be told in labels: use small letters, digits and -")
    roles = {role["metadata"]["name"]: role for one in listed for role in _roles(one)}
    bindings = [binding for one in listed if one.holders for binding in _bindings(one, until)]
    return (*(roles[name] for name in sorted(roles)), *bindings)


def as_yaml(found: Iterable[Manifest]) -> str:
    """The manifests for `kubectl apply -f -`."""
    return "".join(documents(found))


def _roles(one: Standing) -> Iterator[Manifest]:
    """The roles of a persona. Those that are like the same built-in one share its roles."""
    for suffix, rules in _parts(one):
        if rules and not one.rights.role:
            yield {
                "apiVersion": f"{_API}/v1",
                "kind": "ClusterRole",
                "metadata": {"name": _role_name(one, suffix), "labels": _labels(one.like or one.name)},
                "rules": [rule.written() for rule in rules],
            }


def _bindings(one: Standing, until: str) -> Iterator[Manifest]:
    homes = {"": one.home, ":everywhere": Home(everywhere=True), ":outside-production": one.outside_production}
    for suffix, rules in _parts(one):
        if not rules:
            continue
        role = one.rights.role or _role_name(one, suffix)
        home = homes[suffix]
        if home.everywhere:
            yield _binding(one, suffix, role, "", until)
            continue
        for namespace in home.namespaces:
            yield _binding(one, suffix, role, namespace, until)


def _parts(one: Standing) -> Sequence[tuple[str, Sequence[Rule]]]:
    rights = one.rights
    return (
        (":everywhere", rights.everywhere),
        ("", rights.within),
        (":outside-production", rights.outside_production),
    )


def _role_name(one: Standing, suffix: str) -> str:
    return f"{PREFIX}{one.like or one.name}{suffix}"


def _binding(one: Standing, suffix: str, role: str, namespace: str, until: str) -> Manifest:
    name = f"{PREFIX}{one.name}{'' if one.rights.role else suffix}"
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = _labels(one.name)
    notes = {EXPIRES: until} if until and one.for_a_while else {}
    if one.break_glass:
        notes["hardstand.dev/break-glass"] = "for emergencies only; each use is to be explained"
    if notes:
        metadata["annotations"] = notes
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _API, "kind": "ClusterRole", "name": role},
        "subjects": [who.written() for who in sorted(set(one.holders))],
    }


def _labels(persona: str) -> Mapping[str, str]:
    return {"app.kubernetes.io/managed-by": "hardstand", "hardstand.dev/persona": str(persona)}
