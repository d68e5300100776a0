"""Okta: `users` as of GET /api/v1/users, each with `factors` as of /users/ID/factors; `groups` with `members`.

Sources: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ and …/tag/UserFactor/.
Whether a policy asks for a factor is not in these lists, so `enforced` is never told; that none is registered is.
"""

from hardstand.model.directory import Factor, Person, Team
from hardstand.sources.idp.fields import Part, Record, members

_INACTIVE = frozenset({"STAGED", "PROVISIONED", "SUSPENDED", "DEPROVISIONED"})
"""Statuses in which nobody can sign in; LOCKED_OUT and PASSWORD_EXPIRED pass by themselves."""

_FACTORS = {
    "webauthn": Factor.SYNCED,
    "u2f": Factor.HARDWARE,
    "token:hardware": Factor.APP,  # Shows codes, which can be asked for.
    "token:hotp": Factor.APP,
    "token:software:totp": Factor.APP,
    "token": Factor.APP,
    "push": Factor.APP,
    "signed_nonce": Factor.APP,
    "web": Factor.APP,
    "sms": Factor.WEAK,
    "call": Factor.WEAK,
    "email": Factor.WEAK,
    "question": Factor.WEAK,
}


def read(record: Record) -> Part:
    """What an object with `users` and `groups` says."""
    return Part([_person(one) for one in record.items("users")], [_team(one) for one in record.items("groups")])


def _person(one: Record) -> Person:
    profile, status = one.below("profile"), one.text("status")
    return Person(
        id=one.text("id"),
        name=profile.needed("login"),
        email=profile.text("email"),
        active=status not in _INACTIVE if status else None,
        kind=profile.text("userType").lower(),
        last_login=one.time("lastLogin"),
        factors=_registered(one) if one.has("factors") else None,
    )


def _registered(one: Record) -> frozenset[Factor]:
    active = [each for each in one.items("factors") if each.text("status") == "ACTIVE"]
    # A factor that is not known here counts as one, and as none that lies in hardware.
    return frozenset(_FACTORS.get(each.needed("factorType"), Factor.APP) for each in active)


def _team(one: Record) -> Team:
    return Team(one.text("id"), one.below("profile").needed("name"), members=members(one, "id"))
