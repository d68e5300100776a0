"""Bindings of a watched cluster that end by themselves: when each is over, and their removal.

Only what the control `expired-binding` finds, and nobody has excepted, is removed. It is read once more before, and the
removal names the version that was read: whoever has given it a later end meanwhile keeps it.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hardstand.analysis.rbac.expiry import EXPIRES, moment
from hardstand.engine.findings import Page
from hardstand.inventory.views.rbac import Binding
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.kind import Kind
from hardstand.model.removal import Removal
from hardstand.model.verdict import Action, Verdict
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ClusterError, NotFoundError
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.writing import delete

CONTROL = "expired-binding"

RESOURCES: Mapping[str, Resource] = {
    name: Resource(Kind("rbac.authorization.k8s.io", name), "v1", plural, namespaced=namespaced)
    for name, plural, namespaced in (
        ("RoleBinding", "rolebindings", True),
        ("ClusterRoleBinding", "clusterrolebindings", False),
    )
}
"""The resources of bindings, by the names of their kinds."""

_KINDS = frozenset(one.name for one in Binding.kinds)
_MARK = EXPIRES.encode()
_AGAIN = 60.0
"""Seconds before what could not be removed is tried again."""


class Expiring:
    """The ends of the bindings that are there, by the names of their pages."""

    def __init__(self) -> None:
        self._ends: dict[str, datetime] = {}
        self._over: set[str] = set()
        self._later: dict[str, float] = {}

    def take(self, pages: Iterable[Page], gone: Iterable[str]) -> None:
        """Note what came and what went."""
        for name in gone:
            self._forget(name)
        for page in pages:
            self._forget(page.name)
            end = _end(page.data) if _MARK in page.data else None
            if end is not None:
                self._ends[page.name] = end

    def due(self, now: datetime) -> list[str]:
        """Those whose end has come since this was asked last."""
        found = sorted(name for name, end in self._ends.items() if end <= now and name not in self._over)
        self._over.update(found)
        return found

    def over(self) -> list[str]:
        """All whose end has come, but for those that could not be removed a moment ago."""
        clock = time.monotonic()
        return sorted(name for name in self._over if self._later.get(name, clock) <= clock)

    def postpone(self, name: str) -> None:
        """Leave one alone for a while."""
        self._later[name] = time.monotonic() + _AGAIN

    def _forget(self, name: str) -> None:
        self._ends.pop(name, None)
        self._over.discard(name)
        self._later.pop(name, None)


def found_over(findings: Iterable[Finding]) -> Finding | None:
    """The finding that a binding is over, if there is one that nobody has excepted or switched off."""
    for one in findings:
        if one.control == CONTROL and one.verdict is Verdict.FAIL and one.action in (Action.BLOCK, Action.WARN):
            return one
    return None


def planned(client: Client, found: Iterable[Finding], now: datetime) -> Iterator[Removal]:
    """What is to be removed, each read anew; what is not over any more is left out."""
    for one in found:
        ref = one.object
        try:
            there = client.get(_path(ref))
        except NotFoundError:
            continue
        except ClusterError as error:
            yield Removal(ref, "", {}, str(error))
            continue
        text = str(((there.get("metadata") or {}).get("annotations") or {}).get(EXPIRES) or "")
        try:
            over = moment(text) <= now
        except (ValueError, OverflowError):
            continue
        if over:
            there["metadata"].pop("managedFields", None)
            yield Removal(ref, text, there)


def carried_out(client: Client, one: Removal) -> Removal:
    """Remove a binding, if it is still as it was read."""
    try:
        delete(client, RESOURCES[one.ref.kind], one.was)
    except NotFoundError:
        return one  # Somebody else was faster.
    except ClusterError as error:
        return replace(one, failed=f"{error}; {error.hint}" if error.hint else str(error))
    return one


def _path(ref: ObjectRef) -> str:
    return RESOURCES[ref.kind].path(ref.namespace, ref.name)


def _end(data: bytes) -> datetime | None:
    """When a binding is over; None where it says no time, or is none."""
    try:
        found: Any = json.loads(data)
        if found["kind"] not in _KINDS:
            return None
        return moment(found["metadata"]["annotations"][EXPIRES])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
