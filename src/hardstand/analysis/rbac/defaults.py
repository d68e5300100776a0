"""What Kubernetes makes by itself: its default roles and bindings, known by content, version by version.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings. They are noise in
a report, until somebody changes them: `is_default` tells, and `beyond` gives what of a role is worth judging.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Generic, TypeVar

from hardstand.analysis.rbac.atoms import Atom, atoms, split, together
from hardstand.analysis.rbac.default_data import KnownBinding, KnownRole, known
from hardstand.analysis.rbac.default_fit import Era, fitted
from hardstand.analysis.rbac.grants import Grant, subjects
from hardstand.analysis.rbac.roles import Role, Ruled
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Who
from hardstand.inventory.views.rbac import Binding
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.violation import MalformedFieldError

P = TypeVar("P")

_LABEL = "rbac.authorization.k8s.io/"
_BOOTSTRAPPING = {"kubernetes.io/bootstrapping": "rbac-defaults"}


@dataclass(frozen=True, slots=True)
class Default(Generic[P]):
    """A role or binding that has a default's name, beside the versions of Kubernetes whose content it is nearest to."""

    versions: tuple[str, ...]
    """Minor versions, oldest first; the differences are from the newest of them."""
    added: tuple[P, ...] = ()
    """Rules (of a role) or subjects (of a binding) that no version until then has."""
    removed: tuple[P, ...] = ()
    kept: tuple[P, ...] = ()
    """Those that only earlier versions have: an upgrade leaves them, so they are no change."""
    other: tuple[str, ...] = ()
    """What else differs, as words that follow the name: `gives ClusterRole admin`."""

    @property
    def unchanged(self) -> bool:
        """Whether nobody has changed it."""
        return not (self.added or self.removed or self.other)

    def __str__(self) -> str:
        first, last = self.versions[0], self.versions[-1]
        if self.unchanged:
            return f"as Kubernetes {first if first == last else f'{first} to {last}'} makes it"
        more = [f"has {part} more" for part in map(str, self.added)]
        less = [f"lacks {part}" for part in map(str, self.removed)]
        return f"other than Kubernetes {last} makes it: {'; '.join([*more, *less, *self.other])}"


def newest() -> str:
    """The newest version that is known, `1.37`."""
    return known().versions[-1]


def assumed(version: str | None = None) -> Mapping[str, Role]:
    """The ClusterRoles by name that a cluster of this version has by itself, not yet aggregated.

    `version` is as Kubernetes writes it (`v1.29.3`, `1.29`); one that is not known counts as the next older one that
    is, and None as the newest. ValueError for what is no version.
    """
    return _assumed(_place(version))


def bindings(version: str | None = None) -> tuple[tuple[KnownBinding, tuple[Who, ...]], ...]:
    """The bindings that a cluster of this version has by itself, each with its subjects there.

    `version` and errors as for `assumed`.
    """
    at = _place(version)
    return tuple((one, one.at(at)) for one in known().bindings.values() if at in one.versions)


def is_default(role: Role) -> Default[Rule] | None:
    """Compare a role with Kubernetes' own of its name; None where Kubernetes has none.

    What a role lacks is no change where it aggregates as it should: others bring it, and may not be in the input.
    """
    one = known().roles.get((role.namespace, role.name))
    if one is None:
        return None
    other = tuple(_other(role, one))
    if role.unreadable:
        return Default((newest(),), other=(f"cannot be read: {role.unreadable}", *other))
    small, large = split([ruled.rule for ruled in role.rules])
    fit = fitted(atoms(small), _eras(role.namespace, role.name))
    lacks = () if one.aggregates and not other else together(fit.removed)
    return Default(fit.versions, (*together(fit.added), *large), lacks, together(fit.kept), other)


def beyond(role: Role) -> Sequence[Ruled]:
    """The rules of a role that are not Kubernetes' own: all, where it is no default role; none, where it is unchanged.

    Of a changed one, those that name something that the default does not.
    """
    found = is_default(role)
    if found is None:
        return role.rules
    if not found.added:
        return ()
    small, large = split(found.added)
    more = atoms(small)
    return tuple(one for one in role.rules if one.rule in large or not more.isdisjoint(atoms(split([one.rule])[0])))


