"""Each group and user that a binding names: is it there, is it asked for a second factor, for a key in hardware."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.access.people.proving import Proof, hardware_key, members_of, second_factor
from hardstand.access.personas.standing import Standing
from hardstand.analysis.rbac.atoms import Atom
from hardstand.analysis.rbac.covering import witness
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import ALL
from hardstand.analysis.rbac.who import Sort, Who, actor
from hardstand.baseline.signing_in import NO_PREFIX, SigningIn
from hardstand.model.directory import Directory, Person

_EVERYTHING = witness(Atom(ALL, ALL, ALL, None, ""))


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was asked of one subject."""

    who: Who
    question: str
    """`exists`, `active`, `second-factor` or `hardware-key`."""
    proof: Proof
    grants: tuple[str, ...]
    """What gives it its rights."""


def checked(
    permissions: Permissions, signing_in: SigningIn, personas: Sequence[Standing], directory: Directory
) -> list[Checked]:
    """Every answer, by subject. Groups and users of Kubernetes' own are for others to ask about."""
    found = []
    holders = {who for one in personas for who in one.holders}
    for who in sorted({*permissions.subjects(), *holders}):
        if who.sort is Sort.ACCOUNT or who.name.startswith("system:"):
            continue
        grants = tuple(str(one) for one in permissions.given_to(who))
        emergency = any(one.break_glass and one.holds(who) for one in personas)
        highest = emergency or permissions.decide(actor(who), _EVERYTHING).allowed
        found += [Checked(who, *one, grants) for one in _answers(who, signing_in, directory, highest=highest)]
    return found


def _answers(who: Who, signing_in: SigningIn, directory: Directory, *, highest: bool) -> Iterator[tuple[str, Proof]]:
    sort = "group" if who.sort is Sort.GROUP else "user"
    name = signing_in.at_provider(who.name) if sort == "group" else signing_in.user_at_provider(who.name)
    if name is None:
        prefix = signing_in.groups_prefix if sort == "group" else signing_in.username_prefix
        yield "exists", Proof(holds=False, reason=f"it lacks the prefix `{prefix}` of the provider's {sort}s")
        return
    people: Sequence[Person]
    gaps: Sequence[str]
    if sort == "user":
        person = directory.person(name)
        yield "exists", _there(sort, name, directory, there=person is not None)
        if person is None:
            return
        yield "active", _active(person)
        people, gaps = (person,), ()
    else:
        team = directory.team(name)
        yield "exists", _there(sort, name, directory, there=team is not None)
        if team is None:
            return
        people, gaps = members_of(team, directory)
    named = {name, who.name}
    if not signing_in.mfa_groups or any(one.fits(word) for one in signing_in.mfa_groups for word in named):
        yield "second-factor", second_factor(people, gaps)
    if highest or any(one.fits(word) for one in signing_in.hardware_keys for word in named):
        yield "hardware-key", hardware_key(people, gaps)


def _there(sort: str, name: str, directory: Directory, *, there: bool) -> Proof:
    if there:
        return Proof(holds=True, reason=f"the {sort} {name} is at the provider")
    listed = directory.teams if sort == "group" else directory.people
    if not listed:
        return Proof(None, f"the export lists no {sort}s")
    if directory.gaps:
        return Proof(None, directory.gaps[0])
    return Proof(holds=False, reason=f"there is no {sort} {name} at the provider")


def _active(person: Person) -> Proof:
    if person.active is None:
        return Proof(None, f"the export does not say whether {person.name} may sign in")
    reason = "may sign in" if person.active else "may not sign in any more, and its rights are still there"
    return Proof(person.active, f"{person.name} {reason}")


def memberships(directory: Directory, signing_in: SigningIn) -> Mapping[str, frozenset[str]]:
    """By user, the groups that it is in, both as the API server knows them."""
    before = "" if signing_in.username_prefix in (None, NO_PREFIX) else signing_in.username_prefix or ""
    found: dict[str, set[str]] = {}
    for team in directory.teams:
        people, _ = directory.members(team)
        for person in people:
            for name in person.names:
                found.setdefault(f"{before}{name}", set()).update(signing_in.group(one) for one in team.names)
    return {name: frozenset(groups) for name, groups in found.items()}
