"""The data on what Kubernetes makes by itself: `kubernetes.json`, which `scripts/default_roles.py` writes.

Source: the bootstrap policy of Kubernetes' RBAC authorizer (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). A rule is
a line, `VERBS GROUPS RESOURCES [NAMES]` or `VERBS PATHS`, each a list with commas, and its value the versions that have
it: `1.26-1.28,1.30-`, empty for all. What is `gated` is there only where somebody turns a feature gate on.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Who, parse

Versions = frozenset[int]
"""Places in `Known.versions`."""
Key = tuple[str, str]
"""Namespace and name; the namespace is empty for what lies in none."""


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role of some versions."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    """Those by which other roles aggregate it."""
    aggregates: tuple[Mapping[str, str], ...]
    """Labels, of which a role that it aggregates has all of one."""
    rules: tuple[tuple[Rule, Versions], ...]
    gated: tuple[tuple[Rule, Versions], ...]

    def at(self, version: int, *, gated: bool = False) -> tuple[Rule, ...]:
        """Its own rules at a version; with `gated`, also those that wait for a feature gate."""
        parts = (*self.rules, *self.gated) if gated else self.rules
        return tuple(rule for rule, versions in parts if version in versions)


@dataclass(frozen=True, slots=True)
class KnownBinding:
    """A binding of some versions."""

    name: str
    namespace: str
    role_kind: str
    role_name: str
    versions: Versions
    subjects: tuple[tuple[Who, Versions], ...]

    def at(self, version: int) -> tuple[Who, ...]:
        """Its subjects at a version."""
        return tuple(who for who, versions in self.subjects if version in versions)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is known."""

    versions: tuple[str, ...]
    """Minor versions, `1.36`, oldest first."""
    roles: Mapping[Key, KnownRole]
    bindings: Mapping[Key, KnownBinding]

    def content(self, role: KnownRole, version: int, *, gated: bool = False) -> tuple[Rule, ...]:
        """The rules that count at a version: of a role that aggregates, those of what it aggregates, however deep."""
        if not role.aggregates:
            return role.at(version, gated=gated)
        parts = [one for one in self.roles.values() if one is not role and _selected(role, one)]
        return tuple(dict.fromkeys(rule for part in parts for rule in self.content(part, version, gated=gated)))


@cache
def known() -> Known:
    """The data, read at the first call and kept."""
    data = json.loads(files("hardstand.analysis.rbac").joinpath("kubernetes.json").read_text(encoding="utf-8"))
    minors = tuple(version.rpartition(".")[0] for version in data["versions"])
    spans = {text: _versions(text, minors) for text in _spans(data)}
    roles = [_role(entry, spans) for entry in data["roles"]]
    bindings = [_binding(entry, spans) for entry in data["bindings"]]
    return Known(
        minors,
        {(one.namespace, one.name): one for one in roles},
        {(one.namespace, one.name): one for one in bindings},
    )


def rule_of(line: str) -> Rule:
    """The rule that a line of the data says."""
    verbs, second, *rest = (tuple(word.split(",")) for word in line.split(" "))
    if not rest:
        return Rule(verbs, urls=second)
    groups = tuple("" if group == "core" else group for group in second)
    return Rule(verbs, groups, rest[0], rest[1] if len(rest) > 1 else ())


def _selected(role: KnownRole, other: KnownRole) -> bool:
    return any(wanted.items() <= other.labels.items() for wanted in role.aggregates)


def _spans(data: Any) -> set[str]:
    tables: Iterable[Mapping[str, str]] = (
        entry.get(part, {}) for kind in ("roles", "bindings") for entry in data[kind] for part in _SPANNED
    )
    return {
        "",
        *(span for table in tables for span in table.values()),
        *(one.get("in", "") for one in data["bindings"]),
    }


_SPANNED = ("rules", "gated", "subjects")


def _versions(text: str, minors: tuple[str, ...]) -> Versions:
    if not text:
        return frozenset(range(len(minors)))
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.update(range(minors.index(first), (minors.index(last) if last else len(minors) - 1) + 1))
    return frozenset(found)


def _role(entry: Any, spans: Mapping[str, Versions]) -> KnownRole:
    return KnownRole(
        entry["name"],
        entry.get("namespace", ""),
        entry.get("labels", {}),
        tuple(entry.get("aggregates", ())),
        tuple((rule_of(line), spans[span]) for line, span in entry.get("rules", {}).items()),
        tuple((rule_of(line), spans[span]) for line, span in entry.get("gated", {}).items()),
    )


def _binding(entry: Any, spans: Mapping[str, Versions]) -> KnownBinding:
    kind, _, name = entry["role"].partition(" ")
    return KnownBinding(
        entry["name"],
        entry.get("namespace", ""),
        kind,
        name,
        spans[entry.get("in", "")],
        tuple((parse(word), spans[span]) for word, span in entry.get("subjects", {}).items()),
    )
