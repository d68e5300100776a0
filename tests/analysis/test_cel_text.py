"""Pieces of expressions say what the functions say that they stand for."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardstand.analysis.cel_text import (
    below_regexes,
    clean_path,
    cleaned,
    image_name,
    image_path,
    place_regexes,
    plain_steps,
)
from hardstand.analysis.container_images import within
from hardstand.analysis.folders import clean
from hardstand.analysis.host_paths import below
from hardstand.analysis.image import InvalidReferenceError, parse
from hardstand.text.cel.literals import literal
from hardstand.text.cel.program import program
from hardstand.text.glob_regex import glob_regex

_HOST = r"((localhost|docker\.io|[a-z]{1,3}(\.[a-z]{1,2})?)(:443|:[0-9]{2})?/)?"
IMAGES = st.from_regex(_HOST + r"[a-c]{1,2}(/[a-c]{1,2}){0,2}(:[a-c1.]{1,3})?", fullmatch=True)
PLACES = (
    *("docker.io", "index.docker.io", "docker.io/library", "docker.io/library/a*", "a", "ab/c", "b*"),
    *("a.b/*", "localhost:50", "*.b", "x.y:443/a", "*/a", "docker.io:443/a"),
)
STEPS = st.lists(st.sampled_from(["", ".", "a", "ab", "var", "run", "x.y"]), max_size=6)


def evaluated(expression: str, **names: Any) -> Any:
    return program(expression, version=30, names=frozenset(names)).run(names)


@given(st.text("ab*?[]!-.", max_size=8), st.text("ab.-]\n", max_size=6))
@example("[!a]*", "b.")
@example("[]a]", "]")
@example("[b-a]", "b")
@example("[!b-a]x", "bx")
@example("a[", "a[")
@example("***", "")
def test_a_pattern_is_the_expression_that_fits_the_same(pattern: str, text: str) -> None:
    assert evaluated("text.matches(regex)", text=text, regex=glob_regex(pattern)) is fnmatchcase(text, pattern)


@given(st.text(max_size=12))
@example("'\\\n\r\t\x00\u2028")
def test_a_literal_is_its_value(text: str) -> None:
    assert evaluated(literal({text: [text, "a"]})) == {text: [text, "a"]}


@pytest.mark.parametrize("value", [True, False, 0, -3, 2.5, [], {}, [[1, 2], [3, 4]], {"a": {"b": 1}}])
def test_literals_of_other_kinds(value: Any) -> None:
    assert evaluated(literal(value)) == value


@given(IMAGES)
@example("localhost:5000/a")
@example("index.docker.io/a")
@example("docker.io/a/b")
@example("A.b/a:1")
def test_images_lie_where_they_do(image: str) -> None:
    try:
        found = parse(image)
    except InvalidReferenceError:
        return
    for place in PLACES:
        expression = f"{image_name('image')}.all(name, places.exists(place, name.matches(place)))"
        held = evaluated(expression, image=image, places=list(place_regexes([place])))
        assert held is within(found.name, [place]), (found.name, place)
    assert evaluated(image_path("image"), image=image) == [found.path]


@given(STEPS)
@example(["var", "run"])
@example(["", "var", "run", "a"])
def test_paths_are_cleaned_alike(steps: list[str]) -> None:
    path = "/".join(steps)
    assert evaluated(clean_path("path"), path=path) == [clean(path)]
    assert cleaned([path]) == [clean(path)]


@given(STEPS, STEPS)
@example(["a", "b"], ["a"])
@example(["ab"], ["a"])
@example(["a"], [])
def test_paths_lie_below_alike(steps: list[str], folder: list[str]) -> None:
    path, above = "/".join(["", *steps]), "/".join(["", *folder])
    expression = f"{plain_steps('path')}.all(one, one.matches(regex))"
    assert evaluated(expression, path=path, regex=below_regexes([above])[0]) is below(path, [above])