def default_binding(binding: Binding) -> Default[Who] | None:
    """Compare a binding with Kubernetes' own of its name; None where Kubernetes has none.

    MalformedFieldError where a field is not as Kubernetes has it.
    """
    one = known().bindings.get((binding.namespace or "", binding.name))
    if one is None:
        return None
    whom = frozenset(who for _, who in subjects(binding))
    gives = (binding.role.kind_ or "", binding.role.name or "")
    if gives != (one.role_kind, one.role_name):
        return Default((newest(),), tuple(sorted(whom)), other=(f"gives {' '.join(gives)}",))
    versions = known().versions
    eras = [Era(versions[at], frozenset(one.at(at)), frozenset(one.at(at))) for at in sorted(one.versions)]
    fit = fitted(whom, eras)
    return Default(fit.versions, tuple(sorted(fit.added)), tuple(sorted(fit.removed)), tuple(sorted(fit.kept)))


def default_grant(grant: Grant) -> bool:
    """Whether Kubernetes itself gives this role to this subject by a binding of this name, in any version."""
    one = known().bindings.get((grant.namespace, grant.binding.name))
    if one is None or (grant.role_kind, grant.role_name) != (one.role_kind, one.role_name):
        return False
    return any(who == grant.who for who, _ in one.subjects)


def _place(version: str | None) -> int:
    versions = known().versions
    if version is None:
        return len(versions) - 1
    asked = re.match(r"v?(\d+)\.(\d+)", version)
    if asked is None:
        raise ValueError(f"{version!r} is no version of Kubernetes; write one like {versions[-1]}")
    older = [at for at, one in enumerate(versions) if _numbers(one) <= (int(asked[1]), int(asked[2]))]
    return older[-1] if older else 0


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)


@cache
def _assumed(at: int) -> Mapping[str, Role]:
    found = {}
    for one in known().roles.values():
        rules = one.at(at)
        if one.namespace or not (rules or one.aggregates):
            continue
        found[one.name] = Role(
            one.name,
            "",
            tuple(Ruled(rule, one.name, place) for place, rule in enumerate(rules)),
            labels={**_BOOTSTRAPPING, **one.labels},
            aggregates=tuple(LabelSelector({"matchLabels": dict(wanted)}, ()) for wanted in one.aggregates),
        )
    return MappingProxyType(found)


@cache
def _eras(namespace: str, name: str) -> tuple[Era[Atom], ...]:
    held = known()
    one = held.roles[namespace, name]
    found: list[Era[Atom]] = []
    before: tuple[Sequence[Rule], Sequence[Rule]] = ((), ())
    for at, version in enumerate(held.versions):
        rules = held.content(one, at), held.content(one, at, gated=True)
        if found and rules == before:
            found.append(Era(version, found[-1].must, found[-1].may))
        elif rules[1]:
            found.append(Era(version, atoms(rules[0]), atoms(rules[1])))
        before = rules
    return tuple(found)


def _other(role: Role, one: KnownRole) -> Iterator[str]:
    """Differences that are none of its rules: what it aggregates, and what aggregates it."""
    if not _selects_alike(role.aggregates, one):
        yield "aggregates other roles" if role.aggregates else "aggregates no roles"
    labels = {key: value for key, value in role.labels.items() if key.startswith(_LABEL)}
    for key in sorted(labels.keys() | one.labels.keys()):
        if labels.get(key) != one.labels.get(key):
            yield f"is labelled {key}: {labels[key]!r}" if key in labels else f"is not labelled {key}"


def _selects_alike(selectors: Sequence[LabelSelector], one: KnownRole) -> bool:
    try:
        asked = {frozenset(selector.match_labels.items()) for selector in selectors}
        return asked == {frozenset(wanted.items()) for wanted in one.aggregates} and not any(
            selector.match_expressions for selector in selectors
        )
    except MalformedFieldError:
        return False
