"""The roles written allow everything that was used, and without any verb of any rule they do not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.access.least.rights import Choices, expressible, rules_for
from hardstand.access.least.writing import as_text as yaml_of
from hardstand.access.least.writing import manifests, name_for, permissions_in, refused_by
from hardstand.analysis.rbac.atoms import READS, WRITES
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Who, account, actor, group, user
from hardstand.model.request import Request

WEB = account("shop", "web")
names = st.sampled_from(["", "a", "b", "n", "1e3", "true", "0x1f", "~", "a: b", "é"])
resources = st.builds(
    Request,
    verb=st.sampled_from([*READS, *WRITES, "deletecollection", "impersonate"]),
    group=st.sampled_from(["", "apps", "batch"]),
    resource=st.sampled_from(["pods", "secrets", "jobs"]),
    subresource=st.sampled_from(["", "", "log", "scale"]),
    name=names,
    namespace=st.sampled_from(["", "shop", "n", "1"]),
)
paths = st.builds(
    Request, verb=st.sampled_from(["get", "post"]), path=st.sampled_from(["/metrics", "/api", "/a/b", "/"])
)
asked = st.lists(st.one_of(resources, resources, resources, paths), max_size=25)
few = st.lists(st.one_of(resources, resources, paths), max_size=7)
choices = st.builds(Choices, names=st.booleans(), namespaces=st.booleans(), verbs=st.booleans())
subjects = st.sampled_from([WEB, user("jane"), group("dev"), user("yes"), user("Jane: #1"), account("1", "2")])


def put(who: Who, requests: list[Request]) -> list[tuple[Any, Request]]:
    return [(actor(who), one) for one in requests]


@settings(deadline=None)
@given(asked, choices, subjects)
def test_everything_that_was_used_is_allowed(requests: list[Request], how: Choices, who: Who) -> None:
    assert refused_by(manifests(who, rules_for(requests, how)), put(who, requests)) == []


def lacking(rules: dict[str, tuple[Rule, ...]]) -> Iterator[dict[str, tuple[Rule, ...]]]:
    """The rules without one verb, one resource, one name, one group or one path of one of them."""
    for space, several in rules.items():
        for at, rule in enumerate(several):
            for part in ("verbs", "groups", "resources", "names", "urls"):
                words = getattr(rule, part)
                for word in words:
                    fewer = tuple(one for one in words if one != word)
                    # A rule without names is one for all of them: then there is no rule.
                    kept = (replace(rule, **{part: fewer}),) if fewer else ()
                    yield {**rules, space: (*several[:at], *kept, *several[at + 1 :])}


@settings(deadline=None, max_examples=60)
@given(few)
def test_nothing_in_exact_roles_can_be_left_out(requests: list[Request]) -> None:
    rules = dict(rules_for(requests, Choices()))
    for fewer in lacking(rules):
        assert refused_by(manifests(WEB, fewer), put(WEB, requests)), f"{fewer} is enough, and {rules} was written"


@settings(deadline=None, max_examples=60)
@given(asked, st.builds(Choices, namespaces=st.booleans(), names=st.booleans()))
def test_no_role_allows_what_is_like_nothing_that_was_used(requests: list[Request], how: Choices) -> None:
    permissions = permissions_in(yaml_of(manifests(WEB, rules_for(requests, how))))
    used = {(one.verb, one.group, one.combined) for one in requests if one.path is None}
    for verb in (*READS, *WRITES):
        for resource in ("pods", "secrets", "nodes"):
            one = Request(verb, resource=resource, name="z", namespace="shop")
            if permissions.decide(actor(WEB), one).allowed:
                assert (verb, "", resource) in used
    for other in (user("jane"), account("shop", "other"), group("dev")):
        assert not permissions.grants or not list(permissions.given(actor(other)))


@settings(deadline=None)
@given(asked, choices)
def test_the_order_of_requests_changes_nothing(requests: list[Request], how: Choices) -> None:
    once = manifests(WEB, rules_for(requests, how))
    assert manifests(WEB, rules_for([*reversed(requests), *requests], how)) == once


def rules(*requests: Request, **how: bool) -> dict[str, list[str]]:
    return {space: [str(one) for one in several] for space, several in rules_for(requests, Choices(**how)).items()}


def test_what_is_alike_is_one_rule() -> None:
    shop = {"namespace": "shop"}
    used = [
        Request("get", "", "pods", name="a", **shop),
        Request("list", "", "pods", **shop),
        Request("list", "apps", "deployments", **shop),
        Request("list", "apps", "replicasets", **shop),
        Request("get", "", "pods", name="b", **shop),
        Request("list", "", "pods"),
    ]
    assert rules(*used) == {
        "": ["list pods (core)"],
        "shop": ["get pods (core) named a, b", "list deployments, replicasets (apps)"],
    }
    assert rules(*used, names=True, namespaces=True) == {
        "": ["get, list pods (core)", "list deployments, replicasets (apps)"]
    }


def test_verbs_go_together_without_widening_to_other_objects() -> None:
    get, listed = Request("get", "", "secrets", name="a"), Request("list", "", "configmaps")
    assert rules(get, listed, verbs=True) == {
        "": ["get, list, watch configmaps (core)", "get, list, watch secrets (core) named a"]
    }
    made, changed = Request("create", "", "secrets"), Request("patch", "", "secrets", name="a")
    assert rules(made, changed, verbs=True) == {
        "": ["create secrets (core)", "update, patch, delete secrets (core) named a"]
    }
    assert rules(made, verbs=True) == {"": ["create, update, patch, delete secrets (core)"]}


@pytest.mark.parametrize(
    "wild",
    [
        Request("get", "", "*"),
        Request("*", "", "pods"),
        Request("get", "*", "pods"),
        Request("get", "", "pods", "*"),
        Request("get", path="/a*"),
    ],
)
def test_no_star_that_somebody_asked_for_becomes_a_right(wild: Request) -> None:
    assert not expressible(wild)
    assert rules_for([wild], Choices()) == {}


def test_names_are_the_same_every_time_and_those_of_no_other() -> None:
    assert name_for(WEB) == "least:serviceaccount:shop:web"
    several = [WEB, user("shop:web"), group("shop:web"), user("a/b"), user("a%b"), user("a-b"), account("shop", "w")]
    assert len({name_for(one) for one in several}) == len(several)
    assert all("/" not in name_for(one) and "%" not in name_for(one) for one in several)
