"""Microsoft Entra: `users`, `groups` with `members`, and `registration`, each as Microsoft Graph lists them.

Sources: https://learn.microsoft.com/graph/api/resources/user, …/group and …/userregistrationdetails, and for
`perUserMfaState` …/strongauthenticationrequirements. What Conditional Access asks for is in none of them, so that
somebody without a per-user state is not known to be asked.
"""

from hardstand.model.directory import Factor, Person, Team
from hardstand.sources.idp.fields import Part, Record, members

METHODS = {
    "fido2SecurityKey": Factor.HARDWARE,
    "passKeyDeviceBound": Factor.HARDWARE,
    "windowsHelloForBusiness": Factor.HARDWARE,
    "macOsSecureEnclaveKey": Factor.HARDWARE,
    "x509Certificate": Factor.SYNCED,
    "passKeySynced": Factor.SYNCED,
    "passKeyDeviceBoundAuthenticator": Factor.HARDWARE,
    "passKeyDeviceBoundWindowsHello": Factor.HARDWARE,
    "microsoftAuthenticatorPush": Factor.APP,
    "microsoftAuthenticatorPasswordless": Factor.APP,
    "softwareOneTimePasscode": Factor.APP,
    "hardwareOneTimePasscode": Factor.APP,
    "mobilePhone": Factor.WEAK,
    "alternateMobilePhone": Factor.WEAK,
    "officePhone": Factor.WEAK,
}
"""Those that count at sign-in; e-mail and questions serve to reset passwords only."""


def read(record: Record) -> Part:
    """What an object with these lists says."""
    people = [_person(one) for one in record.items("users")]
    people += [_registered(one) for one in record.items("registration")]
    return Part(people, [_team(one) for one in record.items("groups")])


def _person(one: Record) -> Person:
    state = one.text("perUserMfaState") or one.below("strongAuthenticationRequirements").text("perUserMfaState")
    return Person(
        id=one.text("id"),
        name=one.needed("userPrincipalName"),
        email=one.text("mail"),
        active=one.flag("accountEnabled"),
        kind=(one.text("employeeType") or one.text("userType")).lower(),
        last_login=one.below("signInActivity").time("lastSignInDateTime"),
        enforced=True if state in ("enabled", "enforced") else None,
    )


def _registered(one: Record) -> Person:
    found = frozenset(METHODS[method] for method in one.texts("methodsRegistered") if method in METHODS)
    if not found and one.flag("isMfaRegistered"):
        found = frozenset({Factor.APP})  # A method that is not known here.
    told = one.has("methodsRegistered") or one.has("isMfaRegistered")
    return Person(id=one.text("id"), name=one.needed("userPrincipalName"), factors=found if told else None)


def _team(one: Record) -> Team:
    return Team(one.text("id"), one.needed("displayName"), members=members(one, "id"))
