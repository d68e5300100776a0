"""What was used, added up: who asked for what, how often, and when last. Each thing is held once, however often."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hardstand.analysis.rbac.who import Actor, Sort, Who, actor, group, user
from hardstand.model.asked import Asked
from hardstand.model.request import Request


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a log is of, and what was found in it."""

    first: datetime
    last: datetime
    events: int
    refused: int
    silent: int = 0
    """The most days in a row without any event: a part of the log may be missing."""

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.last - self.first).total_seconds() / 86_400

    @property
    def length(self) -> str:
        """The same as people say it: in days, or of less than one in hours, minutes or seconds."""
        seconds = (self.last - self.first).total_seconds()
        for unit, most in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
            if seconds >= most:
                return f"{seconds / most:.1f} {unit}{'' if seconds == most else 's'}"
        return f"{seconds:.1f} seconds"


@dataclass(slots=True)
class Use:
    """How often something was asked for, and where that is written last."""

    count: int
    first: datetime
    last: datetime
    file: str
    line: int

    def add(self, one: Asked) -> None:
        """Count it once more."""
        self.count += 1
        self.first = min(self.first, one.time)
        if one.time >= self.last:
            self.last, self.file, self.line = one.time, one.file, one.line


@dataclass(slots=True)
class Used:
    """What was asked for and allowed, by whom."""

    wanted: Callable[[str, Iterable[str]], bool] = lambda _user, _groups: True
    """Whether somebody, by the name and groups of the log, is looked at."""
    uses: dict[tuple[Actor, Request], Use] = field(default_factory=dict)
    elsewise: dict[tuple[Actor, Request], Use] = field(default_factory=dict)
    """What another authorizer than RBAC allowed."""
    groupless: bool = False
    """Some events do not tell the groups of users."""
    _actors: dict[tuple[str, tuple[str, ...] | None], Actor | None] = field(default_factory=dict)

    def take(self, one: Asked) -> None:
        """Add a request, if it is of somebody who is looked at."""
        key = one.user, one.groups
        if key not in self._actors:
            self._actors[key] = self._actor(one)
        who = self._actors[key]
        if who is None:
            return
        kept = self.uses if one.by_rbac else self.elsewise
        known = kept.get((who, one.request))
        if known is None:
            kept[who, one.request] = Use(1, one.time, one.time, one.file, one.line)
        else:
            known.add(one)

    def _actor(self, one: Asked) -> Actor | None:
        named = user(one.user)
        if one.groups is None:
            self.groupless = self.groupless or named.sort is Sort.USER
            found = actor(named)
        else:
            found = Actor(one.user, frozenset(one.groups))
        return found if self.wanted(one.user, found.groups) else None


def only(who: Who) -> Callable[[str, Iterable[str]], bool]:
    """Whether somebody is a subject, or a member of the group that it is."""
    if who.sort is Sort.GROUP:
        return lambda _user, groups: who.name in groups
    return lambda name, _groups: name == who.user


def last_seen(used: Used) -> dict[Who, datetime]:
    """When each user, service account and group, of its members, last did anything that was allowed."""
    found: dict[Who, datetime] = {}
    for (who, _), use in (*used.uses.items(), *used.elsewise.items()):
        for one in (user(who.user), *map(group, who.groups)):
            found[one] = max(use.last, found.get(one, use.last))
    return found


def requests_of(uses: Mapping[tuple[Actor, Request], Use]) -> dict[Request, int]:
    """Each request with its count, whoever made it."""
    found: dict[Request, int] = {}
    for (_, asked), one in uses.items():
        found[asked] = found.get(asked, 0) + one.count
    return found
