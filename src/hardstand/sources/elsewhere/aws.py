"""AWS IAM: users, groups, roles and their policies, as `aws iam get-account-authorization-details` gives them.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html. Policies are in
JSON or, as the API itself has them, in JSON that is URL-encoded (RFC 3986). Only when a role was used is told; when a
policy was attached, and when a user was last active, is not.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import items, mappings, text, time, words

_SORTS = (
    ("UserDetailList", "user", "UserName", "UserPolicyList"),
    ("GroupDetailList", "group", "GroupName", "GroupPolicyList"),
    ("RoleDetailList", "role", "RoleName", "RolePolicyList"),
)


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in an account's details, and what in them could not be read."""
    if not isinstance(found, dict) or not any(isinstance(found.get(one[0]), list) for one in _SORTS):
        yield "it is not what `aws iam get-account-authorization-details` gives"
        return
    if found.get("IsTruncated") is True:
        yield "it is cut off (IsTruncated): there are more pages"
    managed = _managed(found)
    for key, sort, name, inline in _SORTS:
        for one in mappings(items(found, key), key):
            if isinstance(one, str):
                yield one
                continue
            at, entry = one
            if not text(entry, name):
                yield f"{key}[{at}] has no {name}"
                continue
            reading = _Entry(f"{sort}:{text(entry, name)}", scope or _account(entry), f"{place}: {key}[{at}]", entry)
            yield from reading.attached(managed)
            yield from reading.inline(inline)
            yield from reading.groups()
            yield from reading.trusted()


def _managed(found: Mapping[str, Any]) -> dict[str, Any]:
    """The document of each managed policy that counts, by ARN."""
    known = {}
    for one in items(found, "Policies"):
        for version in items(one, "PolicyVersionList"):
            if isinstance(version, dict) and version.get("IsDefaultVersion") is True:
                known[text(one, "Arn")] = version.get("Document")
    return known


def _account(entry: Mapping[str, Any]) -> str:
    """The account in an ARN, `arn:aws:iam::123456789012:user/jane`."""
    parts = text(entry, "Arn").split(":")
    return f"account/{parts[4]}" if len(parts) > 5 and parts[4] else "account"


class _Entry:
    """A user, group or role, being read."""

    def __init__(self, subject: str, scope: str, place: str, entry: Mapping[str, Any]) -> None:
        self._subject, self._scope, self._place, self._entry = subject, scope, place, entry
        self._used = time(text(entry, "RoleLastUsed", "LastUsedDate"))

    def attached(self, managed: Mapping[str, Any]) -> Iterator[Right | str]:
        """Managed policies. One that the details do not hold is a right all the same: its name says what it is."""
        for one in items(self._entry, "AttachedManagedPolicies"):
            arn, name = text(one, "PolicyArn"), text(one, "PolicyName")
            statements = _statements(managed[arn]) if arn in managed else ()
            if statements is None:
                yield f"the document of {arn} cannot be read"
            yield self._right(f"policy {name or arn}", f"attached policy {arn}", statements or ())
        boundary = text(self._entry, "PermissionsBoundary", "PermissionsBoundaryArn")
        if boundary:
            yield self._right(f"at most policy {boundary}", "permissions boundary", ())

    def inline(self, key: str) -> Iterator[Right | str]:
        """Policies of its own."""
        for one in items(self._entry, key):
            statements = _statements(one.get("PolicyDocument") if isinstance(one, dict) else None)
            name = text(one, "PolicyName")
            if statements is None:
                yield f"{self._place}: the document of the policy {name!r} cannot be read"
            yield self._right(f"policy {name}", "inline policy", statements or ())

    def groups(self) -> Iterator[Right]:
        """The groups that a user is in."""
        for name in words(self._entry.get("GroupList")):
            yield self._right(f"member of group {name}", f"group {name}", ())

    def trusted(self) -> Iterator[Right | str]:
        """Whoever may become a role."""
        document = self._entry.get("AssumeRolePolicyDocument")
        if document is None:
            return
        parsed = _parsed(document)
        if parsed is None:
            yield f"{self._place}: AssumeRolePolicyDocument cannot be read"
            return
        name = text(self._entry, "RoleName")
        for statement in _listed(parsed.get("Statement")):
            if statement.get("Effect") != "Allow":
                continue
            principals = statement.get("Principal")
            pairs = principals.items() if isinstance(principals, dict) else [("AWS", principals)]
            for sort, those in pairs:
                for one in words(those):
                    yield Right(
                        system="aws",
                        subject=f"{sort.lower()}:{one}",
                        right=f"become role {name}",
                        scope=self._scope,
                        by=f"trust policy of role {name}",
                        place=self._place,
                        comes_to=tuple(_conditions(statement)),
                        last_used=self._used,
                    )

    def _right(self, right: str, by: str, comes_to: tuple[str, ...]) -> Right:
        return Right("aws", self._subject, right, self._scope, by, self._place, comes_to, None, self._used)


def _statements(document: Any) -> tuple[str, ...] | None:
    """What a policy says, one statement each; None where it cannot be read."""
    parsed = _parsed(document)
    if parsed is None:
        return None
    return tuple(_said(one) for one in _listed(parsed.get("Statement")))


def _said(one: Mapping[str, Any]) -> str:
    actions = words(one.get("Action")) or tuple(f"all but {word}" for word in words(one.get("NotAction")))
    on = words(one.get("Resource")) or tuple(f"all but {word}" for word in words(one.get("NotResource")))
    return " ".join([text(one, "Effect"), ", ".join(actions), "on", ", ".join(on), *_conditions(one)])


def _conditions(one: Mapping[str, Any]) -> Iterator[str]:
    if one.get("Condition"):
        yield f"if {json.dumps(one['Condition'], sort_keys=True)}"


def _parsed(document: Any) -> Mapping[str, Any] | None:
    if isinstance(document, str):
        try:
            document = json.loads(unquote(document))
        except (ValueError, RecursionError):
            return None
    return document if isinstance(document, dict) else None


def _listed(found: Any) -> list[Mapping[str, Any]]:
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]
