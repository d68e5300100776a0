"""A campaign: which grants are reviewed, by whom, until when, and what is known of each.

Written once, when it is opened; answers name its digest, so that whoever signs them signs what was asked, too.
`spec/review.v1.schema.json` has the form.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hardstand.analysis.rbac.rule import Rule
from hardstand.model.right import Right, right_from

SCHEMA = "hardstand.dev/review/v1"
FILE = "campaign.json"


class CampaignError(Exception):
    """A campaign that cannot be read; the message says what is wrong with it."""


class Decision(StrEnum):
    """What becomes of a grant."""

    KEEP = "keep"
    NARROW = "narrow"
    REMOVE = "remove"


class Told(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Power:
    """Whether a grant is part of a way to become the cluster's administrator."""

    told: Told
    steps: tuple[str, ...] = ()
    """The way, one step each; or the reason why it is not known."""


UNTOLD = Power(Told.UNKNOWN, ("nobody has looked for paths",))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the reviewer is advised to answer, and why."""

    decision: Decision
    reason: str
    to: str = ""
    """With narrow, the role that is enough: `ClusterRole/view`."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a grant of Kubernetes stands, so that it can be taken away."""

    binding: str
    """The key of the binding among the campaign's."""
    role: str
    """The key of the role among the campaign's."""
    subject: Mapping[str, str]
    """As the binding names it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A grant that somebody is asked about."""

    right: Right
    reviewer: str
    power: Power
    suggestion: Suggestion
    orphan: str = ""
    """What of it is not there: `there is no ServiceAccount shop/web`."""
    expires: str | None = None
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that is asked."""

    id: str
    started: str
    """RFC 3339, UTC."""
    due: date
    """The last day on which an answer is in time, in UTC."""
    tool: str
    """The version of Hardstand that made it."""
    cluster: str | None
    items: tuple[Item, ...]
    roles: Mapping[str, Sequence[Rule] | None]
    """What each role allowed, by `ClusterRole/edit` or `Role/shop/reader`; None where it could not be told."""
    bindings: Mapping[str, Mapping[str, Any]]
    """The bindings as they stood, by `ClusterRoleBinding/x` or `RoleBinding/shop/x`."""
    left_out: int = 0
    """Grants that Kubernetes makes by itself and nobody has changed."""
    unknown: tuple[str, ...] = ()
    """Why there may be grants that it does not have."""

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Whoever is asked, sorted."""
        return tuple(sorted({one.reviewer for one in self.items}))

    def of(self, reviewer: str) -> tuple[Item, ...]:
        """What somebody is asked."""
        return tuple(one for one in self.items if one.reviewer == reviewer)

    def as_bytes(self) -> bytes:
        """The file, the same for the same campaign."""
        told = {
            "schema": SCHEMA,
            "id": self.id,
            "started": self.started,
            "due": self.due.isoformat(),
            "tool": {"name": "hardstand", "version": self.tool},
            "cluster": self.cluster,
            "left_out": self.left_out,
            "unknown": list(self.unknown),
            "reviewers": list(self.reviewers),
            "grants": [_item(one) for one in self.items],
            "roles": {
                key: None if rules is None else [_rule(one) for one in rules] for key, rules in self.roles.items()
            },
            "bindings": self.bindings,
        }
        return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def digest(data: bytes) -> str:
    """What answers name: the SHA-256 of the campaign's file."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def campaign_in(data: bytes) -> Campaign:
    """The campaign that a file holds. CampaignError where it is none."""
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise CampaignError(f"it is no campaign of {SCHEMA}")
        made = Campaign(
            id=str(found["id"]),
            started=str(found["started"]),
            due=date.fromisoformat(found["due"]),
            tool=str(found["tool"]["version"]),
            cluster=found["cluster"],
            items=tuple(_read_item(one) for one in found["grants"]),
            roles={
                key: None
                if rules is None
                else tuple(Rule(**{name: tuple(one[name]) for name in _PARTS}) for one in rules)
                for key, rules in found["roles"].items()
            },
            bindings=found["bindings"],
            left_out=found["left_out"],
            unknown=tuple(found["unknown"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CampaignError(f"it is not as {SCHEMA} has it: {error!r}") from None
    if len({one.right.id for one in made.items}) != len(made.items):
        raise CampaignError("it has two grants of one name")
    return made


_PARTS = ("verbs", "groups", "resources", "names", "urls")


def _rule(one: Rule) -> dict[str, list[str]]:
    return {name: list(getattr(one, name)) for name in _PARTS}


def _item(one: Item) -> dict[str, Any]:
    return {
        **one.right.as_json(),
        "reviewer": one.reviewer,
        "path_to_power": {"told": one.power.told.value, "steps": list(one.power.steps)},
        "suggestion": asdict(one.suggestion),
        "orphan": one.orphan,
        "expires": one.expires,
        "bound": None if one.bound is None else asdict(one.bound),
    }


def _read_item(found: Mapping[str, Any]) -> Item:
    power, suggestion, bound = found["path_to_power"], found["suggestion"], found["bound"]
    return Item(
        right=right_from(found),
        reviewer=str(found["reviewer"]),
        power=Power(Told(power["told"]), tuple(power["steps"])),
        suggestion=Suggestion(Decision(suggestion["decision"]), suggestion["reason"], suggestion["to"]),
        orphan=found["orphan"],
        expires=found["expires"],
        bound=None if bound is None else Bound(bound["binding"], bound["role"], bound["subject"]),
    )
