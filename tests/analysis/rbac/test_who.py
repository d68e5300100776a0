"""How subjects are named, and who they are once let in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.rbac.who import Actor, Sort, Who, account, actor, group, parse, user

WEB = account("shop", "web")


@pytest.mark.parametrize(
    ("word", "who"),
    [
        ("user:jane", user("jane")),
        ("jane", user("jane")),
        ("jane@shop.example", user("jane@shop.example")),
        ("user:a:b", Who(Sort.USER, "a:b")),
        ("group:dev", group("dev")),
        ("Group:dev", group("dev")),
        ("oidc:dev", user("oidc:dev")),
        ("serviceaccount:shop/web", WEB),
        ("ServiceAccount:shop/web", WEB),
        ("sa:shop/web", WEB),
        ("sa:shop:web", WEB),
        ("system:serviceaccount:shop:web", WEB),
        ("user:system:serviceaccount:shop:web", WEB),
        ("system:masters", group("system:masters")),
        ("system:authenticated", group("system:authenticated")),
        ("system:serviceaccounts", group("system:serviceaccounts")),
        ("system:serviceaccounts:shop", group("system:serviceaccounts:shop")),
        ("system:anonymous", user("system:anonymous")),
        ("system:kube-scheduler", user("system:kube-scheduler")),
        ("user:system:masters", user("system:masters")),
    ],
)
def test_subjects_are_named(word: str, who: Who) -> None:
    assert parse(word) == who


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("sa:web", "write serviceaccount:NAMESPACE/NAME"),
        ("serviceaccount:", "write serviceaccount:NAMESPACE/NAME"),
        ("sa:shop/", "write serviceaccount:NAMESPACE/NAME"),
        ("sa:/web", "write serviceaccount:NAMESPACE/NAME"),
        ("sa:shop/web/x", "write serviceaccount:NAMESPACE/NAME"),
        ("", "write user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME"),
    ],
)
def test_what_names_nobody_is_refused_with_what_to_write(word: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        parse(word)


NAMES = st.text("abc.-", min_size=1, max_size=5)


@given(st.one_of(st.builds(account, NAMES, NAMES), st.builds(group, NAMES), st.builds(user, NAMES)))
def test_what_is_written_is_read(who: Who) -> None:
    assert parse(who.word) == who


@pytest.mark.parametrize(
    "odd", ["system:serviceaccount:shop", "system:serviceaccount::web", "system:serviceaccount:a:"]
)
def test_half_a_service_account_is_a_user_of_that_name(odd: str) -> None:
    assert user(odd) == Who(Sort.USER, odd)


@pytest.mark.parametrize(
    ("who", "let_in"),
    [
        (
            WEB,
            Actor(
                "system:serviceaccount:shop:web",
                frozenset({"system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"}),
            ),
        ),
        (user("jane"), Actor("jane", frozenset({"system:authenticated"}))),
        (user("system:anonymous"), Actor("system:anonymous", frozenset({"system:unauthenticated"}))),
        (group("dev"), Actor("", frozenset({"dev", "system:authenticated"}))),
        (group("system:unauthenticated"), Actor("", frozenset({"system:unauthenticated"}))),
    ],
    ids=lambda one: str(one) if isinstance(one, Who) else one.user,
)
def test_who_somebody_is_once_let_in(who: Who, let_in: Actor) -> None:
    assert actor(who) == let_in
    assert actor(who, frozenset({"ops"})).groups == let_in.groups | {"ops"}
