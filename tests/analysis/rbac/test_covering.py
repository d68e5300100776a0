"""What one set of rules allows beyond another, held against what the rules allow request by request."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.rbac.covering import beyond
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.rule import Rule

_OTHER = "other"
"""A word that no generated rule names: it stands for all that there are besides."""
VERBS, GROUPS = ("get", "list", "*"), ("", "apps", "*")
RESOURCES = ("pods", "pods/log", "services", "*/log", "*/scale", "*")
NAMES, URLS = ("red", "blue", ""), ("/metrics", "/metrics/*", "/m*", "*", "/healthz")


def some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True).map(tuple)


on_resources = st.builds(
    Rule, some(VERBS), some(GROUPS), some(RESOURCES), st.one_of(st.just(()), st.just(()), some(NAMES))
)
on_paths = st.builds(lambda verbs, urls: Rule(verbs, urls=urls), some(VERBS), some(URLS))
rules = st.lists(st.one_of(on_resources, on_resources, on_paths), max_size=4)

REQUESTS = [
    Request(verb, group, resource, subresource, name)
    for verb in ("get", "list", _OTHER)
    for group in ("", "apps", _OTHER)
    for resource in ("pods", "services", _OTHER)
    for subresource in ("", "log", "scale", _OTHER)
    for name in ("red", "blue", "", _OTHER)
] + [
    Request(verb, path=path)
    for verb in ("get", "list", _OTHER)
    for path in ("/metrics", "/metrics/other", "/metricsother", "/mother", "/healthz", "/healthz/other", "/other")
]
"""One request of every sort that these rules can tell apart."""


def allowed(asked: Request, by: list[Rule] | tuple[Rule, ...]) -> bool:
    return any(one.allows(asked) for one in by)


@settings(max_examples=400, deadline=None)
@given(rules, rules)
def test_beyond_is_what_the_one_allows_and_the_other_does_not(held: list[Rule], persona: list[Rule]) -> None:
    more = beyond(held, persona, namespaced=False)
    for asked in REQUESTS:
        if allowed(asked, held) and not allowed(asked, persona):
            assert allowed(asked, more)
        if allowed(asked, more):
            assert allowed(asked, held)
    assert bool(more) == any(allowed(asked, held) and not allowed(asked, persona) for asked in REQUESTS)


@settings(max_examples=200, deadline=None)
@given(rules)
def test_nothing_is_beyond_itself_in_whatever_words(held: list[Rule]) -> None:
    assert beyond(held, held, namespaced=False) == ()
    single = [
        Rule((verb,), (group,), (resource,), one.names)
        for one in held
        if not one.urls
        for verb in one.verbs
        for group in one.groups
        for resource in one.resources
    ]
    assert beyond([one for one in held if not one.urls], single, namespaced=False) == ()


def test_a_role_binding_gives_nothing_outside_of_namespaces() -> None:
    held = [Rule(("get",), ("",), ("nodes", "namespaces", "pods")), Rule(("get",), urls=("/metrics",))]
    assert beyond(held, [], namespaced=True) == (Rule(("get",), ("",), ("namespaces", "pods")),)
    assert len(beyond(held, [], namespaced=False)) == 2


def test_a_rule_too_large_to_be_taken_apart_is_beyond_as_a_whole() -> None:
    large = Rule(tuple(f"v{at}" for at in range(300)), ("",), tuple(f"r{at}" for at in range(300)))
    assert beyond([large], [replace(large, verbs=("get",))], namespaced=False) == (large,)
    assert beyond([large], [large], namespaced=False) == ()


def test_the_empty_name_is_no_name_for_all() -> None:
    nameless = Rule(("list",), ("",), ("secrets",), ("",))
    assert beyond([nameless], [], namespaced=False) == (nameless,)
    assert beyond([Rule(("list",), ("",), ("secrets",))], [nameless], namespaced=False)
    assert str(nameless) == 'list secrets (core) named "" (requests without a name)'
