"""Grants that end by themselves, as the command line prints them or refuses to."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from hardstand.access.granting import GrantError, Wish, binding
from hardstand.analysis.rbac.expiry import moment
from hardstand.analysis.rbac.who import parse

NOW = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)


def grant(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "grant", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def wish(subject: str = "user:jane", hours: float = 4, reason: str = "why", namespace: str = "shop") -> Wish:
    return Wish(parse(subject), "ClusterRole", "edit", namespace, timedelta(hours=hours), reason, "mary")


def test_the_binding_says_until_when_why_and_by_whom() -> None:
    made = binding(wish(), NOW)
    assert made["metadata"]["annotations"] == {
        "hardstand.dev/expires": "2026-02-01T02:30:00Z",
        "hardstand.dev/reason": "why",
        "hardstand.dev/granted-by": "mary",
    }
    assert made["kind"] == "RoleBinding"
    assert binding(wish(namespace=""), NOW)["kind"] == "ClusterRoleBinding"
    assert made["metadata"]["name"] != binding(wish(hours=5), NOW)["metadata"]["name"]
    subject = binding(wish("sa:shop/web"), NOW)["subjects"]
    assert subject == [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]


def test_nothing_is_given_for_longer_than_allowed_or_without_a_reason() -> None:
    assert binding(wish(hours=24), NOW)
    for wrong in (wish(hours=24.1), wish(hours=0), wish(reason=" ")):
        with pytest.raises(GrantError):
            binding(wrong, NOW)
    with pytest.raises(GrantError, match="longer than 2h, and 4h"):
        binding(wish(), NOW, longest=timedelta(hours=2))


def test_the_command_prints_what_kubectl_takes() -> None:
    done = grant("group:dev", "Role/reader", "--for", "30m", "--reason", "a: b", "-n", "shop", "--granted-by", "x")
    assert done.returncode == 0
    made = yaml.safe_load(done.stdout)
    assert made["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    left = moment(made["metadata"]["annotations"]["hardstand.dev/expires"]) - datetime.now(UTC)
    assert timedelta(minutes=28) < left <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("user:jane", "edit", "--for", "2d", "--reason", "x"), 1, "longer than 24h, and 2d"),
        (("user:jane", "edit", "--for", "soon", "--reason", "x"), 2, "no length of time"),
        (("user:jane", "Role/edit", "--for", "4h", "--reason", "x"), 2, "say which with -n NS"),
        (("user:jane", "Group/edit", "--for", "4h", "--reason", "x"), 2, "is no role"),
        (("user:jane", "edit", "--for", "4h", "--reason", "x", "--apply"), 2, "say --record FILE"),
        (("sa:web", "edit", "--for", "4h", "--reason", "x"), 2, "names no service account"),
    ],
)
def test_what_is_wrong_is_told(words: tuple[str, ...], status: int, said: str) -> None:
    done = grant(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert done.stdout == ""


def test_the_baseline_says_how_long_at_most(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text("identity: {max_grant: 2h}\n")
    words = ("user:jane", "edit", "--reason", "x", f"--baseline={tmp_path / 'hardstand.yaml'}")
    longer = grant(*words, "--for", "4h")
    assert (longer.returncode, longer.stdout) == (1, "")
    assert "nothing is given for longer than 2h, and 4h is asked for" in longer.stderr
    assert grant(*words, "--for", "2h").returncode == 0


@pytest.mark.parametrize(
    "text",
    ["", "2026-01-31", "2026-01-31T18:00:00", "2026-01-31 18:00:00Z", "2026-13-01T00:00:00Z", "20260131T180000Z",
     "2026-01-31T18:00Z", "2026-01-31T18:00:00+0100", "tomorrow", "0001-01-01T00:00:00+23:59"],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        moment(text)


def test_times_in_all_their_forms() -> None:
    assert moment("2026-01-31t19:00:00.123456789+01:00") == moment("2026-01-31T18:00:00.123456Z")
