"""The least rights that each verb needs in a cluster, from what the controls ask for: so they cannot be out of date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hardstand.model.kind import Kind

READING: Mapping[str, Sequence[str]] = {
    "scan": ("list",),
    "snapshot": ("list",),
    "watch": ("list", "watch"),
    "gate": ("list", "watch"),
}
"""What each verb of the command line does with every kind that the controls ask for."""

_NAMESPACE = Kind("", "Namespace")


def cluster_role(verb: str, resources: Iterable[tuple[Kind, str]], *, chosen: bool = False) -> dict[str, Any]:
    """The ClusterRole for a verb of the command line. `resources`: kinds with their plural names.

    `chosen`: it is bound in some namespaces only (by RoleBindings there), which are then read by their names.
    """
    by_verbs: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for kind, plural in resources:
        verbs = ("get",) if chosen and kind == _NAMESPACE else tuple(READING[verb])
        by_verbs[kind.group, verbs].add(plural)
    rules = [
        {"apiGroups": [group], "resources": sorted(plurals), "verbs": list(verbs)}
        for (group, verbs), plurals in sorted(by_verbs.items())
    ]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": f"hardstand-{verb}"},
        "rules": rules,
    }


def as_yaml(roles: Sequence[Mapping[str, Any]]) -> str:
    """Roles for `kubectl apply -f -`."""
    return "".join(_one(role) for role in roles)


def _one(role: Mapping[str, Any]) -> str:
    lines = [
        "---",
        f"apiVersion: {role['apiVersion']}",
        f"kind: {role['kind']}",
        "metadata:",
        f"  name: {role['metadata']['name']}",
        "rules:" if role["rules"] else "rules: []",
    ]
    for rule in role["rules"]:
        lines.append(f'- apiGroups: ["{rule["apiGroups"][0]}"]')
        lines.append("  resources:")
        lines += [f"  - {name}" for name in rule["resources"]]
        lines.append(f"  verbs: [{', '.join(rule['verbs'])}]")
    return "\n".join(lines) + "\n"
