"""What an identity provider says of people and groups, whichever provider it is. None is not said, and no answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Factor(StrEnum):
    """A second factor by how it can be taken from somebody."""

    HARDWARE = "hardware"
    """A key that no copy leaves: FIDO2, WebAuthn on a security key, PIV, smart card, Windows Hello."""
    SYNCED = "passkey"
    """A WebAuthn credential of which is not said whether it lies in hardware or is copied between devices."""
    APP = "app"
    """A code or a confirmation on another device."""
    WEAK = "weak"
    """What can be redirected or asked for: text messages, calls, e-mail, questions."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the provider."""

    id: str
    name: str
    """What the person signs in as."""
    email: str = ""
    active: bool | None = None
    kind: str = ""
    """`member`, `guest`, `contractor` or whatever the provider calls it; small letters."""
    last_login: datetime | None = None
    enforced: bool | None = None
    """The provider asks for a second factor at each sign-in, or once for each device."""
    factors: frozenset[Factor] | None = None
    """Those that are registered."""
    groups: frozenset[str] = frozenset()
    """Names or ids of groups, where the account lists them."""

    @property
    def names(self) -> frozenset[str]:
        """Everything by which it may be meant."""
        return frozenset(one for one in (self.id, self.name, self.email) if one)


@dataclass(frozen=True, slots=True)
class Team:
    """One group of the provider."""

    id: str
    name: str
    others: frozenset[str] = frozenset()
    """Other names that it is known by: its path, its address."""
    members: frozenset[str] | None = None
    """Ids or names of people and of groups in it; None where the export does not list them."""

    @property
    def names(self) -> frozenset[str]:
        """Everything by which it may be meant."""
        return frozenset(one for one in (self.id, self.name, *self.others) if one)


@dataclass(frozen=True, slots=True)
class Directory:
    """All that the exports of one provider say."""

    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    gaps: Sequence[str] = ()
    """What they do not hold, though it is there."""
    _people: Mapping[str, Person] = field(default_factory=dict)
    _teams: Mapping[str, Team] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Iterable[Person], teams: Iterable[Team], gaps: Iterable[str] = ()) -> "Directory":
        """The directory; what several exports say of one account or group is put together."""
        accounts: dict[str, Person] = {}
        for one in people:
            key = one.name.lower() or one.id
            accounts[key] = _both(accounts[key], one) if key in accounts else one
        groups: dict[str, Team] = {}
        for team in teams:
            known = groups.get(team.id or team.name)
            groups[team.id or team.name] = _joined(known, team) if known else team
        by_name = {name.lower(): one for one in accounts.values() for name in sorted(one.names)}
        teams_by_name: dict[str, Team] = {}
        for team in groups.values():
            for name in sorted(team.names):
                teams_by_name.setdefault(name, team)
        return cls(tuple(accounts.values()), tuple(groups.values()), tuple(gaps), by_name, teams_by_name)

    def person(self, name: str) -> Person | None:
        """The account with a name, an address or an id."""
        return self._people.get(name.lower())

    def team(self, name: str) -> Team | None:
        """The group with a name, a path or an id; capitals count, as they do in a token."""
        return self._teams.get(name)

    def members(self, team: Team) -> tuple[Sequence[Person], Sequence[str]]:
        """The accounts in a group and in the groups in it, and why these may not be all."""
        found: dict[str, Person] = {}
        reasons: dict[str, None] = {}
        pending, seen = [team], {team.id or team.name}
        listing = any(one.groups for one in self.people)
        while pending:
            one = pending.pop()
            if one.members is None and not listing:
                reasons[f"the export does not list the members of {one.name}"] = None
            for person in self.people if listing else ():
                if person.groups & one.names:
                    found[person.id or person.name] = person
            for name in sorted(one.members or ()):
                account, inner = self.person(name), self.team(name)
                if account is not None:
                    found[account.id or account.name] = account
                elif inner is None:
                    reasons[f"a member of {one.name} is not in the export"] = None
                elif (inner.id or inner.name) not in seen:
                    seen.add(inner.id or inner.name)
                    pending.append(inner)
        return tuple(found.values()), tuple(reasons)


def _both(first: Person, second: Person) -> Person:
    factors = first.factors if second.factors is None else second.factors | (first.factors or frozenset())
    return replace(
        first,
        id=first.id or second.id,
        email=first.email or second.email,
        active=second.active if first.active is None else first.active,
        kind=first.kind or second.kind,
        last_login=first.last_login or second.last_login,
        enforced=second.enforced if first.enforced is None else first.enforced,
        factors=factors,
        groups=first.groups | second.groups,
    )


def _joined(first: Team, second: Team) -> Team:
    members = first.members if second.members is None else second.members | (first.members or frozenset())
    return replace(first, others=first.others | second.others, members=members)
