"""Aggregation: a ClusterRole gets the rules of those that it selects, however deep, and its own count for nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from hardstand.analysis.rbac import aggregating
from hardstand.analysis.rbac.aggregating import aggregated
from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.selecting import selects
from hardstand.inventory.views.selectors import LabelSelector
from tests.analysis.rbac.written import manifest, role


def verbs(*words: str) -> dict[str, Any]:
    return {"verbs": list(words), "apiGroups": [""], "resources": ["pods"]}


def sum_of(name: str, *wanted: Mapping[str, str], rules: Sequence[Mapping[str, Any]] = (), **metadata: Any) -> Role:
    rule = {"clusterRoleSelectors": [{"matchLabels": dict(one)} for one in wanted]}
    return role({**manifest(name, *rules, **metadata), "aggregationRule": rule})


def held(roles: Sequence[Role], name: str) -> list[tuple[str, str]]:
    (one,) = (one for one in aggregated(roles) if one.name == name)
    return [(ruled.rule.verbs[0], ruled.role) for ruled in one.rules]


def test_its_own_rules_count_for_nothing() -> None:
    part = role(manifest("part", verbs("get"), labels={"to": "sum"}))
    assert held([sum_of("sum", {"to": "sum"}, rules=[verbs("delete")]), part], "sum") == [("get", "part")]


def test_by_any_of_its_selectors_and_each_rule_once() -> None:
    roles = [
        sum_of("sum", {"to": "sum"}, {"also": "sum"}),
        role(manifest("a", verbs("get"), labels={"to": "sum", "also": "sum"})),
        role(manifest("b", verbs("get"), verbs("list"), labels={"also": "sum"})),
        role(manifest("c", verbs("watch"), labels={"also": "other"})),
    ]
    assert held(roles, "sum") == [("get", "a"), ("list", "b")]


def test_through_others_that_aggregate_and_in_rings() -> None:
    roles = [
        sum_of("top", {"to": "top"}, labels={"to": "middle"}),
        sum_of("middle", {"to": "middle"}, labels={"to": "top"}),
        role(manifest("leaf", verbs("get"), labels={"to": "middle"})),
    ]
    assert held(roles, "top") == [("get", "leaf")]
    assert held(roles, "middle") == [("get", "leaf")]


def test_by_expressions_and_by_an_empty_selector() -> None:
    leaf = role(manifest("leaf", verbs("get"), labels={"tier": "a"}))
    data = manifest("sum")
    chosen = {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["a"]}]}
    assert held([role({**data, "aggregationRule": {"clusterRoleSelectors": [chosen]}}), leaf], "sum") == [
        ("get", "leaf")
    ]
    assert held([role({**data, "aggregationRule": {"clusterRoleSelectors": [{}]}}), leaf], "sum") == [("get", "leaf")]
    odd = {"matchExpressions": [{"key": "tier", "operator": "Like", "values": ["a"]}]}
    assert held([role({**data, "aggregationRule": {"clusterRoleSelectors": [odd]}}), leaf], "sum") == []


def test_roles_of_a_namespace_neither_aggregate_nor_are_aggregated() -> None:
    spaced = role(manifest("leaf", verbs("get"), kind="Role", namespace="shop", labels={"to": "sum"}))
    assert held([sum_of("sum", {"to": "sum"}), spaced], "sum") == []
    rule: dict[str, Any] = {"clusterRoleSelectors": [{}]}
    own = role({**manifest("own", verbs("get"), kind="Role", namespace="shop"), "aggregationRule": rule})
    assert held([own], "own") == [("get", "own")]


def test_what_cannot_be_read_makes_the_sum_unreadable() -> None:
    broken = role({**manifest("broken", labels={"to": "sum"}), "rules": "all"})
    (one,) = (one for one in aggregated([sum_of("sum", {"to": "sum"}), broken]) if one.name == "sum")
    assert (one.rules, one.unreadable) == ((), broken.unreadable)
    assert "rules" in one.unreadable


def test_roles_of_one_name_add_up() -> None:
    one, other = role(manifest("twice", verbs("get"))), role(manifest("twice", verbs("list")))
    assert held([one, other], "twice") == [("get", "twice"), ("list", "twice")]


def test_a_rule_that_aggregates_by_nothing_is_malformed_and_its_own_rules_are_not_believed() -> None:
    wrong: list[dict[str, Any]] = [{}, {"clusterRoleSelectors": []}]
    for rule in wrong:
        (one,) = aggregated([role({**manifest("sum", verbs("get")), "aggregationRule": rule})])
        assert "aggregationRule.clusterRoleSelectors" in one.unreadable
        spaced = role({**manifest("own", verbs("get"), kind="Role", namespace="shop"), "aggregationRule": rule})
        assert not spaced.unreadable
        assert held([spaced], "own") == [("get", "own")]


def test_a_selector_that_cannot_be_read_leaves_the_sum_open() -> None:
    odd = {"matchExpressions": [{"key": "tier", "operator": "Like", "values": ["a"]}]}
    rule = {"clusterRoleSelectors": [odd, {"matchLabels": {"to": "sum"}}]}
    roles = [
        role({**manifest("sum"), "aggregationRule": rule}),
        role(manifest("leaf", verbs("get"), labels={"to": "sum"})),
    ]
    (one,) = (one for one in aggregated(roles) if one.name == "sum")
    assert [ruled.role for ruled in one.rules] == ["leaf"]
    assert "operator" in one.unreadable


def test_many_that_aggregate_one_another_share_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by itself would look at all others for each of all others: 10 s for 200 of them."""
    asked = 0

    def counted(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
        nonlocal asked
        asked += 1
        return selects(selector, labels)

    monkeypatch.setattr(aggregating, "selects", counted)
    count, labels = 2000, {"to": "sum"}
    leaves = [role(manifest(f"leaf{at}", verbs(f"v{at}"), labels=labels)) for at in range(50)]
    sums = [sum_of(f"sum{at}", labels, {"to": f"other{at % 7}"}, labels=labels) for at in range(count)]
    found = aggregated([*sums, *leaves])
    assert asked == count + len(leaves)
    assert len({id(one.rules) for one in found[:count]}) == 1
    assert [ruled.role for ruled in found[0].rules] == [f"leaf{at}" for at in range(50)]


def test_a_long_line_of_roles_that_aggregate_the_next() -> None:
    count = 2000
    sums = [sum_of(f"sum{at}", {"to": f"s{at + 1}"}, labels={"to": f"s{at}"}) for at in range(count)]
    leaf = role(manifest("leaf", verbs("get"), labels={"to": f"s{count}"}))
    assert held([*sums, leaf], "sum0") == [("get", "leaf")]
