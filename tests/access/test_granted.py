"""Used against granted: found by looking up, with the answers that asking each right about each request gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.access.least.granted import standings
from hardstand.access.least.writing import as_text as yaml_of
from hardstand.access.least.writing import manifests, permissions_in
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import actor, user
from hardstand.model.request import Request

JANE = user("jane")
WORDS = st.lists(st.sampled_from(["*", "a", "b"]), max_size=3, unique=True).map(tuple)
RESOURCES = st.lists(st.sampled_from(["*", "a", "b", "a/x", "*/x", "b/x"]), min_size=1, max_size=3, unique=True)
URLS = st.lists(st.sampled_from(["*", "/a", "/a/*", "/a*", "/b/c", "/", "/a**"]), min_size=1, max_size=3, unique=True)
RULES = st.one_of(
    st.builds(
        Rule,
        st.sampled_from([("get",), ("*",), ("get", "put")]),
        WORDS.filter(bool),
        RESOURCES.map(tuple),
        st.sampled_from([(), ("n",), ("m", "n"), ("",)]),
    ),
    st.builds(lambda urls: Rule(("get", "*"), urls=tuple(urls)), URLS),
)
REQUESTS = st.one_of(
    st.builds(
        Request,
        st.sampled_from(["get", "put", "list"]),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["", "x", "y"]),
        st.sampled_from(["", "m", "n"]),
    ),
    st.builds(lambda verb, path: Request(verb, path=path), st.sampled_from(["get", "put"]),
              st.sampled_from(["/a", "/a/b", "/ab", "/b/c", "/", "/b"])),
)  # fmt: skip


def singles(rule: Rule) -> list[tuple[str, Rule]]:
    """A rule's single rights, each with how people name it."""
    paths = [(f"{verb} {url}", Rule((verb,), urls=(url,))) for verb in rule.verbs for url in rule.urls]
    return paths + [
        (f"{verb} {what}{'.' if group else ''}{group}{rule.named}", Rule((verb,), (group,), (what,), rule.names))
        for verb in rule.verbs
        for what in rule.resources
        for group in rule.groups
    ]


def but(one: Rule, uses: dict[Request, int]) -> str:
    """Of a right to all verbs of a resource, those that were used: it is told as unused but for these."""
    verbs = sorted({asked.verb for asked in uses if one.allows(asked)}) if one.resources and one.verbs == ("*",) else []
    return f" (but {', '.join(verbs)})" if verbs else ""


@settings(deadline=None)
@given(st.lists(RULES, min_size=1, max_size=3), st.dictionaries(REQUESTS, st.integers(1, 3), max_size=6))
def test_unused_is_what_allows_no_request(rules: list[Rule], uses: dict[Request, int]) -> None:
    permissions = permissions_in(yaml_of(manifests(JANE, {"": rules})))
    (found,) = standings(permissions, [actor(JANE)], uses)
    unused = [
        f"{words}{but(one, uses)}"
        for rule in rules
        for words, one in singles(rule)
        if but(one, uses) or not any(map(one.allows, uses))
    ]
    assert list(found.unused) == list(dict.fromkeys(unused))
    allowed = sum(count for asked, count in uses.items() if any(rule.allows(asked) for rule in rules))
    assert (found.requests, found.alone) == (allowed, allowed)


class Counted(str):
    """A text that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_requests_are_looked_up_and_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    verbs, resources = [f"v{number}" for number in range(40)], [f"r{number}" for number in range(50)]
    names = tuple(f"n{number}" for number in range(1_000))
    wide = Rule(tuple(verbs), ("",), tuple(resources), names)
    permissions = permissions_in(yaml_of(manifests(JANE, {"": [wide]})))
    uses = {Request(verbs[0], "", resources[0], name=name): 1 for name in names}
    asked = 0
    real = Rule.allows

    def counted(rule: Rule, request: Request) -> bool:
        nonlocal asked
        asked += 1
        return real(rule, request)

    monkeypatch.setattr(Rule, "allows", counted)
    (found,) = standings(permissions, [actor(JANE)], uses)
    assert (len(found.unused), found.requests) == (40 * 50 - 1, 1_000)
    assert asked <= len(uses)


def test_a_name_a_resource_and_a_path_are_looked_up_in_a_rule() -> None:
    many = tuple(map(Counted, (f"/n{number}" for number in range(1_000))))
    Counted.compared = 0
    assert Rule(("get",), ("",), ("a",), many).allows(Request("get", "", "a", name="/n999"))
    assert Rule(("get",), ("",), many).allows(Request("get", "", "/n999"))
    assert Rule(("get",), urls=many).allows(Request("get", path="/n999"))
    assert not Rule(("get",), urls=many).allows(Request("get", path="/n"))
    assert Counted.compared < 100
