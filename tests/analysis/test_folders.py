"""Paths of a node, compared by whole segments."""

import pytest

from hardstand.analysis.folders import clean, inside


@pytest.mark.parametrize(
    ("path", "spelt"),
    [
        ("/", "/"),
        ("", "/"),
        ("//etc//", "/etc"),
        ("/data/../etc/./ssl", "/etc/ssl"),
        ("/../..", "/"),
        ("/var/run", "/run"),
        ("/var/run/docker.sock", "/run/docker.sock"),
        ("/var/runner", "/var/runner"),
        ("/var", "/var"),
    ],
)
def test_clean(path: str, spelt: str) -> None:
    assert clean(path) == spelt


@pytest.mark.parametrize(
    ("path", "folder", "lies"),
    [
        ("/data", "/data", True),
        ("/data/x", "/data/", True),
        ("/database", "/data", False),
        ("/data", "/data/x", False),
        ("/anything", "/", True),
        ("/run/docker.sock", "/var/run", True),
        ("/data/../etc", "/data", False),
    ],
)
def test_inside(path: str, folder: str, *, lies: bool) -> None:
    assert inside(path, folder) is lies
