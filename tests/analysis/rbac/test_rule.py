"""One rule: what it allows, clause by clause, beside what Kubernetes' own cases ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.roles import role_of
from hardstand.analysis.rbac.rule import Rule
from hardstand.inventory.views.rbac import AnyRole
from tests.analysis.objects import as_objects
from tests.analysis.rbac.written import manifest

LOGS = Request("get", "", "pods", "log", "web-0", "shop")


@pytest.mark.parametrize(
    ("rule", "asked", "allowed"),
    [
        (Rule(("get",), ("",), ("pods/log",)), LOGS, True),
        (Rule(("get",), ("",), ("pods",)), LOGS, False),
        (Rule(("get",), ("",), ("*/log",)), LOGS, True),
        (Rule(("get",), ("",), ("*/log",)), Request("get", "", "pods"), False),
        (Rule(("get",), ("",), ("pods/*",)), LOGS, False),  # Kubernetes has no such wildcard.
        (Rule(("get",), ("",), ("*",)), LOGS, True),
        (Rule(("get",), ("*",), ("pods/log",), ("web-0",)), LOGS, True),
        (Rule(("get",), ("*",), ("pods/log",), ("web-1",)), LOGS, False),
        (Rule(("list",), ("",), ("pods",), ("web-0",)), Request("list", "", "pods"), False),
        (Rule(("list",), ("",), ("pods",), ("web-0",)), Request("list", "", "pods", name="web-0"), True),
        (Rule(("list",), ("",), ("pods",), ("",)), Request("list", "", "pods"), True),
        (Rule(("get",), ("",), ("pods",), ("",)), Request("get", "", "pods", name="web-0"), False),
        (Rule(("GET",), ("",), ("pods/log",)), LOGS, False),
        (Rule(("get",), (), ("pods/log",)), LOGS, False),
        (Rule(("get",), ("",), ()), LOGS, False),
        (Rule((), ("",), ("pods/log",)), LOGS, False),
        (Rule(("get",), urls=("/metrics",)), LOGS, False),
        (Rule(("get",), ("*",), ("*",)), Request("get", path="/metrics"), False),
        (Rule(("get",), urls=("/metrics/*",)), Request("get", path="/metrics/slis"), True),
        (Rule(("get",), urls=("/metrics/*",)), Request("get", path="/metrics"), False),
        (Rule(("get",), urls=("/metrics*",)), Request("get", path="/metrics"), True),
        (Rule(("get",), urls=("/*/slis",)), Request("get", path="/metrics/slis"), False),
        (Rule(("*",), urls=("*",)), Request("post", path="/"), True),
    ],
    ids=str,
)
def test_what_a_rule_allows(rule: Rule, asked: Request, allowed: bool) -> None:
    assert rule.allows(asked) is allowed


WORDS = st.lists(st.sampled_from(["a", "b", "*", "*/c", "a/c", ""]), max_size=3).map(tuple)
RULES = st.builds(
    Rule, WORDS, WORDS, WORDS, WORDS, st.lists(st.sampled_from(["/a", "/a/*", "*"]), max_size=2).map(tuple)
)
ASKED = st.builds(
    Request,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "a"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "c"]),
    st.sampled_from(["", "a"]),
    path=st.none() | st.sampled_from(["/a", "/a/b"]),
)


@given(RULES, RULES, ASKED)
def test_naming_more_never_takes_a_right_away(one: Rule, other: Rule, asked: Request) -> None:
    names = (*one.names, *other.names) if one.names and other.names else ()
    wider = Rule(
        (*one.verbs, *other.verbs),
        (*one.groups, *other.groups),
        (*one.resources, *other.resources),
        names,
        (*one.urls, *other.urls),
    )
    assert wider.allows(asked) or not (one.allows(asked) or other.allows(asked))


@pytest.mark.parametrize(
    "rules",
    ["all", [1], [{"verbs": "get"}], [{"verbs": ["get"], "resources": [1]}], [{"apiGroups": {"a": "b"}}]],
    ids=str,
)
def test_a_rule_that_is_none_makes_its_role_unreadable(rules: object) -> None:
    (one,) = as_objects({**manifest("odd"), "rules": rules})
    found = role_of(AnyRole(one))
    assert found.unreadable.startswith("`rules") or "rules" in found.unreadable
    assert found.rules == ()
