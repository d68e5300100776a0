"""What some rules allow beyond others, held against what they allow request by request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.rbac.covering import beyond
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.rule import Rule

VERBS, GROUPS, RESOURCES = ("get", "list", "*"), ("", "apps", "*"), ("pods", "pods/log", "*/log", "secrets", "*")


def words(of: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(of), min_size=1, max_size=2, unique=True).map(tuple)


on_resources = st.builds(
    Rule, words(VERBS), words(GROUPS), words(RESOURCES), st.lists(st.sampled_from("ab"), max_size=2).map(tuple)
)
on_urls = st.builds(Rule, words(VERBS), urls=words(("/metrics", "/metrics/*", "/met*", "*", "/logs")))
rules = st.lists(st.one_of(on_resources, on_urls), max_size=3)


def requests() -> list[Request]:
    found = [
        Request(verb, group, resource, subresource, name)
        for verb in ("get", "list", "delete")
        for group in ("", "apps", "batch")
        for resource in ("pods", "secrets", "nodes")
        for subresource in ("", "log", "exec")
        for name in ("", "a", "b", "c")
    ]
    paths = ("/metrics", "/metrics/x", "/metadata", "/logs", "/healthz")
    return found + [Request(verb, path=path) for verb in ("get", "delete") for path in paths]


REQUESTS = requests()


@given(rules, rules)
def test_what_exceeds_is_all_that_is_allowed_beyond(new: list[Rule], old: list[Rule]) -> None:
    more = beyond(new, old)
    for asked in REQUESTS:
        by_new, by_old = (any(one.allows(asked) for one in some) for some in (new, old))
        by_more = any(one.allows(asked) for one in more)
        if by_new and not by_old:
            assert by_more, asked  # Nothing that is new is kept quiet.
        assert by_new or not by_more, asked  # Nothing is told that nobody allows.


@given(rules)
def test_the_same_is_no_more(some: list[Rule]) -> None:
    assert beyond(some, some) == ()
    assert beyond(reversed(some), some) == ()


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (Rule(("get",), ("",), ("pods",)), Rule(("get",), ("",), ("pods",), ("a",))),
        (Rule(("*",), ("",), ("pods",)), Rule(("get", "list", "watch"), ("",), ("pods",))),
        (Rule(("get",), ("",), ("pods/log",)), Rule(("get",), ("",), ("pods",))),
        (Rule(("get",), ("",), ("pods",)), Rule(("get",), ("",), ("*/log",))),
        (Rule(("get",), urls=("/metrics/*",)), Rule(("get",), urls=("/metrics",))),
        (Rule(("get",), ("",), ("*/log",)), Rule(("get",), ("",), ("pods/log",))),
    ],
)
def test_more(new: Rule, old: Rule) -> None:
    assert beyond([new], [old])
    assert not beyond([old], [new, old])


def test_a_rule_too_large_to_be_taken_apart_is_told_whole() -> None:
    many = tuple(str(one) for one in range(300))
    large = Rule(many, many, many)
    assert beyond([large], [Rule(("*",), ("*",), ("pods",))]) == (large,)
    assert beyond([large], [large]) == ()
