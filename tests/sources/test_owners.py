"""Which named input each thing that is found is counted under."""

import time

import pytest

from hardstand.wiring import ScanRequest
from hardstand.wiring.discovering import discovered


def owners(*paths):
    found = discovered(ScanRequest(paths))
    met = [(unit.path, number) for number, unit in found.units] + [(one.path, number) for number, one in found.faults]
    return dict(met), found.ignored


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("a", "a/b", "a/b/c.yaml"), {"a/x.yaml": 0, "a/b/y.yaml": 1, "a/b/c.yaml": 2}),
        (("a/b//", ".", "./a"), {"a/x.yaml": 2, "a/b/y.yaml": 0, "a/b/c.yaml": 0, "ab.yaml": 1}),
        (("./ab.yaml", "a//b/y.yaml"), {"ab.yaml": 0, "a/b/y.yaml": 1}),
        (("ab.yaml", "nope", "nope/x", "a\nb"), {"ab.yaml": 0, "nope": 1, "nope/x": 2, "a\\x0ab": 3}),
    ],
)
def test_the_nearest_named_path_owns(tree, paths, expected):
    tree(dict.fromkeys(("a/x.yaml", "a/b/y.yaml", "a/b/c.yaml", "ab.yaml"), ""))
    assert owners(*paths)[0] == expected


def test_absolute_paths(tree):
    root = tree({"a/x.yaml": "", "b/y.yaml": "", "b/.tox/z": ""})
    assert owners(f"{root}/a/", f"{root}/b") == ({f"{root}/a/x.yaml": 0, f"{root}/b/y.yaml": 1}, [1])


def test_standard_input_is_its_own(tree, monkeypatch):
    tree({"a.yaml": ""})
    monkeypatch.setattr("hardstand.sources.arguments.read_standard_input", lambda name: b"")
    assert owners("a.yaml", "-")[0] == {"a.yaml": 0, "<stdin>": 1}


def test_many_named_paths_take_linear_time(tree):
    tree({})
    paths = [f"missing/{number}.yaml" for number in range(20_000)]
    begun = time.perf_counter()
    assert list(owners(*paths)[0].values()) == list(range(20_000))
    assert time.perf_counter() - begun < 15
