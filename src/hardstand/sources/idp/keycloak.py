"""Keycloak: a realm as `kc.sh export --users same_file` writes it.

Source: https://www.keycloak.org/docs-api/latest/rest-api/index.html, UserRepresentation, CredentialRepresentation and
GroupRepresentation. Which factors a flow asks for is not judged, so `enforced` is never told; that none is registered
is.
"""

from collections.abc import Iterator

from hardstand.model.directory import Factor, Person, Team
from hardstand.sources.idp.fields import Part, Record

_CREDENTIALS = {
    "otp": Factor.APP,
    "webauthn": Factor.SYNCED,
    "webauthn-passwordless": Factor.SYNCED,
    "recovery-authn-codes": Factor.APP,
}


def read(record: Record) -> Part:
    """What a realm says."""
    part = Part([_person(one) for one in record.items("users")], list(_teams(record, "groups", "")))
    if not record.has("users"):
        part.gaps.append(f"{record.place} holds no users; export the realm with `--users same_file`")
    return part


def _person(one: Record) -> Person:
    kinds = one.below("attributes").data.get("employeeType")
    kind = kinds[0] if isinstance(kinds, list) and kinds else ""
    has = one.has("credentials")
    found = (_CREDENTIALS.get(each.text("type")) for each in one.items("credentials"))
    return Person(
        id=one.text("id"),
        name=one.needed("username"),
        email=one.text("email"),
        active=one.flag("enabled"),
        kind=str(kind).lower(),
        factors=frozenset(factor for factor in found if factor) if has else None,
        groups=frozenset(one.texts("groups")),
    )


def _teams(record: Record, key: str, above: str) -> Iterator[Team]:
    for one in record.items(key):
        path = one.text("path") or f"{above}/{one.needed('name')}"
        yield Team(one.text("id"), one.needed("name"), frozenset({path, path.removeprefix("/")}))
        yield from _teams(one, "subGroups", path)
