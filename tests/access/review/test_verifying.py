"""A bundle whose digests fit and whose signatures hold, with anything else in it changed."""

import json
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hardstand.access.review.answers import file_name, template
from hardstand.access.review.bundle import BundleError, bundled
from hardstand.access.review.campaign import UNTOLD, Bound, Campaign, Decision, Item, Suggestion, digest
from hardstand.access.review.signers import signers
from hardstand.access.review.sshsig import sign
from hardstand.access.review.standing import Standing, standing
from hardstand.access.review.verifying import problems
from hardstand.analysis.rbac.rule import Rule
from hardstand.model.right import Right

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLOSED = "2026-06-01T12:00:00Z"
KEY = Ed25519PrivateKey.generate()
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
ALLOWED = b"ann " + KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n"
POD = Rule(("get",), ("",), ("pods",))
ALL = Rule(("*",), ("*",), ("*",))


def made(to: str = "ClusterRole/less", due: date = date(2026, 6, 30)) -> tuple[dict[str, bytes], Standing]:
    """A review of a grant that is narrowed and of one in PostgreSQL that is taken away, both signed."""
    user = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jane"}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "b"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "all"}, "subjects": [user],
    }  # fmt: skip
    advice = Suggestion(Decision.KEEP, "why not")
    grant = Right("kubernetes", "user:jane", "ClusterRole all", "cluster", "ClusterRoleBinding b", "x.yaml")
    sql = Right("postgresql", "role:app", "SUPERUSER", "server", "attribute", "x", undo='ALTER ROLE "app" NOSUPERUSER;')
    campaign = Campaign(
        "2026-06-01-x", CLOSED, due, "0", None,
        (Item(grant, "ann", UNTOLD, advice, bound=Bound("ClusterRoleBinding/b", "ClusterRole/all", user)),
         Item(sql, "ann", UNTOLD, advice)),
        {"ClusterRole/all": (ALL,), "ClusterRole/less": (POD,)}, {"ClusterRoleBinding/b": binding},
    )  # fmt: skip
    data, name = campaign.as_bytes(), file_name("ann")
    said = template(campaign, digest(data), "ann")
    said = said.replace(
        f"grant: {grant.id}\n  answer:".encode(), f"grant: {grant.id}\n  to: {to}\n  answer: narrow".encode()
    )
    said = said.replace(f"grant: {sql.id}\n  answer:".encode(), f"grant: {sql.id}\n  answer: remove".encode())
    answers = {name: said, f"{name}.sig": sign(said, PRIVATE).encode()}
    found = standing(data, campaign, answers.get, signers(ALLOWED.decode()), NOW)
    assert found.complete, found.reviewed
    files = bundled(data, found, answers, ALLOWED, CLOSED)
    del files["SHA256SUMS"]
    return files, found


def test_a_bundle_as_it_was_written_holds() -> None:
    files, found = made()
    assert {"manifests/1-create.yaml", "manifests/3-delete.yaml", "statements/postgresql.sql"} <= files.keys()
    assert list(problems(files, found)) == []
    old = json.loads(files["bundle.json"])
    old["tool"]["version"] = "0.0.1"
    assert list(problems({**files, "bundle.json": json.dumps(old).encode(), "README.md": b"other"}, found)) == []


def test_whatever_is_changed_is_told() -> None:
    files, found = made()
    signed = {"campaign.json", "allowed_signers"} | {path for path in files if path.startswith("answers/")}
    for path in files.keys() - signed:
        changed = {**files, path: files[path].replace(b"jane", b"eve").replace(b"\n", b"\n\n")}
        if path == "bundle.json":
            changed[path] = files[path].replace(b'"complete": true', b'"complete": false')
        assert list(problems(changed, found)) == [f"{path} is not what the signed answers come to"]
        if path != "bundle.json":
            less = {name: data for name, data in files.items() if name != path}
            assert list(problems(less, found)) == [f"{path} is missing"]
    for more in ("manifests/4-more.yaml", "answers/eve.yaml", "statements/../x"):
        assert list(problems({**files, more: b""}, found)) == [f"{more} does not belong to it"]
    for wrong in (b"", b"[]", b"{}", b"[" * 100_000, b'{"closed": 1, "tool": {}}'):
        with pytest.raises(BundleError):
            list(problems({**files, "bundle.json": wrong}, found))


def test_what_is_wider_is_told_although_it_is_signed() -> None:
    files, found = made("ClusterRole/cluster-admin")
    (told,) = problems(files, found)
    assert "ClusterRole/cluster-admin allows more than ClusterRole all" in told
    files, found = made("ClusterRole/unheard-of")
    (told,) = problems(files, found)
    assert "what ClusterRole/unheard-of allows is not known" in told


def test_what_was_closed_late_says_so() -> None:
    files, _ = made()
    assert json.loads(files["bundle.json"])["late"] is False
    files, found = made(due=date(2026, 5, 31))
    assert json.loads(files["bundle.json"])["late"] is True
    assert b"answers may be late" in files["README.md"]
    assert list(problems(files, found)) == []
