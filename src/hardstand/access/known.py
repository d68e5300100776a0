"""Whom and which namespaces a picture knows, so that a mistyped name is not taken for one that may nothing."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardstand.analysis.rbac.defaults import bindings
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import ACCOUNTS, ANONYMOUS, MASTERS, Sort, Who, account
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace, ServiceAccount
from hardstand.inventory.views.rbac import AnyRole, Binding
from hardstand.inventory.views.workload import Workload
from hardstand.model.violation import MalformedFieldError, NotApplicableError

ACCOUNT_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = ((ServiceAccount, ()),)
"""What tells, besides roles and bindings, whether a service account is there."""

WORKLOAD_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Workload, ("pod.spec.serviceAccountName", "pod.spec.serviceAccount")),
)
"""What tells it in files: there a service account may be one that something runs as, and no object."""

NAMESPACE_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = ((Namespace, ()),)
"""What tells whether a namespace is there."""

_SHOWN = 3
_ALIKE = 0.6
"""How much of two names must be alike for the one to be taken for the other, of 1."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a picture knows by name. What was not read of the kinds above is not in it."""

    subjects: frozenset[Who]
    """Whom a binding names, and the service accounts that are there or that something runs as."""
    namespaces: frozenset[str]
    """Those that are there, and those that something lies in."""
    accounts_missing: str
    """Why there may be more service accounts; empty where there are not."""
    namespaces_missing: str
    """The same of namespaces."""

    @classmethod
    def of(cls, neighbours: Neighbours, permissions: Permissions) -> "Known":
        """What was read. Never raises: a workload that cannot be read names nobody."""
        accounts = [account(one.namespace or "", one.name) for one in neighbours.anywhere(ServiceAccount)]
        runs = list(_run(neighbours.anywhere(Workload)))
        names = {who for _, several in bindings() for who in several}
        subjects = frozenset({*permissions.subjects(), *accounts, *runs, *names})
        views: tuple[type[Subject], ...] = (AnyRole, Binding, ServiceAccount, Workload)
        homes = {one.namespace or "" for view in views for one in neighbours.anywhere(view)}
        homes |= {one.name for one in neighbours.anywhere(Namespace)}
        homes |= {who.namespace for who in permissions.subjects()}
        return cls(
            subjects,
            frozenset(homes - {""}),
            _gap(neighbours, ServiceAccount),
            _gap(neighbours, Namespace),
        )

    def names(self, who: Who) -> bool:
        """Tell whether somebody is known, or is one whom every API server knows without a binding."""
        if who in self.subjects:
            return True
        if who.sort is Sort.ACCOUNT:  # Every namespace has that account.
            return who.name == "default" and who.namespace in self.namespaces
        if who.sort is Sort.GROUP:
            return who.name == MASTERS or who.name.startswith(f"{ACCOUNTS}:")
        return who.name == ANONYMOUS or who.name.startswith("system:node:")

    def near(self, who: Who, prefix: str = "") -> list[Who]:
        """Who may have been meant, the likeliest first. `prefix`: what the API server puts before such names."""
        found = [Who(who.sort, f"{prefix}{who.name}")] if prefix and who.sort is not Sort.ACCOUNT else []
        found = [one for one in found if one in self.subjects and one != who]
        same = sorted(one for one in self.subjects if one.sort is who.sort)
        others = sorted(one for one in self.subjects if one.sort is not who.sort)
        found += [one for one in same if _bare(one) == _bare(who)]
        found += _alike(who, same)
        found += [one for one in others if one.name == who.name]
        return list(dict.fromkeys(found))[:_SHOWN]


def _run(workloads: Iterable[Workload]) -> Iterator[Who]:
    """The service accounts that something runs as."""
    for one in workloads:
        try:
            yield account(one.namespace or "", one.service_account)
        except (MalformedFieldError, NotApplicableError):
            continue


def _gap(neighbours: Neighbours, view: type[Subject]) -> str:
    gap = neighbours.gap(view, None, anywhere=True)
    return gap.reason if gap is not None else ""


def _bare(who: Who) -> str:
    """A name as people say it: without what an identity provider puts before it, and without the host of an address."""
    return who.name.rpartition(":")[2].partition("@")[0].lower()


def _alike(who: Who, several: Iterable[Who]) -> list[Who]:
    """Those whose names are nearly the same, the likest first; of service accounts the namespaces, too."""
    found = []
    for one in several:
        how = min(_likeness(_bare(who), _bare(one)), _likeness(who.namespace, one.namespace))
        if how >= _ALIKE:
            found.append((-how, one))
    return [one for _, one in sorted(found)]


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1
    matcher = difflib.SequenceMatcher(None, one.lower(), other.lower())
    # What is quickly told bounds the rest from above, and mostly ends it.
    quick = matcher.real_quick_ratio()
    return quick if quick < _ALIKE else matcher.ratio()
