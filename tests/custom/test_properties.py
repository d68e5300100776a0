"""What must hold for any text and any numbers."""

# ruff: noqa: PT017 - an error is one of two good answers here

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.text.cel.library.quantity import Quantity
from hardstand.text.cel.program import WrongExpressionError, program
from hardstand.text.cel.values import EvaluationError

NAMES = frozenset({"object", "a", "b"})
SUFFIXES = {"": 1, "m": Fraction(1, 1000), "k": 1000, "M": 10**6, "Ki": 1024, "Mi": 1 << 20, "Gi": 1 << 30, "e3": 1000}

words = st.sampled_from(
    [
        *"()[]{}.,?:!+-*/%<>",
        "==",
        "&&",
        "||",
        "in",
        "object",
        "a",
        "'x'",
        "1",
        "1u",
        "1.5",
        "true",
        "null",
        "has",
        "all",
    ]
)
amounts = st.tuples(st.integers(0, 10**9), st.integers(0, 999), st.sampled_from(sorted(SUFFIXES)))


def run(text: str, **variables: Any) -> Any:
    return program(text, version=37, names=NAMES).run({"object": {"spec": {"a": [1, "x"]}}, **variables})


@settings(max_examples=400)
@given(st.text() | st.lists(words, max_size=25).map(" ".join))
def test_any_text_is_a_program_or_wrong(text: str) -> None:
    try:
        made = program(text, version=37, names=NAMES)
    except WrongExpressionError as error:
        assert error.flaws
        assert all(0 <= flaw.at <= len(text) for flaw in error.flaws)
        return
    try:
        made.run({"object": {"spec": {}}, "a": 1, "b": "x"})
    except EvaluationError as error:
        assert str(error)


def test_what_nests_without_end_is_wrong_and_not_a_crash() -> None:
    for text in (
        "(" * 5000,
        "[" * 5000,
        "!" * 5000 + "true",
        "a" + ".b" * 5000,
        "a" + " + a" * 5000,
        "- " * 3000 + "1",
    ):
        try:
            program(text, version=37, names=NAMES)
        except WrongExpressionError as error:
            assert error.flaws
        else:
            raise AssertionError(text[:20])


def test_loops_in_loops_over_much_end() -> None:
    with pytest.raises(EvaluationError, match="it looks at too many items"):
        run("a.all(x, a.all(y, a.all(z, x + y + z >= 0)))", a=list(range(1000)))
    assert run("a.all(x, x >= 0)", a=list(range(100_000)))


def test_what_is_just_shallow_enough_runs() -> None:
    assert run("1" + " + 1" * 90) == 91
    assert run("(" * 40 + "true" + ")" * 40) is True


@given(amounts, amounts)
def test_quantities_are_the_fractions_they_spell(one: tuple[int, int, str], other: tuple[int, int, str]) -> None:
    left, right = (f"{whole}.{part:03d}{suffix}" for whole, part, suffix in (one, other))
    first, second = (Fraction(f"{whole}.{part:03d}") * SUFFIXES[suffix] for whole, part, suffix in (one, other))
    both = run("quantity(a).add(quantity(b))", a=left, b=right)
    assert isinstance(both, Quantity)
    assert both.amount == first + second
    assert run("quantity(a).sub(quantity(b))", a=left, b=right).amount == first - second
    assert run("quantity(a).compareTo(quantity(b))", a=left, b=right) == (first > second) - (first < second)
    assert run("quantity(a).isLessThan(quantity(b))", a=left, b=right) == (first < second)


@given(st.text(max_size=12))
def test_a_quantity_is_one_exactly_when_it_is_said_to_be(text: str) -> None:
    try:
        run("quantity(a)", a=text)
        good = True
    except EvaluationError:
        good = False
    assert run("isQuantity(a)", a=text) is good


marks = st.one_of(st.integers(0, 99).map(str), st.from_regex(r"[a-z][a-z0-9-]{0,3}", fullmatch=True))
versions = st.tuples(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.lists(marks, max_size=3))


def spelt(version: tuple[list[int], list[str]]) -> str:
    numbers, before = version
    return ".".join(map(str, numbers)) + ("-" + ".".join(before) if before else "")


def precedence(version: tuple[list[int], list[str]]) -> tuple[Any, ...]:
    """The order of https://semver.org, point 11, worked out another way: as one flat tuple of comparable pieces."""
    numbers, before = version
    pieces = [(0, mark.zfill(4), "") if mark.isdecimal() else (1, "", mark) for mark in before]
    return (*numbers, 0 if before else 1, *pieces)


@given(versions, versions)
def test_versions_are_in_the_order_of_their_specification(one: Any, other: Any) -> None:
    left, right = precedence(one), precedence(other)
    order = run("semver(a).compareTo(semver(b))", a=spelt(one), b=spelt(other))
    assert order == (left > right) - (left < right)
    assert run("semver(a).isLessThan(semver(b))", a=spelt(one), b=spelt(other)) == (left < right)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_are_exact_or_an_error(one: int, other: int) -> None:
    for sign, exact in (("+", one + other), ("-", one - other), ("*", one * other)):
        fits = -(2**63) <= exact < 2**63
        try:
            assert run(f"a {sign} b", a=one, b=other) == exact
            assert fits
        except EvaluationError:
            assert not fits


@given(
    st.text(alphabet="ab-.0", max_size=8),
    st.sampled_from(["a", "^a", "b$", "a+b", "(?:ab)*", "[^a]", r"\d", r"a\.b", "a{1,2}"]),
)
def test_regular_expressions_that_both_know_mean_the_same(text: str, pattern: str) -> None:
    assert run("a.matches(b)", a=text, b=pattern) == bool(re.search(pattern.replace("$", r"\Z"), text))


@given(st.lists(st.integers(-5, 5) | st.sampled_from([1.0, 2.5]), max_size=6))
def test_sets_and_lists_agree_with_python(items: list[Any]) -> None:
    assert run("sets.equivalent(a, a.distinct())", a=items)
    assert run("a.sort().isSorted()", a=items)
    assert run("a.distinct().size()", a=items) == len(set(items))
    assert run("a.all(x, x in a)", a=items)
