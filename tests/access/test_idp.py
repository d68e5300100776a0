"""`hardstand rbac idp`: what bindings name, held against what a provider says; and personas that know memberships."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BASELINE = """\
identity:
  username_prefix: "oidc:"
  groups_prefix: "oidc:"
  mfa: {export: export.json, hardware_keys: [payments]}
personas:
  developer: {groups: [developers], namespaces: [shop]}
  break-glass: {groups: [emergency]}
"""


def user(
    name: str, state: str | None = "enforced", methods: tuple[str, ...] | None = (), **more: Any
) -> dict[str, Any]:
    one = {"id": name[:3], "userPrincipalName": name, "accountEnabled": True, "perUserMfaState": state, **more}
    return {**one, "_methods": methods}


def export(home: Path, users: list[dict[str, Any]], groups: dict[str, list[str] | None]) -> None:
    told = {
        "users": [{key: value for key, value in one.items() if key != "_methods"} for one in users],
        "groups": [
            {
                "id": f"id-{name}",
                "displayName": name,
                **({} if who is None else {"members": [{"id": one} for one in who]}),
            }
            for name, who in groups.items()
        ],
        "registration": [
            {"id": one["id"], "userPrincipalName": one["userPrincipalName"], "methodsRegistered": list(one["_methods"])}
            for one in users
            if one["_methods"] is not None
        ],
    }
    (home / "export.json").write_text(json.dumps(told))


def bind(home: Path, *subjects: str, role: str = "view") -> None:
    listed = ", ".join(f"{{kind: {kind}, name: '{name}'}}" for kind, name in (one.split("=") for one in subjects))
    (home / "rbac.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: them}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}\nsubjects: [{listed}]\n"
    )


def rbac(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def answers(home: Path) -> tuple[int, dict[tuple[str, str], str]]:
    done = rbac("idp", "--format", "json", "rbac.yaml", cwd=home)
    told = json.loads(done.stdout)["answers"]
    return done.returncode, {(one["subject"], one["question"]): one["verdict"] for one in told}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    return tmp_path


def test_all_that_holds(home: Path) -> None:
    export(
        home,
        [user("mary", methods=("softwareOneTimePasscode",)), user("otto", methods=("fido2SecurityKey",))],
        {"developers": ["mar"], "emergency": ["ott"], "payments": ["ott"]},
    )
    bind(home, "Group=oidc:developers", "Group=oidc:payments", "User=oidc:mary")
    status, told = answers(home)
    assert set(told.values()) == {"pass"}
    assert ("group:oidc:emergency", "hardware-key") in told
    assert ("group:oidc:payments", "hardware-key") in told
    assert ("group:oidc:developers", "hardware-key") not in told
    assert status == 0


def test_who_has_no_second_factor_fails_the_group(home: Path) -> None:
    export(
        home, [user("mary"), user("otto", methods=("mobilePhone",))], {"developers": ["mar", "ott"], "emergency": []}
    )
    bind(home, "Group=oidc:developers")
    done = rbac("idp", "rbac.yaml", cwd=home)
    assert done.returncode == 1
    assert "fail[second-factor]: Group oidc:developers: mary may sign in without a second factor" in done.stdout
    assert "  ClusterRoleBinding them gives ClusterRole view to Group oidc:developers" in done.stdout


def test_what_is_not_said_is_unknown(home: Path) -> None:
    export(
        home, [user("mary", state=None, methods=("fido2SecurityKey",))], {"developers": ["mar"], "emergency": ["mar"]}
    )
    bind(home, "Group=oidc:developers")
    status, told = answers(home)
    assert told["group:oidc:developers", "second-factor"] == "unknown"
    assert status == 2
    export(home, [user("mary", methods=None)], {"developers": ["mar"], "emergency": ["mar"]})
    assert answers(home)[1]["group:oidc:emergency", "hardware-key"] == "unknown"
    export(home, [user("mary", methods=("fido2SecurityKey",))], {"developers": None, "emergency": ["mar"]})
    assert answers(home)[1]["group:oidc:developers", "second-factor"] == "unknown"
    export(home, [user("mary", methods=("fido2SecurityKey",))], {"developers": ["nobody"], "emergency": ["mar"]})
    assert answers(home)[1]["group:oidc:developers", "second-factor"] == "unknown"


def test_a_weaker_factor_beside_a_key_is_no_pass(home: Path) -> None:
    export(home, [user("mary", methods=("fido2SecurityKey", "mobilePhone"))], {"developers": [], "emergency": ["mar"]})
    bind(home, "Group=oidc:developers")
    assert answers(home)[1]["group:oidc:emergency", "hardware-key"] == "unknown"
    export(home, [user("mary", methods=("mobilePhone",))], {"developers": [], "emergency": ["mar"]})
    assert answers(home)[1]["group:oidc:emergency", "hardware-key"] == "fail"


def test_whoever_may_do_everything_needs_a_key(home: Path) -> None:
    export(home, [user("mary", methods=("mobilePhone",))], {"admins": ["mar"], "developers": [], "emergency": []})
    bind(home, "Group=oidc:admins", role="cluster-admin")
    assert answers(home)[1]["group:oidc:admins", "hardware-key"] == "fail"
    bind(home, "Group=oidc:admins", role="edit")
    assert ("group:oidc:admins", "hardware-key") not in answers(home)[1]


def test_who_is_not_at_the_provider(home: Path) -> None:
    export(home, [user("mary", accountEnabled=False)], {"developers": [], "emergency": []})
    bind(home, "Group=oidc:gone", "Group=developers", "User=oidc:mary", "User=oidc:nobody", "Group=system:masters")
    status, told = answers(home)
    assert told["group:oidc:gone", "exists"] == "fail"
    assert told["group:developers", "exists"] == "fail"  # Without the prefix it is none of the provider's.
    assert told["user:oidc:nobody", "exists"] == "fail"
    assert told["user:oidc:mary", "active"] == "fail"
    assert not any(subject == "group:system:masters" for subject, _ in told)
    assert status == 1


def test_one_page_of_several_leaves_it_open(home: Path) -> None:
    page = {
        "value": [{"id": "id-developers", "displayName": "developers"}],
        "@odata.nextLink": "https://graph.example/2",
    }
    (home / "export.json").write_text(json.dumps(page))
    bind(home, "Group=oidc:other")
    status, told = answers(home)
    assert told["group:oidc:other", "exists"] == "unknown"
    assert status == 2


def test_an_export_that_is_none(home: Path) -> None:
    (home / "export.json").write_text("{}")
    bind(home, "Group=oidc:developers")
    done = rbac("idp", "rbac.yaml", cwd=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "export.json is no export that is known" in done.stderr
    (home / "hardstand.yaml").write_text("identity: {issuer: https://login.example.com}\n")
    assert "no export is named" in rbac("idp", "rbac.yaml", cwd=home).stderr


def test_a_user_is_what_the_groups_are_that_the_export_puts_them_in(home: Path) -> None:
    """Bound one by one: with the export mary's persona is known, and what she has beyond it is told."""
    (home / "rbac.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: mary, namespace: shop}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}\n"
        "subjects: [{kind: User, name: 'oidc:mary'}]\n"
    )
    export(home, [user("mary")], {"developers": ["mar"], "emergency": []})
    done = rbac("personas", "--check", "rbac.yaml", cwd=home)
    assert "User oidc:mary holds more than developer" in done.stdout
    assert "secrets" in done.stdout
    export(home, [user("mary")], {"developers": [], "emergency": ["mar"]})
    done = rbac("personas", "--check", "rbac.yaml", cwd=home)
    assert (done.returncode, "mary" in done.stdout) == (0, False)
    export(home, [user("mary")], {"developers": [], "emergency": []})
    assert "User oidc:mary has rights and no persona" in rbac("personas", "--check", "rbac.yaml", cwd=home).stdout
