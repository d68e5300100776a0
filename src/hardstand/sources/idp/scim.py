"""SCIM 2.0: Users and Groups of a ListResponse.

Source: RFC 7643, sections 4.1 and 4.2, and RFC 7644, section 3.4.2. SCIM says nothing of second factors.
"""

from hardstand.model.directory import Person, Team
from hardstand.sources.idp.fields import ExportError, Part, Record, members

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def read(record: Record) -> Part:
    """What a ListResponse, or a single resource, says."""
    part = Part()
    listed = list(record.items("Resources")) if LIST in record.texts("schemas") else [record]
    total = record.data.get("totalResults")
    if isinstance(total, int) and total > len(listed):
        part.gaps.append(f"{record.place} holds {len(listed)} of {total} resources; export the other pages too")
    for one in listed:
        schemas = one.texts("schemas")
        if USER in schemas:
            part.people.append(_person(one))
        elif GROUP in schemas:
            part.teams.append(_team(one))
        else:
            raise ExportError(f"{one.place} is no User and no Group", "`schemas` of each resource says which it is")
    return part


def _person(one: Record) -> Person:
    emails = [each.text("value") for each in one.items("emails") if each.text("value")]
    groups = {name for each in one.items("groups") for name in (each.text("value"), each.text("display")) if name}
    return Person(
        id=one.text("id"),
        name=one.needed("userName"),
        email=emails[0] if emails else "",
        active=one.flag("active"),
        kind=one.text("userType").lower(),
        groups=frozenset(groups),
    )


def _team(one: Record) -> Team:
    return Team(one.text("id"), one.needed("displayName"), members=members(one, "value") or frozenset())
