"""Diffs: git takes them, and no secret is in them."""

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.plan.diff import unified

SECRET = b"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  token: correct-horse-battery\n"
CONFIG = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: b\n"


def applied(folder: Path, old: bytes, diff: str) -> bytes:
    (folder / "page.yaml").write_bytes(old)
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], input=diff.encode(), cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode() + diff
    return (folder / "page.yaml").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("diff")
    subprocess.run(["git", "init", "-q"], cwd=made, check=True)
    return made


LINES = st.lists(st.sampled_from(["a: 1", "b: 2", "# c", "", "d: é", "  e: f", "g:\t1", "crlf: 1\r"]), max_size=25)


@given(LINES, LINES, st.booleans(), st.booleans(), st.data())
@settings(max_examples=150, deadline=None)
def test_git_takes_it(
    folder: Path, before: list[str], extra: list[str], one: bool, two: bool, data: st.DataObject
) -> None:
    after = [line for line in before if data.draw(st.booleans())]
    for line in extra[:4]:
        after.insert(data.draw(st.integers(0, len(after))), line)
    old = ("\n".join(before) + "\n" * one).encode()
    new = ("\n".join(after) + "\n" * two).encode()
    if old == new or not old or not new:
        return
    diff = unified("page.yaml", old, new)
    if not diff.masked:  # What is no document is not shown.
        assert applied(folder, old, diff.text) == new


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("a:\n  z: 1\n", "a:\n  b: 2\n  z: 1\n", ["+  b: 2"]),
        ("a:\n  z: 1\nc:\n  d: 1\n", "a:\n  y: 0\n  z: 1\nc:\n  c: 0\n  d: 1\n", ["+  y: 0", "+  c: 0"]),
        (
            "web:\n  image: a\n  tty: true\ndb:\n  image: b\n  pid: host\n",
            "web:\n  image: a\n  user: x\ndb:\n  image: b\n  user: x\n",
            ["-  tty: true", "+  user: x", "-  pid: host", "+  user: x"],
        ),
        ("a: 1\nb: 2\n", "a: 1\nc: 3\nb: 2\nd: 4\n", ["+c: 3", "+d: 4"]),
    ],
)
def test_lines_that_stay_are_not_told_as_changed(folder: Path, old: str, new: str, changed: list[str]) -> None:
    """However few of them stand between two changes, or before the end."""
    diff = unified("page.yaml", old.encode(), new.encode())
    shown = [line for line in diff.text.splitlines()[2:] if line[0] in "+-"]
    assert shown == changed
    assert applied(folder, old.encode(), diff.text) == new.encode()


def test_a_line_behind_the_only_one(folder: Path) -> None:
    old = b"a: 1\n"
    assert applied(folder, old, unified("page.yaml", old, b"a: 1\nb: 2").text) == b"a: 1\nb: 2"
    masked = unified("page.yaml", b"# c\n", b"# c\na: 1")
    assert masked.masked
    assert masked.text.startswith("--- a/page.yaml\n+++ b/page.yaml\n@@ -1,1 +1,2 @@\n")


def test_context_with_a_secret_is_left_out(folder: Path) -> None:
    old = SECRET + b"---\n" + CONFIG + b"---\n" + SECRET
    new = old.replace(b"kind: ConfigMap", b"kind: ConfigMap\nimmutable: true")
    diff = unified("page.yaml", old, new)
    assert not diff.masked
    assert "correct-horse" not in diff.text
    assert applied(folder, old, diff.text) == new


def test_a_change_beside_a_secret_value_is_masked() -> None:
    diff = unified("page.yaml", SECRET, SECRET + b"immutable: true\n")
    assert "+immutable: true" in diff.text
    assert "correct-horse" not in diff.text


def test_a_secret_without_a_line_around_it_is_masked() -> None:
    old = SECRET.replace(b"stringData:\n", b"").replace(b"  token", b"x: 1\ntoken")
    diff = unified("page.yaml", old, old.replace(b"x: 1\n", b""))
    assert diff.masked
    assert "correct-horse" not in diff.text
    assert "token: ••••" in diff.text


@pytest.mark.parametrize(
    "line", [b"PGPASSWORD: s3cr3t-and-long-9", b"z: 1  # password: s3cr3t-and-long-9", b"# old_token=s3cr3t-and-long-9"]
)
def test_literals_and_comments_elsewhere(line: bytes) -> None:
    old = CONFIG.replace(b"  a: b", b"  " + line + b"\n  a: b")
    diff = unified("page.yaml", old, old.replace(b"  a: b", b"  a: c"))
    assert "s3cr3t" not in diff.text
    assert "+  a: c" in diff.text


LOGIN = base64.b64encode(b"shop:s3cr3t-and-long-9")


@pytest.mark.parametrize(
    "lines",
    [
        b"- name: Authorization\n          value: Basic " + LOGIN,
        b"- {name: Authorization, value: Basic " + LOGIN + b"}",
        b"- name: Authorization\n          value: Basic\n            " + LOGIN,
        b"- name: Accept # Authorization: Basic " + LOGIN + b"\n          value: a",
        b"- name: Accept # was Basic " + LOGIN + b"\n          value: a",
    ],
)
def test_headers_of_probes_are_neither_context_nor_shown(lines: bytes) -> None:
    head = b"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    livenessProbe:\n"
    old = head + b"      httpGet:\n        httpHeaders:\n        " + lines + b"\n        port: 80\n"
    behind = unified("page.yaml", old, old.replace(b"port: 80", b"port: 81"))
    assert "+        port: 81" in behind.text
    beside = unified("page.yaml", old, old.replace(LOGIN, b"$(LOGIN)"))
    for text in (behind.text, beside.text):
        assert LOGIN.decode() not in text


@pytest.mark.parametrize(
    "said",
    [
        b"    environment:\n      DB_PASSWORD: s3cr3t-and-long-9\n",
        b"    environment: [DB_PASSWORD=s3cr3t-and-long-9]\n",
        b"    command: server --password s3cr3t-and-long-9\n",
        b"    command: [server, --password, s3cr3t-and-long-9]\n",
        b"    labels:\n      api_token: s3cr3t-and-long-9\n",
        b"    environment:\n    - DATABASE_URL=postgres://app:s3cr3t-and-long-9@db/app\n",
    ],
)
def test_secrets_of_compose_files(folder: Path, said: bytes) -> None:
    """They are no objects of Kubernetes, and have secrets all the same."""
    old = b"services:\n  app:\n    image: a\n    pid: host\n" + said
    new = old.replace(b"    pid: host\n", b"")
    diff = unified("compose.yaml", old, new)
    assert "s3cr3t" not in diff.text
    assert "-    pid: host\n" in diff.text
    behind = unified("compose.yaml", old + b"    tty: true\n", old + b"    tty: false\n")
    assert "s3cr3t" not in behind.text
    beside = unified("compose.yaml", old, old.replace(b"s3cr3t", b"s3cr3t-too"))
    assert beside.masked
    assert "s3cr3t" not in beside.text


def test_a_document_that_cannot_be_read_is_not_shown() -> None:
    old = b"password: [hunter2\n---\n" + CONFIG
    diff = unified("page.yaml", old, old.replace(b"ConfigMap", b"Config"))
    assert "hunter2" not in diff.text


def test_names_are_quoted_as_git_does() -> None:
    assert unified('a "b"\n.yaml', b"a: 1\n", b"a: 2\n").text.startswith('--- "a/a \\"b\\"\\012.yaml"\n')
