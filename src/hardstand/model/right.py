"""A right that somebody has in some system: one shape for all of them, so that one review can ask about each."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Right:
    """Who may do what, where. What a system does not tell is None, which is unknown and never none."""

    system: str
    """`kubernetes`, `postgresql`, `aws`, `gcp`, `azure`, `github`, `gitlab`, `harbor`."""
    subject: str
    """Who, with its sort first: `user:jane`, `group:dev`, `serviceaccount:shop/web`, `role:app`."""
    right: str
    """What it is called there: `ClusterRole edit`, `SELECT`, `roles/owner`."""
    scope: str
    """Where it counts, with the sort first: `namespace/shop`, `database/shop`; `cluster`, `server` where it is all."""
    by: str
    """What gives it: a binding, a membership, a policy; as people name it."""
    place: str
    """Where it was read: a file with its line, or the address of a server, without any secret."""
    comes_to: tuple[str, ...] = ()
    """What it comes to in short, one rule, action or privilege each; nothing where its name says all."""
    since: str | None = None
    """When it was given: RFC 3339, UTC."""
    last_used: str | None = None
    """When it was last used: RFC 3339, UTC."""
    undo: str = ""
    """The statement of that system that takes it away, where there is one to write down."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from every other right, however it was given."""
        return (self.system, self.subject, self.scope, self.right)

    @property
    def id(self) -> str:
        """A short name that stays the same as long as the same is given in the same way."""
        said = json.dumps([*self.key, self.by], ensure_ascii=True).encode()
        return f"g-{hashlib.sha256(said).hexdigest()[:12]}"

    def __str__(self) -> str:
        return f"{self.subject} has {self.right} in {self.system} {self.scope}, by {self.by}"

    def as_json(self) -> dict[str, Any]:
        """The right as it is written."""
        return {
            "id": self.id,
            "system": self.system,
            "subject": self.subject,
            "right": self.right,
            "scope": self.scope,
            "by": self.by,
            "place": self.place,
            "comes_to": list(self.comes_to),
            "since": self.since,
            "last_used": self.last_used,
            "undo": self.undo,
        }


def right_from(found: Mapping[str, Any]) -> Right:
    """The right that `as_json` wrote. ValueError where it is none."""
    words = {name: found.get(name) for name in ("system", "subject", "right", "scope", "by", "place", "undo")}
    times = {name: found.get(name) for name in ("since", "last_used")}
    comes_to = found.get("comes_to")
    if not all(isinstance(one, str) for one in words.values()):
        raise ValueError("a right has the texts system, subject, right, scope, by, place and undo")
    if not all(one is None or isinstance(one, str) for one in times.values()):
        raise ValueError("`since` and `last_used` of a right are texts or null")
    if not isinstance(comes_to, list) or not all(isinstance(one, str) for one in comes_to):
        raise ValueError("`comes_to` of a right is a list of texts")
    made = Right(**words, **times, comes_to=tuple(comes_to))  # type: ignore[arg-type]
    if found.get("id") != made.id:
        raise ValueError(f"the right {str(found.get('id'))!r} is not what its name says")
    return made
