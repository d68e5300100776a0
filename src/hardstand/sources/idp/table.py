"""Exports as CSV: users in rows, or memberships (a group and one of its members a row).

Columns are those of Google's admin console and of GAM, of Entra's registration details and members, and of Okta's
reports; docs/identity.md lists them. A column that is none of these is passed over, a file without the needed ones is
an error.
"""

import csv
import io
import re
from collections.abc import Mapping

from hardstand.model.directory import Factor, Person, Team
from hardstand.sources.idp.entra import METHODS
from hardstand.sources.idp.fields import ExportError, Part, moment

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("userprincipalname", "primaryemail", "email address", "username", "login", "user name", "email"),
    "id": ("id", "object id", "objectid", "user id"),
    "email": ("mail", "email", "email address", "primaryemail"),
    "active": ("accountenabled", "account enabled", "active", "enabled"),
    "status": ("status", "user status"),
    "suspended": ("suspended",),
    "kind": ("employeetype", "usertype", "user type", "employee type"),
    "last": ("lastlogintime", "last sign in", "last login", "lastlogin", "lastsignindatetime"),
    "enforced": ("isenforcedin2sv", "2sv enforced", "mfa enforced"),
    "enrolled": ("isenrolledin2sv", "2sv enrolled", "ismfaregistered", "mfa registered"),
    "methods": ("methodsregistered", "methods registered", "factors"),
    "groups": ("groups", "group memberships"),
}  # fmt: skip
_TEAM = ("group", "group name", "groupname", "group email")
_MEMBER = ("member", "member email", "userprincipalname", "email", "username", "login")
_YES, _NO = frozenset({"true", "yes", "1", "enabled"}), frozenset({"false", "no", "0", "disabled"})
_ACTIVE = {"active": True, "suspended": False, "deprovisioned": False, "staged": False, "inactive": False,
           "archived": False, "locked_out": True, "password_expired": True, "provisioned": False}  # fmt: skip
_OTHER_METHODS = {
    "webauthn": Factor.SYNCED, "fido2": Factor.HARDWARE, "security key": Factor.HARDWARE, "piv": Factor.HARDWARE,
    "u2f": Factor.HARDWARE, "smart card": Factor.HARDWARE, "push": Factor.APP, "totp": Factor.APP,
    "token:software:totp": Factor.APP, "signed_nonce": Factor.APP, "sms": Factor.WEAK, "call": Factor.WEAK,
    "email": Factor.WEAK, "question": Factor.WEAK,
}  # fmt: skip
_METHODS = {**{name.lower(): factor for name, factor in METHODS.items()}, **_OTHER_METHODS}


def read(text: str, file: str) -> Part:
    """What a table says. ExportError, with the line, where a value is none that its column can have."""
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = {_plain(name): name for name in rows.fieldnames or () if name}
        team = next((header[name] for name in _TEAM if name in header), None)
        name = next((header[one] for one in (_MEMBER if team else _COLUMNS["name"]) if one in header), None)
        if name is None:
            hint = "it needs one of " + ", ".join(f"`{one}`" for one in _COLUMNS["name"])
            raise ExportError(f"{file}:1 has no column that names users", hint)
        if team is not None:
            return _memberships([(rows.line_num, row[team] or "", row[name] or "") for row in rows], file)
        columns = {field: header[one] for field, names in _COLUMNS.items() for one in reversed(names) if one in header}
        columns["name"] = name
        return Part([_person(_Row(row, columns, f"{file}:{rows.line_num}")) for row in rows])
    except csv.Error as error:
        raise ExportError(f"{file}:{rows.line_num} is no CSV: {error}") from None


def _plain(name: str) -> str:
    """A column's name without what Google adds, such as `[READ ONLY]`."""
    return re.sub(r"\s*\[[^\]]*\]", "", name).strip().lstrip("\ufeff").lower()


def _memberships(rows: list[tuple[int, str, str]], file: str) -> Part:
    found: dict[str, set[str]] = {}
    for line, team, name in rows:
        if not team.strip() or not name.strip():
            raise ExportError(f"{file}:{line} lacks the group or its member")
        found.setdefault(team.strip(), set()).add(name.strip())
    return Part(teams=[Team("", name, members=frozenset(members)) for name, members in found.items()])


class _Row:
    """One line."""

    def __init__(self, row: Mapping[str, str | None], columns: Mapping[str, str], place: str) -> None:
        self._row = row
        self._columns = columns
        self.place = place

    def text(self, field: str) -> str:
        column = self._columns.get(field)
        return (self._row.get(column) or "").strip() if column else ""

    def flag(self, field: str) -> bool | None:
        word = self.text(field).lower()
        if word and word not in _YES | _NO:
            raise ExportError(f"{self.place}: `{self._columns[field]}` must be true or false")
        return word in _YES if word else None

    def has(self, field: str) -> bool:
        return field in self._columns


def _person(row: _Row) -> Person:
    name = row.text("name")
    if not name:
        raise ExportError(f"{row.place} names nobody")
    return Person(
        id=row.text("id"),
        name=name,
        email=row.text("email"),
        active=_active(row),
        kind=row.text("kind").lower(),
        last_login=moment(row.text("last"), f"{row.place}: the last sign-in"),
        enforced=row.flag("enforced"),
        factors=_factors(row),
        groups=frozenset(one.strip() for one in re.split(r"[;,|]", row.text("groups")) if one.strip()),
    )


def _active(row: _Row) -> bool | None:
    suspended = row.flag("suspended")
    if suspended is not None:
        return not suspended
    said = row.flag("active")
    return _ACTIVE.get(row.text("status").lower()) if said is None else said


def _factors(row: _Row) -> frozenset[Factor] | None:
    words = [one.strip().lower() for one in re.split(r"[;,|]", row.text("methods")) if one.strip()]
    if words:
        return frozenset(_METHODS.get(one, Factor.APP) for one in words)
    if row.flag("enrolled") is False or (row.has("methods") and not row.has("enrolled")):
        return frozenset()
    return None
