"""The least rights that each verb needs in a cluster, from what the controls ask for: so they cannot be out of date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.gate.hooks import CONFIGURATION
from hardstand.gate.undecided import WITHHELD
from hardstand.model.kind import Kind

READING: Mapping[str, Sequence[str]] = {
    "scan": ("list",),
    "snapshot": ("list",),
    "fix": ("list",),
    "plan": ("list",),
    "rbac": ("list",),
    "net": ("list",),
    "blast": ("list",),
    "rehearse": ("list",),
    "watch": ("list", "watch"),
    "gate": ("list", "watch"),
}
"""What each verb of the command line does with every kind that the controls ask for."""

UNATTENDED = frozenset({"watch", "gate"})
"""The verbs that run in the cluster by themselves. No role of theirs has Secrets in it unless somebody asks for that:
whoever takes over such a process would have every password there is. The other verbs are run by a person."""

_NAMESPACE = Kind("", "Namespace")

Document = Mapping[str, Any]


def withheld(verb: str, kind: Kind, *, with_secrets: bool = False) -> bool:
    """Tell whether a kind is left out of a verb's roles, although controls ask for it."""
    return kind == WITHHELD and verb in UNATTENDED and not with_secrets


def roles(
    verb: str, resources: Iterable[tuple[Kind, str]], home: str, *, chosen: bool = False, applying: bool = False
) -> Sequence[Document]:
    """The roles for a verb of the command line. `resources`: kinds with their plural names.

    `home`: the gate's namespace. `chosen`: the ClusterRole is bound in some namespaces only (by RoleBindings there),
    which are read by their names. `applying`: the watch runs with `--apply`.
    """
    by_verbs: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for kind, plural in resources:
        verbs = ("get",) if chosen and kind == _NAMESPACE else tuple(READING[verb])
        by_verbs[kind.group, verbs].add(plural)
    rules = [_rule(group, sorted(plurals), verbs) for (group, verbs), plurals in sorted(by_verbs.items())]
    more = list(writing(verb, home, applying=applying))
    rules += [rule for rule, namespace in more if namespace is None]
    at_home = [rule for rule, namespace in more if namespace is not None]
    return [_role("ClusterRole", verb, rules), *([_role("Role", verb, at_home, home)] if at_home else [])]


def writing(verb: str, home: str, *, applying: bool = False) -> Iterator[tuple[Document, str | None]]:
    """The rules for what a verb writes with `--apply`, each with its namespace; None where they hold wherever bound.

    The arguments are those of `roles`.
    """
    if verb == "watch" and applying:
        yield _EXPIRED, None
    if verb == "gate":
        yield from ((rule, None) for rule in _WEBHOOKS)
        yield from ((rule, home) for rule in _CERTIFICATES)


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str], names: Sequence[str] = ()) -> Document:
    named = {"resourceNames": list(names)} if names else {}
    return {"apiGroups": [group], "resources": list(resources), **named, "verbs": list(verbs)}


_EXPIRED = _rule("rbac.authorization.k8s.io", ["clusterrolebindings", "rolebindings"], ("get", "delete"))
"""What the watch does with `--apply`: reads a binding whose time is over once more, and deletes it."""

_WEBHOOKS = [
    # Applied by the server (PATCH), which asks for `create` as well where there is none yet.
    _rule(
        "admissionregistration.k8s.io",
        ["validatingwebhookconfigurations"],
        ("create", "get", "patch"),
        [CONFIGURATION],
    )
]
"""What the gate writes with `--apply`, and only under these names."""

_CERTIFICATES = [
    _rule("", ["secrets"], ("get", "update"), ["hardstand-gate-certificates"]),
    _rule("", ["secrets"], ("create",)),  # The name of what is created is in no request that a rule could go by.
]


def _role(kind: str, verb: str, rules: Sequence[Document], namespace: str | None = None) -> Document:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": f"hardstand-{verb}", **({"namespace": namespace} if namespace else {})},
        "rules": list(rules),
    }


def as_yaml(documents: Iterable[Document]) -> str:
    """Roles for `kubectl apply -f -`."""
    return "".join(_one(role) for role in documents)


def _one(role: Document) -> str:
    lines = [
        "---",
        f"apiVersion: {role['apiVersion']}",
        f"kind: {role['kind']}",
        "metadata:",
        *(f"  {key}: {value}" for key, value in role["metadata"].items()),
        "rules:" if role["rules"] else "rules: []",
    ]
    for rule in role["rules"]:
        lines.append(f'- apiGroups: ["{rule["apiGroups"][0]}"]')
        lines.append("  resources:")
        lines += [f"  - {name}" for name in rule["resources"]]
        if "resourceNames" in rule:
            lines.append(f"  resourceNames: [{', '.join(rule['resourceNames'])}]")
        lines.append(f"  verbs: [{', '.join(rule['verbs'])}]")
    return "\n".join(lines) + "\n"
