"""Exports of other systems, in the forms that their documentation shows."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from hardstand.model.right import Right
from hardstand.model.run import Unreadable
from hardstand.sources.elsewhere.exports import export, rights


def told(folder: Path, system: str, found: Any) -> tuple[list[Right], list[str]]:
    """The rights in a file, and why there may be more."""
    path = folder / "export.json"
    path.write_text(found if isinstance(found, str) else json.dumps(found))
    every = list(rights(export(f"{system}={path}")))
    return [one for one in every if isinstance(one, Right)], [
        one.reason for one in every if isinstance(one, Unreadable)
    ]


def brief(found: list[Right]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.subject, one.right, one.scope, one.comes_to) for one in found]


ALLOW_S3 = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["arn:aws:iam::1:root", "arn:aws:iam::2:user/x"]},
            "Action": "sts:AssumeRole",
        },
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    ]
}
AWS = {
    "UserDetailList": [
        {
            "UserName": "jane",
            "Arn": "arn:aws:iam::123456789012:user/jane",
            "CreateDate": "2024-01-02T03:04:05Z",
            "GroupList": ["admins"],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": quote(json.dumps(ALLOW_S3))}],
            "AttachedManagedPolicies": [],
        }
    ],
    "GroupDetailList": [
        {
            "GroupName": "admins",
            "Arn": "arn:aws:iam::123456789012:group/admins",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [
                {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
            ],
        }
    ],
    "RoleDetailList": [
        {
            "RoleName": "node",
            "Arn": "arn:aws:iam::123456789012:role/node",
            "AssumeRolePolicyDocument": TRUST,
            "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "shop", "PolicyArn": "arn:aws:iam::1:policy/shop"}],
            "RoleLastUsed": {"LastUsedDate": "2026-01-02T04:04:05+01:00", "Region": "eu-west-1"},
        }
    ],
    "Policies": [
        {
            "PolicyName": "shop",
            "Arn": "arn:aws:iam::1:policy/shop",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": False, "Document": ALLOW_S3},
                {
                    "VersionId": "v2",
                    "IsDefaultVersion": True,
                    "Document": {
                        "Statement": [
                            {
                                "Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["a", "b"],
                                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                            }
                        ]
                    },
                },
            ],
        }
    ],
    "IsTruncated": False,
}  # fmt: skip
ACCOUNT = "account/123456789012"


def test_aws(tmp_path: Path) -> None:
    found, missing = told(tmp_path, "aws", AWS)
    assert missing == []
    assert brief(found) == [
        ("user:jane", "policy own", ACCOUNT, ("Allow s3:* on *",)),
        ("user:jane", "member of group admins", ACCOUNT, ()),
        ("group:admins", "policy AdministratorAccess", ACCOUNT, ()),
        (
            "role:node",
            "policy shop",
            ACCOUNT,
            ('Allow all but iam:* on a, b if {"Bool": {"aws:MultiFactorAuthPresent": "true"}}',),
        ),
        ("service:ec2.amazonaws.com", "become role node", ACCOUNT, ()),
        ("aws:arn:aws:iam::1:root", "become role node", ACCOUNT, ()),
        ("aws:arn:aws:iam::2:user/x", "become role node", ACCOUNT, ()),
    ]
    assert {one.last_used for one in found if one.subject == "role:node"} == {"2026-01-02T03:04:05Z"}
    assert {one.last_used for one in found if one.subject == "user:jane"} == {None}
    _, missing = told(tmp_path, "aws", {**AWS, "IsTruncated": True})
    assert missing == ["it is cut off (IsTruncated): there are more pages"]


def test_gcp(tmp_path: Path) -> None:
    policy = {
        "bindings": [
            {"role": "roles/owner", "members": ["user:jane@example.com", "allUsers"]},
            {
                "role": "roles/viewer",
                "members": ["group:dev@example.com"],
                "condition": {"title": "office", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"},
            },
        ],
        "etag": "BwXhOk=",
        "version": 3,
    }
    found, missing = told(tmp_path, "gcp:project/shop", policy)
    assert missing == []
    assert brief(found) == [
        ("user:jane@example.com", "roles/owner", "project/shop", ()),
        ("allUsers", "roles/owner", "project/shop", ()),
        (
            "group:dev@example.com",
            "roles/viewer",
            "project/shop",
            ("if request.time < timestamp('2027-01-01T00:00:00Z')",),
        ),
    ]
    found, _ = told(tmp_path, "gcp", [{"resource": "//storage.googleapis.com/projects/_/buckets/b", "policy": policy}])
    assert {one.scope for one in found} == {"storage.googleapis.com/projects/_/buckets/b"}
    _, missing = told(tmp_path, "gcp", {"bindings": [{"role": "roles/owner", "members": [7]}], "etag": ""})
    assert missing == ["bindings[0] has no role, or members that are no texts"]


def test_azure(tmp_path: Path) -> None:
    one = {
        "name": "0f",
        "principalName": "jane@example.com",
        "principalType": "User",
        "roleDefinitionName": "Owner",
        "scope": "/subscriptions/1",
        "createdOn": "2025-03-04T05:06:07.890123+00:00",
        "condition": None,
    }
    api = {"name": "1f", "properties": {"principalId": "42", "roleDefinitionId": "/x/roleDefinitions/8e", "scope": "/"}}
    found, missing = told(tmp_path, "azure", [one, api, {"principalName": "x"}])
    assert brief(found) == [
        ("user:jane@example.com", "Owner", "/subscriptions/1", ()),
        ("principal:42", "8e", "/", ()),
    ]
    assert found[0].since == "2025-03-04T05:06:07Z"
    assert missing == ["[2] has no principal, role or scope"]


def test_github(tmp_path: Path) -> None:
    listed = [
        {"login": "jane", "type": "User", "permissions": {"admin": True, "push": True}, "role_name": "admin"},
        {"login": "robot[bot]", "type": "Bot", "permissions": {"admin": False, "push": True, "pull": True}},
        {"slug": "dev", "name": "Dev", "permission": "push"},
        {"login": "mary", "type": "User", "site_admin": True},
        {"id": 1},
    ]
    found, missing = told(tmp_path, "github:repo/acme/shop", listed)
    assert brief(found) == [
        ("user:jane", "admin", "repo/acme/shop", ()),
        ("app:robot[bot]", "push", "repo/acme/shop", ()),
        ("team:dev", "push", "repo/acme/shop", ()),
        ("user:mary", "member", "repo/acme/shop", ("administers the whole site",)),
    ]
    assert missing == ["[4] is neither a user nor a team"]


def test_gitlab(tmp_path: Path) -> None:
    listed = [
        {
            "id": 1, "username": "jane", "access_level": 40, "state": "active",
            "created_at": "2023-10-22T14:13:35.000Z", "expires_at": "2027-01-01",
        },
        {"id": 2, "username": "gone", "access_level": 99, "state": "blocked"},
        {"id": 3, "username": "none"},
    ]  # fmt: skip
    found, missing = told(tmp_path, "gitlab:group/acme", listed)
    assert brief(found) == [
        ("user:jane", "maintainer", "group/acme", ("until 2027-01-01",)),
        ("user:gone", "access level 99", "group/acme", ("is blocked",)),
    ]
    assert found[0].since == "2023-10-22T14:13:35Z"
    assert missing == ["[2] has no username or access_level"]


def test_harbor(tmp_path: Path) -> None:
    listed = [
        {"id": 1, "project_id": 7, "entity_name": "jane", "entity_type": "u", "role_name": "projectAdmin"},
        {"id": 2, "project_id": 7, "entity_name": "dev", "entity_type": "g", "role_id": 3, "role_name": "guest"},
        {
            "name": "robot$ci", "creation_time": "2026-01-01T00:00:00.000Z", "expires_at": -1, "disable": False,
            "permissions": [
                {"kind": "project", "namespace": "shop", "access": [{"resource": "repository", "action": "push"}]}
            ],
        },
        {"id": 3},
    ]  # fmt: skip
    found, missing = told(tmp_path, "harbor", listed)
    assert brief(found) == [
        ("user:jane", "projectAdmin", "project/7", ()),
        ("group:dev", "guest", "project/7", ()),
        ("robot:robot$ci", "robot", "project/shop", ("push repository", "never ends")),
    ]
    assert missing == ["[3] is neither a member nor a robot account"]


@pytest.mark.parametrize("system", ["aws", "azure", "gcp", "github:org/x", "gitlab:group/x", "harbor"])
@pytest.mark.parametrize("found", ["{", "7", '"x"', "{}", "null", '[7, null, "x"]', '{"bindings": 7}', "[" * 100_000])
def test_what_is_something_else_is_never_nothing(tmp_path: Path, system: str, found: str) -> None:
    rights_found, missing = told(tmp_path, system, found)
    assert rights_found == []
    assert missing


@pytest.mark.parametrize("word", ["", "aws", "aws=", "oracle=x", "github=x", "gitlab=x"])
def test_what_is_named_wrongly_is_told(word: str) -> None:
    with pytest.raises(ValueError, match=r"SYSTEM=FILE|is none of|does not say of what it is"):
        export(word)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (fault,) = rights(export(f"aws={tmp_path}/none.json"))
    assert isinstance(fault, Unreadable)
