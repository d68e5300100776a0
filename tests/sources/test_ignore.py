"""The ignore file speaks gitignore: git itself is asked."""

import shutil
import subprocess

import pytest

from hardstand.sources import ignore

PATHS = [
    "a.yaml", "b.yml", "dir/a.yaml", "dir/sub/a.yaml", "dir/sub/deep/c.yaml", "other/dir/a.yaml", "x/y/z.yaml",
    "!bang.yaml", "#hash.yaml", "with space.yaml", "trail .yaml", "back\\slash.yaml", "a1.yaml", "az.yaml", "a-.yaml",
    "foo/bar/baz.yaml", "foo/baz.yaml", "foobar.yaml", ".hidden/a.yaml", "[x].yaml", "aXb/c.yaml", "long/aab.yaml",
]  # fmt: skip

FILES = [
    "*.yaml", "*.yaml\n!a.yaml", "/a.yaml", "dir/", "dir", "/dir/*", "dir/**", "**/a.yaml", "dir/**/a.yaml",
    "**/sub/", "sub/*.yaml", "dir/sub/a.yaml", "\\!bang.yaml", "\\#hash.yaml", "#hash.yaml", "!bang.yaml",
    "with space.yaml  ", "trail\\ .yaml", "back\\\\slash.yaml", "a[0-9].yaml", "a[!0-9].yaml", "a[^z].yaml",
    "a[a-]*.yaml", "a?.yaml", "foo/**/baz.yaml", "foo*", "*/baz.yaml", "foo/*", "foo/*\n!foo/bar/",
    "foo/*\n!foo/bar/\nfoo/bar/*", "*\n!*/\n!*.yml", ".*", "\\[x\\].yaml", "[x].yaml", "a*b", "*a*b*", "a**b/c.yaml",
    "", "   ", "/", "**", "*", "x/**/z.yaml", "**/**/a.yaml", "long/*ab.yaml", "*aab.yaml", "a[z-a].yaml", "[", "dir//",
    "\n\na.yaml\r\n", "!a.yaml\n*.yaml", "dir/\n!dir/a.yaml", "*.y?ml", "a[", "*[0-9].yaml", "**a.yaml",
]  # fmt: skip


def walked(paths, rules):
    """The paths that a walk would reach: one whose parent is ignored is never looked at."""
    kept = []
    for path in paths:
        steps = path.split("/")
        parents = ["/".join(steps[:end]) for end in range(1, len(steps))]
        if not any(ignore.ignored(parent, True, rules) for parent in parents) and not ignore.ignored(
            path, False, rules
        ):
            kept.append(path)
    return kept


@pytest.mark.parametrize("text", FILES)
def test_git_agrees(tmp_path, text):
    if shutil.which("git") is None:
        pytest.skip("git is not on PATH")
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / ".gitignore").write_text(text, newline="")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    rules = (("", ignore.parse(text)),)
    assert sorted(walked(PATHS, rules)) == sorted(path for path in listed if path in PATHS)


def test_deeper_files_win():
    rules = (("", ignore.parse("*.yaml")), ("dir", ignore.parse("!a.yaml\n/sub")))
    assert ignore.ignored("b.yaml", False, rules)
    assert not ignore.ignored("dir/a.yaml", False, rules)
    assert ignore.ignored("dir/sub", True, rules)
    assert ignore.ignored("dir/b.yaml", False, rules)


@pytest.mark.parametrize("pattern", ["*a" * 60 + "b", "**/" * 60 + "b", "*" * 500 + "b", "[a]*" * 60 + "b"])
def test_a_hostile_pattern_is_answered(pattern):
    rules = (("", ignore.parse(pattern)),)
    assert not ignore.ignored("/".join(["a" * 200] * 60), False, rules)
