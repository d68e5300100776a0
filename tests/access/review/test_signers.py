"""Whose signatures count: exactly for whom `ssh-keygen -Y verify` lets them, line by line."""

import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardstand.access.review.patterns import listed
from hardstand.access.review.signers import signers
from hardstand.access.review.sshsig import read

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
SPACES = (
    '"!hardstand-review"', '"!hardstand-review,*"', '"*,!hardstand-*"', '"*"', '""', '"git,hardstand-review"', '"[h]*"',
    '"hardstand-[a-z]*"', '"hardstand?review"', '"?"', '"*review"', '"*view?"', '"!git"', '"!git,*"', '","',
    '"Hardstand-*"',    '" hardstand-review"', '"a*a*a*a*a*w"', '"**?**"', '"!!hardstand-review"',
)  # fmt: skip
PRINCIPALS = (
    "ann", "*", "!ann,*", "*,!ann", "!bob", "!bob,a?n", "[a]nn", "a[nm]n", "an", "?nn,bob", '"ann"', "ANN", "a*n*",
    "ann,",
)  # fmt: skip
OPTIONS = (
    'namespaces="git",namespaces="hardstand-review"', "namespaces", 'namespaces="*",', 'cert-authority="x"',
    'namespaces="*",valid-after="20200101Z"', 'valid-before="20200101Z"', 'namespaces="*"x',
)  # fmt: skip


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], cwd=folder, check=True)
    (folder / "said").write_bytes(b"said")
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", "key", "-n", "hardstand-review", "said"]
    subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.mark.parametrize(
    ("principals", "options"),
    [
        *(("ann", f"namespaces={one}") for one in SPACES),
        *((one, "") for one in PRINCIPALS),
        *(("ann", one) for one in OPTIONS),
    ],
)
def test_a_line_counts_where_it_counts_for_ssh_keygen(keyed: Path, principals: str, options: str) -> None:
    line = f"{principals} {options} {(keyed / 'key.pub').read_text()}"
    (keyed / "allowed").write_text(line)
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "ann", "-n", "hardstand-review", "-s", "said.sig"]
    done = subprocess.run(command, input=b"said", cwd=keyed, check=False, capture_output=True)
    signature = read((keyed / "said.sig").read_text())
    try:
        counts = any(one.speaks_for("ann") and one.allows(signature, datetime.now(UTC)) for one in signers(line))
    except ValueError:
        counts = False
    assert counts is (done.returncode == 0), (line, done.stderr)


def test_patterns_fit_as_a_plain_search_says() -> None:
    chance = random.Random(7)
    fits = 0
    for _ in range(5000):
        word = "".join(chance.choices("ab", k=chance.randrange(6)))
        pattern = "".join(chance.choices("ab*?", k=chance.randrange(1, 6)))
        found = listed(word, pattern)
        assert found is _slow(word, pattern), (word, pattern)
        fits += found
    assert fits > 500
    assert not listed("a" * 5000, "a*" * 500 + "b")


def _slow(word: str, pattern: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return any(_slow(word[at:], pattern[1:]) for at in range(len(word) + 1))
    return bool(word) and pattern[0] in ("?", word[0]) and _slow(word[1:], pattern[1:])
