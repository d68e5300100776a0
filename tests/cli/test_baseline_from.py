"""Where a baseline is taken from: never from what is scanned, and from a protected branch where that is asked for.

Real git repositories, and the real command.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STRICT = "modes:\n- {mode: block, control: privileged-container}\n"
EXCUSED = """\
modes:
- {mode: off, control: privileged-container}
exceptions:
- id: mine
  match: {control: privileged-container, name: "*"}
  owner: mallory
  reason: trust me
  approved_by: mallory
  expires: 2099-12-31
"""
MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: registry.example/web, securityContext: {privileged: true}}]}
"""

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Git in the repository `shop`, by somebody, without settings of this machine."""
    root = tmp_path / "shop"
    root.mkdir()
    who = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30, check=True)
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    return run


@pytest.fixture
def shop(tmp_path: Path, git: Git) -> Path:
    """A repository whose main branch blocks, and whose checked-out branch excuses everything."""
    root = tmp_path / "shop"
    (root / "deploy").mkdir()
    (root / "deploy" / "web.yaml").write_text(MANIFEST, encoding="utf-8")
    (root / "hardstand.yaml").write_text(STRICT, encoding="utf-8")
    (root / "team").mkdir()
    (root / "team" / "hardstand.yaml").write_text("extends: ../hardstand.yaml\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "-m", "strict")
    git("tag", "v1")
    git("tag", "-a", "v1-signed", "-m", "annotated")
    git("update-ref", "refs/remotes/origin/main", "main")
    git("switch", "--quiet", "--create", "excuse-me")
    (root / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    (root / "team" / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    git("commit", "--quiet", "--all", "-m", "excuse me")
    return root


def scan(folder: Path, *arguments: str, path: str = "deploy") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "scan", path, "--format", "json", *arguments]
    command += ["--select", "privileged-container"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)


def action(done: "subprocess.CompletedProcess[str]") -> str:
    found: dict[str, Any] = json.loads(done.stdout)
    (one,) = found["findings"]
    return str(one["action"])


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """What is said where nothing is judged."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_pull_request_excuses_itself_only_where_its_own_file_is_read(shop: Path) -> None:
    assert action(scan(shop)) == "off"
    done = scan(shop, "--baseline-from", "main")
    assert (done.returncode, action(done)) == (1, "block")


@pytest.mark.parametrize(
    "ref", ["main", "v1", "v1-signed", "origin/main", "refs/heads/main", "refs/remotes/origin/main", "main^{commit}",
            "HEAD~1", "excuse-me^", "@{-1}", "tags/v1"]
)  # fmt: skip
def test_every_name_of_a_commit_will_do(shop: Path, ref: str) -> None:
    done = scan(shop, "--baseline-from", ref)
    assert (done.returncode, action(done)) == (1, "block")
    assert json.loads(done.stdout)["baseline"] == {
        "path": f"{ref}:hardstand.yaml",
        "digest": hashlib.sha256(STRICT.encode()).hexdigest(),
    }


def test_a_whole_commit_will_do_and_is_called_by_its_beginning(shop: Path, git: Git) -> None:
    commit = git("rev-parse", "main")
    done = scan(shop, "--baseline-from", commit)
    assert action(done) == "block"
    assert json.loads(done.stdout)["baseline"]["path"] == f"{commit[:12]}:hardstand.yaml"


@pytest.mark.parametrize(
    "ref",
    ["mian", "origin/none", "0" * 40, "main:hardstand.yaml", "main:deploy", "main^{tree}", "main..excuse-me", "v1 v2",
     "*", "refs/heads/*", "$(touch broken)", "`touch broken`", "main;touch broken", "..", "/etc/passwd", "\u202emain"],
)  # fmt: skip
def test_what_names_no_commit_is_an_error(shop: Path, ref: str) -> None:
    words = refused(scan(shop, "--baseline-from", ref))
    assert words.startswith("hardstand: error: --baseline-from ")
    assert "git knows no commit" in words
    assert "hint: " in words
    assert not (shop / "broken").exists()
    assert not (shop / "deploy" / "broken").exists()


@pytest.mark.parametrize(
    "ref", ["--upload-pack=touch broken", "--output=broken", "-h", "--all", "--exec=touch broken", "", " "]
)
def test_an_option_of_git_is_no_name(shop: Path, ref: str) -> None:
    words = refused(scan(shop, f"--baseline-from={ref}"))
    assert "is no name of a commit" in words
    assert not list(shop.rglob("broken"))


def test_a_tag_cannot_take_the_place_of_the_branch(shop: Path, git: Git) -> None:
    """Git prefers a tag to a branch of the same name, and whoever may push tags is not whoever may push to main."""
    git("tag", "main", "excuse-me")
    words = refused(scan(shop, "--baseline-from", "main"))
    assert "`main` is ambiguous" in words
    assert "hint: name one in full: `refs/" in words
    assert action(scan(shop, "--baseline-from", "refs/heads/main")) == "block"
    git("branch", "origin/main", "excuse-me")
    assert "ambiguous" in refused(scan(shop, "--baseline-from", "origin/main"))
    # The same commit by several names is no question.
    git("tag", "-f", "main", "refs/heads/main")
    assert action(scan(shop, "--baseline-from", "main")) == "block"


