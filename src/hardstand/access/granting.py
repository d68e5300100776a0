"""A grant that ends by itself: a binding whose annotations say until when, why, and by whom.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hardstand.analysis.rbac.expiry import EXPIRES, GRANTED_BY, REASON
from hardstand.analysis.rbac.who import Who

LONGEST = timedelta(hours=24)
"""For how long something is given at the most, where the baseline says nothing else."""

_GROUP = "rbac.authorization.k8s.io"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_KINDS = ("ClusterRole", "Role")


class GrantError(Exception):
    """Something that is not given; `hint` says what would be."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be given."""

    who: Who
    role_kind: str
    role_name: str
    namespace: str
    """Where; empty is everywhere."""
    length: timedelta
    reason: str
    by: str
    """Who gives it."""


def role_named(word: str, namespace: str) -> tuple[str, str]:
    """Kind and name of the role that a person means: `edit`, `ClusterRole/edit`, `Role/reader`.

    GrantError for what is none, and for a Role without a namespace.
    """
    kind, slash, name = word.rpartition("/")
    found = {one.lower(): one for one in _KINDS}.get(kind.lower()) if slash else "ClusterRole"
    if found is None or not name:
        raise GrantError(f"{word!r} is no role", "write NAME or ClusterRole/NAME, or with -n NS also Role/NAME")
    if found == "Role" and not namespace:
        raise GrantError(f"{word} is in one namespace", "say which with -n NS")
    return found, name


def binding(wish: Wish, now: datetime, longest: timedelta = LONGEST) -> dict[str, Any]:
    """The binding that gives it. GrantError where it is for longer than is allowed, or nobody says why."""
    if wish.length > longest:
        most = _shown(longest)
        raise GrantError(
            f"nothing is given for longer than {most}, and {_shown(wish.length)} is asked for",
            f"ask for {most} at the most; what is needed for ever goes through review, as a binding of its own",
        )
    if wish.length <= timedelta(0):
        raise GrantError("a grant lasts for some time", "write --for 4h")
    if not wish.reason.strip():
        raise GrantError("a grant has a reason", 'write --reason "…"')
    now = now.astimezone(UTC).replace(microsecond=0)
    ends = _written(now + wish.length)
    metadata: dict[str, Any] = {"name": _name(wish, ends)}
    if wish.namespace:
        metadata["namespace"] = wish.namespace
    metadata["annotations"] = {EXPIRES: ends, REASON: wish.reason.strip(), GRANTED_BY: wish.by}
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding" if wish.namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _GROUP, "kind": wish.role_kind, "name": wish.role_name},
        "subjects": [wish.who.written()],
    }


def _name(wish: Wish, ends: str) -> str:
    """A name that tells the grant from every other one, and what it is to a person."""
    said = f"{wish.who.word} {wish.role_kind}/{wish.role_name} {wish.namespace} {ends}"
    words = _NOT_IN_NAMES.sub("-", f"{wish.who.name}-{wish.role_name}".lower()).strip("-")[:180].strip("-")
    return f"grant-{words}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _shown(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    for size, letter in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0 and minutes > size:
            return f"{minutes // size}{letter}"
    return f"{minutes // 60}h" if minutes == 60 else f"{minutes}m"
