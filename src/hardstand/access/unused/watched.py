"""What logs tell of who did something lately, and whether they tell of the time that is asked about at all.

Time is counted back from the last event: what was done since then no log tells.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hardstand.access.least.telling import moment
from hardstand.access.used import Used, Window, last_seen
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.baseline.baseline import Baseline

CONTROL = "unused-identity"
"""The control that says the same as a finding."""

UNUSED_AFTER = timedelta(days=90)
"""Where no baseline says. Source: PCI DSS 4.0.1, 8.2.6: inactive accounts are removed or disabled within 90 days."""

_SILENT = 7
"""Days without any event, after which a part of the logs is taken to be missing: the components of a cluster alone ask
its API server every few seconds, and where these are not logged, whoever is logged does something within a week.
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """The last time that some logs tell of, up to their last event."""

    window: Window
    allowed: timedelta
    """How long somebody may do nothing."""
    seen: Mapping[Who, datetime]
    """When each user, service account and group last did anything."""
    groupless: bool = False
    """Some events do not tell the groups of users."""
    unreadable: bool = False
    """A part of the logs cannot be read."""

    @classmethod
    def of(cls, used: Used, window: Window, allowed: timedelta, *, unreadable: bool) -> "Watched":
        """What was used, as it tells of time."""
        return cls(window, allowed, last_seen(used), used.groupless, unreadable)

    @property
    def limit(self) -> datetime:
        """Whoever did nothing since then did nothing for too long."""
        return self.window.last - self.allowed

    def active(self, who: Who) -> bool:
        """Tell whether somebody did something within the time; a no is certain only where `blind` says nothing."""
        return who in self.seen and self.seen[who] > self.limit

    def blind(self, who: Who | None = None) -> str:
        """Why it cannot be told that somebody did nothing; empty where it can. Without somebody, that anybody did."""
        return next(self._reasons(who), "")

    def stale(self, now: datetime) -> bool:
        """Tell whether the logs end so long ago that whoever was active then may have done nothing since."""
        return now - self.window.last > self.allowed

    def _reasons(self, who: Who | None) -> Iterator[str]:
        if self.window.first > self.limit:
            yield f"the logs are of {self.window.days:.1f} days only"
        if self.window.silent > _SILENT:
            yield f"the logs have no event on {self.window.silent} days in a row, as if a part of them were missing"
        if self.unreadable:
            yield "a part of the logs cannot be read"
        if self.groupless and who is not None and who.sort is Sort.GROUP:
            yield "the logs do not tell the groups of users"


def allowed_by(baseline: Baseline) -> timedelta:
    """How long somebody may do nothing by a baseline, or where it does not say."""
    minutes = baseline.signing_in.unused_after
    return UNUSED_AFTER if minutes is None else timedelta(minutes=minutes)


def facts(watched: Watched | None, now: datetime) -> Mapping[str, object]:
    """The parameters of the control over unused identities: what logs tell, or of None, that they tell nothing."""
    if watched is None:
        return {
            "days": UNUSED_AFTER.days,
            "since": "",
            "seen": {},
            "untold": dict.fromkeys(Sort, "the logs tell nothing"),
        }
    fresh = not watched.stale(now)
    untold = {sort: watched.blind(Who(sort, "")) if fresh else "the logs end too long ago" for sort in Sort}
    return {
        "days": round(watched.allowed / timedelta(days=1)),
        "since": moment(watched.limit),
        "seen": {who.word: moment(last) for who, last in watched.seen.items() if fresh and watched.active(who)},
        "untold": {sort.value: why for sort, why in untold.items() if why},
    }