def test_an_annotated_tag_is_the_commit_that_it_names(shop: Path, git: Git) -> None:
    git("branch", "v1-signed", "v1")
    assert action(scan(shop, "--baseline-from", "v1-signed")) == "block"


def test_what_is_not_committed_has_no_say(shop: Path, git: Git) -> None:
    git("switch", "--quiet", "main")
    (shop / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    assert action(scan(shop, "--baseline-from", "HEAD")) == "block"
    git("add", ".")
    assert action(scan(shop, "--baseline-from", "HEAD")) == "block"
    (shop / "hardstand.yaml").unlink()
    assert action(scan(shop, "--baseline-from", "HEAD")) == "block"


def test_settings_of_the_repository_run_no_program(shop: Path, git: Git) -> None:
    (shop / "run.sh").write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    (shop / "run.sh").chmod(0o755)
    program = str(shop / "run.sh")
    (shop / ".gitattributes").write_text("* filter=evil diff=evil\n", encoding="utf-8")
    for key in (
        "core.fsmonitor",
        "core.pager",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "core.sshCommand",
        "alias.ls-tree",
    ):
        git("config", key, program)
    assert action(scan(shop, "--baseline-from", "main")) == "block"
    assert not list(shop.rglob("ran"))


def test_below_the_top_the_file_of_the_working_directory_is_read(shop: Path) -> None:
    done = scan(shop / "team", "--baseline-from", "main", path="../deploy")
    assert (done.returncode, action(done)) == (1, "block")
    assert json.loads(done.stdout)["baseline"]["path"] == "main:team/hardstand.yaml"
    assert action(scan(shop / "team", path="../deploy")) == "off"
    words = refused(scan(shop / "deploy", "--baseline-from", "main", path="."))
    assert "main:deploy/hardstand.yaml" in words
    assert "not in it" in words
    done = scan(shop / "deploy", "--baseline-from", "main", "--baseline", "../hardstand.yaml", path=".")
    assert action(done) == "block"


def test_nothing_outside_of_the_repository_is_read(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    for name in ("../hardstand.yaml", str(tmp_path / "hardstand.yaml"), "/etc/passwd"):
        assert "leads out of the repository" in refused(scan(shop, "--baseline-from", "main", "--baseline", name))


@pytest.mark.parametrize("target", ["evil.yaml", "../outside.yaml", "/etc/hostname", "folder"])
def test_a_link_in_the_commit_is_not_followed(shop: Path, git: Git, target: str) -> None:
    (shop / "evil.yaml").write_text(EXCUSED, encoding="utf-8")
    (shop / "folder").mkdir()
    (shop / "folder" / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    (shop / "hardstand.yaml").unlink()
    (shop / "hardstand.yaml").symlink_to(target)
    (shop / "linked").symlink_to("folder")
    git("add", ".")
    git("commit", "--quiet", "-m", "link")
    assert "is no regular file" in refused(scan(shop, "--baseline-from", "excuse-me"))
    done = scan(shop, "--baseline-from", "excuse-me", "--baseline", "linked/hardstand.yaml")
    assert "not in it" in refused(done)


def test_a_mistake_in_the_commit_is_told_as_the_commit_s(shop: Path, git: Git) -> None:
    (shop / "hardstand.yaml").write_text("modes:\n- mode: blok\n", encoding="utf-8")
    git("commit", "--quiet", "--all", "-m", "wrong")
    (shop / "hardstand.yaml").write_text(STRICT, encoding="utf-8")
    words = refused(scan(shop, "--baseline-from", "excuse-me"))
    assert words == (
        "hardstand: error: excuse-me:hardstand.yaml:2:9: `blok` is not one of off, warn or block\n"
        "  hint: did you mean `block`?\n"
    )


def test_what_a_commit_extends_is_read_from_the_commit(shop: Path, git: Git) -> None:
    git("switch", "--quiet", "--create", "layered", "main")
    (shop / "platform").mkdir()
    (shop / "platform" / "base.yaml").write_text(STRICT, encoding="utf-8")
    (shop / "hardstand.yaml").write_text("extends: platform/base.yaml\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "-m", "layers")
    (shop / "platform" / "base.yaml").write_text(EXCUSED, encoding="utf-8")
    assert action(scan(shop)) == "off"
    assert action(scan(shop, "--baseline-from", "layered")) == "block"


def pinned(commit: str, text: str = STRICT, **more: str) -> str:
    facts = {"path": "base.yaml", "commit": commit, "sha256": hashlib.sha256(text.encode()).hexdigest(), **more}
    return json.dumps({"extends": facts})


@pytest.fixture
def platform(tmp_path: Path, git: Git) -> Path:
    """A repository of the platform team, its baseline since changed."""
    root = tmp_path / "platform"
    git("init", "--quiet", "--initial-branch=main", str(root))
    for text in (STRICT, EXCUSED):
        (root / "base.yaml").write_text(text, encoding="utf-8")
        git("-C", str(root), "add", ".")
        git("-C", str(root), "commit", "--quiet", "-m", "one more")
    return root


def test_a_pinned_copy_is_read_from_its_commit(shop: Path, platform: Path, git: Git) -> None:
    first, second = git("-C", str(platform), "rev-list", "--reverse", "main").split()
    (shop / "hardstand.yaml").write_text(pinned(first, repository="../platform"), encoding="utf-8")
    assert action(scan(shop)) == "block"
    # Another commit's file is not the one whose checksum is given.
    (shop / "hardstand.yaml").write_text(pinned(second, repository="../platform"), encoding="utf-8")
    assert "is not the file whose checksum is given" in refused(scan(shop))
    # Loosening what is pinned names both lines, the pinned one as the commit's.
    loosening = pinned(first, repository="../platform").removesuffix("}") + ', "modes": [{"mode": "warn"}]}'
    (shop / "hardstand.yaml").write_text(
        loosening.replace('"warn"', '"warn", "control": "privileged-container"'), encoding="utf-8"
    )
    words = refused(scan(shop))
    assert f"`warn` for control privileged-container loosens `block` of {first[:12]}:base.yaml:2" in words


def test_a_pinned_copy_of_the_same_repository(shop: Path, git: Git) -> None:
    commit = git("rev-parse", "main")
    (shop / "hardstand.yaml").write_text(pinned(commit, path="hardstand.yaml"), encoding="utf-8")
    # A file of the same name in a commit is not the same file: this is no circle.
    assert action(scan(shop)) == "block"
    git("commit", "--quiet", "--all", "-m", "pinned")
    assert action(scan(shop, "--baseline-from", "excuse-me")) == "block"


def test_from_a_commit_no_other_repository_is_reached(shop: Path, platform: Path, git: Git) -> None:
    first = git("-C", str(platform), "rev-list", "--max-parents=0", "main")
    (shop / "hardstand.yaml").write_text(pinned(first, repository="../platform"), encoding="utf-8")
    git("commit", "--quiet", "--all", "-m", "pinned elsewhere")
    words = refused(scan(shop, "--baseline-from", "excuse-me"))
    assert "cannot lead to another repository" in words


@pytest.mark.parametrize(
    "repository", ["../nowhere", "https://example.com/platform.git", "ext::touch broken", "--upload-pack=x"]
)
def test_a_repository_that_is_none(shop: Path, repository: str) -> None:
    (shop / "hardstand.yaml").write_text(pinned("0" * 40, repository=repository), encoding="utf-8")
    assert "cannot read `base.yaml`" in refused(scan(shop))
    assert not list(shop.rglob("broken"))


def test_without_git_there_is_no_ref(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(MANIFEST, encoding="utf-8")
    words = refused(scan(tmp_path, "--baseline-from", "main", path="web.yaml"))
    assert "not a git repository" in words


def test_what_is_scanned_brings_no_baseline(shop: Path, tmp_path: Path) -> None:
    """The scanned folder's own file has no say unless one is in it, or names it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert action(scan(elsewhere, path=str(shop))) == "warn"
    (elsewhere / "hardstand.yaml").write_text(STRICT, encoding="utf-8")
    assert action(scan(elsewhere, path=str(shop))) == "block"
    (shop / "deploy" / "hardstand.yaml").write_text(EXCUSED, encoding="utf-8")
    assert action(scan(elsewhere, path=str(shop / "deploy"))) == "block"
    assert action(scan(elsewhere, "--baseline", str(shop / "hardstand.yaml"), path=str(shop))) == "off"


@pytest.mark.parametrize("name", ["hardstand.yml", ".hardstand.yaml"])
def test_a_file_that_is_nearly_called_so_is_not_passed_over(tmp_path: Path, name: str) -> None:
    (tmp_path / "web.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / name).write_text(STRICT, encoding="utf-8")
    words = refused(scan(tmp_path, path="web.yaml"))
    assert f"{name} is not read" in words
    assert action(scan(tmp_path, "--baseline", name, path="web.yaml")) == "block"


def test_what_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(MANIFEST, encoding="utf-8")
    place = tmp_path / "hardstand.yaml"
    place.symlink_to("nowhere.yaml")
    assert "hardstand.yaml" in refused(scan(tmp_path, path="web.yaml"))
    place.unlink()
    place.mkdir()
    assert "is no regular file" in refused(scan(tmp_path, path="web.yaml"))
    place.rmdir()
    os.mkfifo(place)
    assert "is no regular file" in refused(scan(tmp_path, path="web.yaml"))
    assert "No such file" in refused(scan(tmp_path, "--baseline", "other.yaml", path="web.yaml"))
    assert "--baseline names no file" in refused(scan(tmp_path, "--baseline=", path="web.yaml"))
