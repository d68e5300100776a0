"""Which files a scan reads, and under which names."""

import os
import subprocess
import sys

import pytest

from .conftest import scan


def test_a_directory_is_walked_sorted_and_by_ending(tree):
    tree({"b.yml": "", "a.yaml": "", "c.JSON": "", "d.txt": "", "sub/e.yaml": "", "Sub/f.yaml": "", "a/g.yaml": ""})
    assert scan(".").names == ["a.yaml", "b.yml", "c.JSON", "Sub/f.yaml", "a/g.yaml", "sub/e.yaml"]


def test_what_is_named_is_read_whatever_its_ending(tree):
    tree({"manifest.txt": "kind: Pod\n", "x.yaml": ""})
    reading = scan("manifest.txt", "x.yaml")
    assert reading.texts["manifest.txt"] == "kind: Pod\n"
    assert [page.named for page in reading.pages] == [True, True]
    assert [page.named for page in scan(".").pages] == [False]


def test_what_is_reached_twice_is_read_once(tree):
    root = tree({"deploy/a.yaml": "", "deploy/b.yaml": ""})
    (root / "deploy" / "0-link.yaml").symlink_to("b.yaml")
    (root / "again").symlink_to("deploy")
    reading = scan("deploy/b.yaml", ".", "./deploy//", str(root / "deploy" / "a.yaml"), "again")
    assert reading.names == ["deploy/b.yaml", "deploy/a.yaml"]
    assert not reading.problems


def test_a_link_to_a_file_that_the_walk_would_not_meet_is_read_under_the_links_name(tree):
    root = tree({"db.v3": "kind: Pod\n"})
    (root / "db.yaml").symlink_to("db.v3")
    assert scan(".").texts == {"db.yaml": "kind: Pod\n"}


def test_hard_links_are_files_of_their_own(tree):
    root = tree({"a.yaml": "kind: Pod\n"})
    os.link(root / "a.yaml", root / "b.yaml")
    assert scan(".").names == ["a.yaml", "b.yaml"]


def test_directories_of_tools_are_not_entered_unless_named(tree):
    tree({f"{name}/x.yaml": "" for name in (".git", "node_modules", ".venv", ".terraform", "deploy", ".github")})
    tree({"env3/pyvenv.cfg": "", "env3/lib/x.yaml": "", "__pycache__/x.yaml": ""})
    reading = scan(".")
    assert reading.names == [".github/x.yaml", "deploy/x.yaml"]
    assert sorted(reading.ignored) == [".terraform", ".venv", "env3", "node_modules"]
    assert scan("node_modules").names == ["node_modules/x.yaml"]


def test_the_ignore_file_holds_for_its_directory_and_below(tree):
    tree(dict.fromkeys(("a.yaml", "old/b.yaml", "sub/a.yaml", "sub/keep/c.yaml", "sub/drop/d.yaml"), ""))
    tree({".hardstandignore": "/a.yaml\nold/\n", "sub/.hardstandignore": "*\n!keep/\n!c.yaml\n"})
    reading = scan(".")
    assert reading.names == ["sub/keep/c.yaml"]
    assert reading.ignored == ["a.yaml", "old", "sub/a.yaml", "sub/drop"]


def test_a_named_file_is_read_though_it_is_ignored(tree):
    tree({"a.yaml": "", ".hardstandignore": "a.yaml\n"})
    assert scan("a.yaml").names == ["a.yaml"]


@pytest.mark.parametrize("files", [{}, {"README.md": ""}, {"a.yaml": "", ".hardstandignore": "*\n"}])
def test_a_named_directory_without_manifests_is_said(tree, files):
    root = tree({})
    (root / "empty").mkdir()
    tree({f"empty/{name}": text for name, text in files.items()})
    problem = scan("empty").only_problem()
    assert (problem.path, problem.why) == ("empty", "unreadable")
    assert "holds no manifests" in problem.reason


def test_missing_paths_do_not_hide_the_others(tree):
    tree({"a.yaml": ""})
    reading = scan("nope", "a.yaml", "nope/b.yaml", "a.yaml/c", "nul\0l")
    assert reading.names == ["a.yaml"]
    assert [problem.path for problem in reading.problems] == ["nope", "nope/b.yaml", "a.yaml/c", "nul\\x00l"]
    assert reading.problems[0].reason == "no such file or directory"


def test_standard_input(monkeypatch, tmp_path):
    source = tmp_path / "in"
    source.write_text("kind: Pod\n")
    handle = os.open(source, os.O_RDONLY)
    before = os.dup(0)
    try:
        os.dup2(handle, 0)
        assert scan("-").texts == {"<stdin>": "kind: Pod\n"}
    finally:
        os.dup2(before, 0)
        os.close(handle)
        os.close(before)


READ = """
import sys
from hardstand.sources.files import discover
from hardstand.sources.interface import ReadOptions
for unit in discover(sys.argv[1:], ReadOptions()):
    for page in unit.open():
        print(page.name.partition("/fd/")[0], page.data)
"""


@pytest.mark.parametrize(
    "words", ["- < a.yaml", "/dev/stdin < a.yaml", "<(cat a.yaml)", "- < <(sleep 0.2; cat a.yaml)"]
)
def test_streams_of_a_shell(tree, words):
    tree({"a.yaml": "kind: Pod\n", "read.py": READ})
    command = f"{sys.executable} read.py {words}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=20, check=False)
    assert done.stderr == ""
    assert "kind: Pod" in done.stdout


def test_dev_null_is_empty():
    assert scan("/dev/null").texts == {"/dev/null": ""}


def test_names_are_relative_when_the_argument_is(tree):
    root = tree({"deploy/a.yaml": ""})
    assert scan("./deploy/").names == ["deploy/a.yaml"]
    assert scan("deploy/../deploy").names == ["deploy/../deploy/a.yaml"]
    assert scan(str(root)).names == [f"{root}/deploy/a.yaml"]


def test_the_order_does_not_depend_on_the_file_system(tree, monkeypatch):
    tree({f"{name}.yaml": "" for name in "fbdaec"})
    real = os.scandir

    class Backwards:
        def __init__(self, path):
            self.entries = sorted(real(path), key=lambda entry: entry.name, reverse=True)

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            return None

    forwards = scan(".").names
    monkeypatch.setattr(os, "scandir", Backwards)
    assert scan(".").names == forwards == [f"{name}.yaml" for name in "abcdef"]
