"""Google Workspace: `users` and `groups` as the Directory API lists them, each group with `members`.

Sources: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users and …/groups, …/members.
Which second factor somebody has is not in them, so no key is known to lie in hardware.
"""

from hardstand.model.directory import Person, Team
from hardstand.sources.idp.fields import Part, Record, members


def read(record: Record) -> Part:
    """What an object with `users` and `groups` says."""
    return Part([_person(one) for one in record.items("users")], [_team(one) for one in record.items("groups")])


def _person(one: Record) -> Person:
    suspended, archived = one.flag("suspended"), one.flag("archived")
    enrolled = one.flag("isEnrolledIn2Sv")
    return Person(
        id=one.text("id"),
        name=one.needed("primaryEmail"),
        email=one.text("primaryEmail"),
        active=None if suspended is None else not (suspended or archived),
        last_login=one.time("lastLoginTime"),
        enforced=one.flag("isEnforcedIn2Sv"),
        factors=frozenset() if enrolled is False else None,
    )


def _team(one: Record) -> Team:
    return Team(one.text("id"), one.needed("email"), frozenset({one.text("name")}), members(one, "email", "id"))
