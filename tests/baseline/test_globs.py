"""Patterns for names and for paths, against tables and against patterns made to take long."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.baseline.globs import Glob, PathGlob

FITS = [
    # A folder's pattern fits what is in it, and only there.
    ("deploy/prod", "deploy/prod", True),
    ("deploy/prod", "deploy/prod/a/web.yaml", True),
    ("deploy/prod/", "deploy/prod/web.yaml", True),
    ("./deploy/prod", "deploy/prod/web.yaml", True),
    ("deploy/prod", "deploy/production/web.yaml", False),
    ("deploy/prod", "deploy", False),
    ("deploy/prod", "other/deploy/prod/web.yaml", False),
    ("deploy/prod/**", "deploy/prod", True),
    ("deploy/prod/**", "deploy/prod/web.yaml", True),
    ("deploy/prod/**", "deploy/prod/a/b/web.yaml", True),
    ("deploy/prod/**", "deploy/prod-old/web.yaml", False),
    # One star stays in its folder.
    ("deploy/*/web.yaml", "deploy/prod/web.yaml", True),
    ("deploy/*/web.yaml", "deploy/prod/eu/web.yaml", False),
    ("deploy/*/web.yaml", "deploy/web.yaml", False),
    ("deploy/*", "deploy/prod/eu/web.yaml", True),
    ("*.yaml", "web.yaml", True),
    ("*.yaml", "deploy/web.yaml", False),
    ("*-prod", "eu-prod/web.yaml", True),
    ("*-prod", "eu-prod-old/web.yaml", False),
    # Two are any number of folders, none among them.
    ("**", "web.yaml", True),
    ("**", "a/b/c", True),
    ("**/prod", "prod/web.yaml", True),
    ("**/prod", "a/b/prod/web.yaml", True),
    ("**/prod", "a/product/web.yaml", False),
    ("**/prod/**", "a/prod/b", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "a/x/y/c", False),
    ("a/**/**/b", "a/b", True),
    ("**/a/**/b/**", "x/a/y/b/z", True),
    ("**/a/**/b/**", "x/b/y/a/z", False),
    # One character, some characters; a point or a plus is itself.
    ("prod-?", "prod-1", True),
    ("prod-?", "prod-12", False),
    ("prod-?", "prod/1", False),
    ("prod-[ab]", "prod-a", True),
    ("prod-[ab]", "prod-c", False),
    ("prod-[ab]", "prod-[ab]", False),
    ("a.b", "aXb", False),
    ("a+(b)", "a+(b)", True),
    (".", "anything/at/all", True),
    # Capitals count.
    ("Prod", "prod", False),
    # Outside of the working directory, the end counts.
    ("deploy/prod", "/home/me/shop/deploy/prod/web.yaml", True),
    ("deploy/prod", "/home/me/deploy/x/prod/web.yaml", False),
    ("deploy/prod", "/home/me/predeploy/prod/web.yaml", False),
    ("*.yaml", "/home/me/web.yaml", True),
]


@pytest.mark.parametrize(("pattern", "path", "fits"), FITS)
def test_paths(pattern: str, path: str, *, fits: bool) -> None:
    from hardstand.baseline.vocabulary import Vocabulary

    assert PathGlob.parse(pattern, Vocabulary({})).fits(path) is fits


@pytest.mark.parametrize(
    ("pattern", "word", "fits"),
    [
        ("web", "web", True),
        ("web", "web-2", False),
        ("web-*", "web-", True),
        ("web-*", "my-web-2", False),
        ("*", "", True),
        ("*/web*", "registry.example/web@sha256:00", True),
        ("registry.example/*", "registry.example/a/b/c", True),
        ("registry.example/*", "registry.example.evil/a", False),
        ("registry.example/*", "registryXexample/a", False),
        ("web-[0-9]", "web-7", True),
        ("web-[!0-9]", "web-7", False),
        ("a|b", "a", False),
        (".*", "anything", False),
        ("^web$", "web", False),
        ("web\n", "web", False),
        ("web", "web\n", False),
        ("web*", "web\nmore", True),
        ("Web", "web", False),
    ],
)
def test_names(pattern: str, word: str, *, fits: bool) -> None:
    assert Glob(pattern).fits(word) is fits


STEPS = st.lists(st.sampled_from(["a", "b", "ab", "*", "a*", "*b", "**", "?"]), min_size=1, max_size=5)
NAMES = st.lists(st.sampled_from(["a", "b", "ab", "aab", "c"]), min_size=1, max_size=5)


@given(STEPS, NAMES)
def test_paths_as_the_words_say(steps: list[str], names: list[str]) -> None:
    """Beside a definition that tries everything."""

    def all_of(pattern: list[str], path: list[str]) -> bool:
        if not pattern:
            return True  # What is below fits with its folder.
        if pattern[0] == "**":
            return any(all_of(pattern[1:], path[at:]) for at in range(len(path) + 1))
        return bool(path) and fnmatch.fnmatchcase(path[0], pattern[0]) and all_of(pattern[1:], path[1:])

    glob = PathGlob("/".join(steps))
    assert glob.fits("/".join(names)) == all_of(steps, names)
    assert glob.fits("/" + "/".join(names)) == any(all_of(steps, names[at:]) for at in range(len(names)))


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 60 + "b",
        "**/a/" * 60 + "b",
        "**/*a*/" * 40 + "b",
        "?" * 500 + "b",
        "[a" * 200,
        "(a+)+$",
        "*" * 5000 + "b",
    ],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    """What must not hang is ended by the runner's own alarm."""
    for _ in range(20):
        assert not Glob(pattern).fits("a" * 2000)
        assert not PathGlob(pattern).fits("a/" * 500 + "c")
        assert not PathGlob(pattern).fits("/" + "a/" * 500 + "c")


def test_a_pattern_is_worth_its_text() -> None:
    assert Glob("a*") == Glob("a*") != Glob("a")
    assert PathGlob("a") != Glob("a")
    assert len({Glob("a"), Glob("a"), Glob("b")}) == 2
