"""Signatures held against ssh-keygen, both ways, and against whoever tampers with them."""

import base64
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardstand.access.review.signers import signers
from hardstand.access.review.sshsig import SignatureError, read, sign, verify

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
MESSAGE = b"answers: []\n"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def key(folder: Path, *how: str) -> Path:
    path = folder / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-C", "jane", "-f", str(path), *(how or ("-t", "ed25519", "-N", ""))], check=True
    )
    return path


def by_keygen(folder: Path, path: Path, space: str = "hardstand-review", *how: str) -> str:
    done = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(path), "-n", space, *how], input=MESSAGE, capture_output=True,
        check=True, cwd=folder,
    )  # fmt: skip
    return done.stdout.decode()


def test_what_we_sign_ssh_keygen_verifies(tmp_path: Path) -> None:
    path = key(tmp_path)
    (tmp_path / "sig").write_text(sign(MESSAGE, path.read_bytes()))
    (tmp_path / "allowed").write_text(f"jane {path.with_suffix('.pub').read_text()}")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "jane", "-n", "hardstand-review", "-s", "sig"]
    for message, status in ((MESSAGE, 0), (MESSAGE + b" ", 255)):
        done = subprocess.run(command, input=message, cwd=tmp_path, check=False, capture_output=True)
        assert done.returncode == status, done.stderr


@pytest.mark.parametrize("how", [(), ("-O", "hashalg=sha256")])
def test_what_ssh_keygen_signs_we_verify(tmp_path: Path, how: tuple[str, ...]) -> None:
    signature = read(by_keygen(tmp_path, key(tmp_path), "hardstand-review", *how))
    verify(MESSAGE, signature)
    with pytest.raises(SignatureError, match="not of this file"):
        verify(MESSAGE + b" ", signature)
    listed = subprocess.run(["ssh-keygen", "-l", "-f", "key.pub"], cwd=tmp_path, check=True, capture_output=True)
    assert signature.fingerprint in listed.stdout.decode()


def test_every_byte_of_a_signature_counts(tmp_path: Path) -> None:
    lines = by_keygen(tmp_path, key(tmp_path)).splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    for at in range(len(blob)):
        changed = bytes([*blob[:at], blob[at] ^ 1, *blob[at + 1 :]])
        armored = "\n".join([lines[0], base64.b64encode(changed).decode(), lines[-1]])
        with pytest.raises(SignatureError):
            verify(MESSAGE, read(armored))
    for end in range(len(blob)):
        with pytest.raises(SignatureError):
            read("\n".join([lines[0], base64.b64encode(blob[:end]).decode(), lines[-1]]))


def test_other_keys_are_not_taken_to_be_good(tmp_path: Path) -> None:
    path = key(tmp_path, "-t", "ecdsa", "-N", "")
    with pytest.raises(SignatureError, match="not ssh-ed25519"):
        read(by_keygen(tmp_path, path))
    with pytest.raises(SignatureError, match="not an ed25519 key"):
        sign(MESSAGE, path.read_bytes())


def test_a_key_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match=r"passphrase|no private key"):
        sign(MESSAGE, key(tmp_path, "-t", "ed25519", "-N", "locked up").read_bytes())
    with pytest.raises(SignatureError, match="no private key"):
        sign(MESSAGE, b"nothing")


def test_whose_signature_counts(tmp_path: Path) -> None:
    path = key(tmp_path)
    public = path.with_suffix(".pub").read_text().strip()
    signature = read(by_keygen(tmp_path, path))
    for line, name, counts in (
        (f"jane {public}", "jane", True),
        (f"jane {public}", "mary", False),
        (f"*@example.com,!bob@example.com {public}", "ann@example.com", True),
        (f"*@example.com,!bob@example.com {public}", "bob@example.com", False),
        (f'jane namespaces="git,hardstand-*" {public}', "jane", True),
        (f'jane namespaces="git" {public}', "jane", False),
        (f'jane valid-after="20260101",valid-before="20270101Z" {public}', "jane", True),
        (f'jane valid-before="20260101Z" {public}', "jane", False),
        (f'jane valid-after="202607011200Z" {public}', "jane", False),
        (f"# somebody\n\njane {public}", "jane", True),
        (f"jane cert-authority {public}", "jane", False),
    ):
        found = any(one.speaks_for(name) and one.allows(signature, NOW) for one in signers(line))
        assert found is counts, line
    for wrong in ("jane", f"jane strange-option {public}", "jane ssh-ed25519 !!!", f'jane valid-after="soon" {public}'):
        with pytest.raises(ValueError, match="line 1"):
            signers(wrong)
