"""What a scanned tree may hold to hold a scan up, to mislead it or to make it read what it should not."""

import os
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from hardstand.sources import reading as reading_module
from hardstand.sources.files import discover
from hardstand.sources.interface import ReadOptions, Unreadable
from hardstand.sources.names import shown

from .conftest import scan


def test_links_out_of_the_tree_are_not_followed(tree, tmp_path):
    root = tree({"a.yaml": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("password: hunter2\n")
    (root / "file.yaml").symlink_to(outside / "secret.yaml")
    (root / "directory").symlink_to(outside)
    (root / "notes.txt").symlink_to(outside / "secret.yaml")
    reading = scan(".")
    assert reading.names == ["a.yaml"]
    assert [problem.path for problem in reading.problems] == ["directory", "file.yaml"]
    assert all("out of the scanned directory" in problem.reason for problem in reading.problems)
    named_too = scan(".", str(outside))
    assert not named_too.problems
    assert named_too.names == ["a.yaml", f"{outside}/secret.yaml"]


def test_loops_of_links_end(tree):
    root = tree({"a.yaml": "", "sub/b.yaml": ""})
    (root / "sub" / "up").symlink_to("..")
    (root / "self.yaml").symlink_to("self.yaml")
    (root / "ping").symlink_to("pong")
    (root / "pong").symlink_to("ping")
    reading = scan(".")
    assert reading.names == ["a.yaml", "sub/b.yaml"]
    assert reading.only_problem().path == "self.yaml"
    assert "leads back to itself" in reading.only_problem().reason
    assert "leads back to itself" in scan("ping").only_problem().reason


def test_broken_links_are_said_and_editors_locks_are_not(tree):
    root = tree({"a.yaml": ""})
    (root / "gone.yaml").symlink_to("nowhere.yaml")
    (root / ".#a.yaml").symlink_to("user@host.4711:1")
    assert scan(".").only_problem().path == "gone.yaml"


def test_pipes_sockets_and_devices_are_refused(tree):
    root = tree({"a.yaml": ""})
    os.mkfifo(root / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket.yaml"))
        os.mkfifo(root / "pipe-of-no-manifest")
        reading = scan(".")
    assert reading.names == ["a.yaml"]
    assert [(problem.path, problem.reason.partition(",")[0]) for problem in reading.problems] == [
        ("pipe.yaml", "a named pipe"),
        ("socket.yaml", "a socket"),
    ]


def test_an_endless_device_is_refused():
    assert "a character device" in scan("/dev/zero").only_problem().reason


def test_a_device_in_a_walk_is_refused(tree):
    root = tree({"a.yaml": ""})
    try:
        os.mknod(root / "zero.yaml", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device file needs root")
    assert "a character device" in scan(".").only_problem().reason


def test_a_named_pipe_without_a_writer_is_given_up(tree, monkeypatch):
    root = tree({})
    os.mkfifo(root / "pipe")
    monkeypatch.setattr(reading_module, "STREAM_PATIENCE", 0.2)
    assert "is its writer running?" in scan("pipe").only_problem().reason


def test_a_file_exchanged_for_a_pipe_after_the_walk_does_not_block(tree):
    root = tree({"a.yaml": ""})
    (unit,) = discover(["."], ReadOptions())
    assert not isinstance(unit, Unreadable)
    (root / "a.yaml").unlink()
    os.mkfifo(root / "a.yaml")
    (problem,) = unit.open()
    assert isinstance(problem, Unreadable)
    assert "a named pipe" in problem.reason


def test_a_file_that_vanishes_after_the_walk_is_said(tree):
    root = tree({"a.yaml": ""})
    (unit,) = discover(["."], ReadOptions())
    (root / "a.yaml").unlink()
    (problem,) = unit.open()
    assert isinstance(problem, Unreadable)
    assert problem.reason == "no such file or directory"


def test_reading_is_bounded(tree, monkeypatch):
    tree({"a.yaml": "x" * 2048, "b.yaml": "kind: Pod\n"})
    monkeypatch.setattr(reading_module, "READ_LIMIT", 1024)
    reading = scan(".")
    assert reading.names == ["b.yaml"]
    assert reading.only_problem().path == "a.yaml"
    assert "too large for manifests" in reading.only_problem().reason


def test_permission_denied_is_said_for_files_and_directories(nobody):
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "a.yaml").write_text("")
        (root / "closed.yaml").write_text("")
        (root / "closed").mkdir()
        (root / "closed.yaml").chmod(0)
        (root / "closed").chmod(0)
        reading = scan(name)
        (root / "closed").chmod(0o700)
    assert reading.names == [f"{name}/a.yaml"]
    assert {problem.path for problem in reading.problems} == {f"{name}/closed", f"{name}/closed.yaml"}
    assert all(problem.reason.startswith("permission denied") for problem in reading.problems)


def test_names_with_control_characters_are_made_safe(tree):
    root = tree({"red\x1b[31m\n.yaml": "", "übung.yaml": "", "a\u202eb.yaml": ""})
    Path(os.fsdecode(os.fsencode(str(root)) + b"/raw\xff.yaml")).write_text("")
    assert sorted(scan(".").names) == ["a\\u202eb.yaml", "raw\\xff.yaml", "red\\x1b[31m\\x0a.yaml", "übung.yaml"]
    assert scan("no\x1b[2Jpe").only_problem().path == "no\\x1b[2Jpe"


@pytest.mark.parametrize("name", ["a\x00b", "a\x7f", "a\x85", "a\u2028b", "a\u2066b", "\udcff"])
def test_shown_leaves_nothing_that_acts_on_a_terminal(name):
    assert shown(name).isprintable()
    assert shown(name) != name


def test_a_deep_tree_is_walked_to_where_the_system_can(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(120):
        Path("d" * 40).mkdir()
        os.chdir("d" * 40)
    Path("a.yaml").write_text("")
    os.chdir(tmp_path)
    reading = scan(".")
    assert not reading.names
    assert "too long" in reading.only_problem().reason
