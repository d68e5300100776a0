"""Audit policies, against the API server's own way through the rules for one request at a time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.audit_policy import NONE, Sort, outcomes, unrecorded
from hardstand.inventory.views.audit import LEVELS, PolicyFile
from tests.components.judging import made

USERS, GROUPS, PLACES, NAMES = ["ann", "bob"], ["dev", "ops"], ["shop", "kube-system"], ["one", "two"]
SORTS = [
    Sort("get", "", "secrets"),
    Sort("create", "", "pods/exec"),
    Sort("patch", "rbac.authorization.k8s.io", "clusterroles", namespaced=False),
]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


RULES = st.lists(
    st.fixed_dictionaries(
        {"level": st.sampled_from(LEVELS)},
        optional={
            "users": some(USERS),
            "userGroups": some(GROUPS),
            "verbs": some(["get", "create", "patch"]),
            "namespaces": some([*PLACES, ""]),
            "nonResourceURLs": some(["/healthz", "*"]),
            "omitStages": st.sampled_from([[], ["RequestReceived"], ["RequestReceived", "ResponseComplete"]]),
            "resources": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "group": st.sampled_from(["", "*", "rbac.authorization.k8s.io"]),
                        "resources": some(["secrets", "pods", "pods/exec", "pods/*", "*/exec", "*", "clusterroles"]),
                        "resourceNames": some(NAMES),
                    },
                ),
                max_size=2,
            ),
        },
    ),
    max_size=5,
)


def decides(rule: dict[str, Any], sort: Sort, user: str, groups: list[str], place: str, name: str) -> bool:
    """Whether a rule fits one request, as in k8s.io/apiserver, pkg/audit/policy/checker.go."""
    for key, found in (("users", {user}), ("userGroups", set(groups)), ("verbs", {sort.verb})):
        if rule.get(key) and found.isdisjoint(rule[key]):
            return False
    if not rule.get("namespaces") and not rule.get("resources"):
        return not rule.get("nonResourceURLs")
    if rule.get("namespaces") and place not in rule["namespaces"]:
        return False
    resource, _, part = sort.resource.partition("/")
    for one in rule.get("resources") or []:
        if one.get("group", "") not in (sort.group, "*"):
            continue
        if not one.get("resources"):
            return True
        for text in one["resources"]:
            named = not one.get("resourceNames") or name in one["resourceNames"]
            if named and (text in (sort.resource, "*", f"{resource}/*") or (part and text == f"*/{part}")):
                return True
    return not rule.get("resources")


def level_of(rules: list[dict[str, Any]], sort: Sort, *request: Any) -> int:
    for rule in rules:
        if decides(rule, sort, *request):
            silent = {"RequestReceived", "ResponseComplete"} <= set(rule.get("omitStages", ()))
            return NONE if silent else LEVELS.index(rule["level"])
    return NONE


@settings(max_examples=400, deadline=None)
@given(RULES)
def test_every_request_has_the_level_that_is_told(rules: list[dict[str, Any]]) -> None:
    policy = PolicyFile(made({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": rules}))
    for sort in SORTS:
        levels = {
            level_of(rules, sort, user, groups, place, name)
            for user in [*USERS, "eve"]
            for groups in ([], *([one] for one in GROUPS))
            for place in ([*PLACES, "other"] if sort.namespaced else [""])
            for name in [*NAMES, "three"]
        }
        assert {one.level for one in outcomes(policy, sort)} == levels
        assert bool(unrecorded(policy, [sort])) == (NONE in levels)
