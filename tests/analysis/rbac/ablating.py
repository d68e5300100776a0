"""Each clause of RBAC's answer, switched off: where the answer is another then, the clause decided."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.analysis.rbac.generating import Manifest, Review

Ablation = Callable[[Manifest], Manifest | None]
"""A role or binding without what the clause reads; None where nothing of it is left."""


def _rules(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Ablation:
    def ablate(one: Manifest) -> Manifest:
        if "rules" not in one:
            return one
        return {**one, "rules": [rule for found in one["rules"] if (rule := change(dict(found))) is not None]}

    return ablate


def _without(field: str, drop: Callable[[str], bool]) -> Ablation:
    def change(rule: dict[str, Any]) -> dict[str, Any] | None:
        if field not in rule:
            return rule
        kept = [word for word in rule[field] if not drop(word)]
        return {**rule, field: kept} if kept else None

    return _rules(change)


def _nameless(rule: dict[str, Any]) -> dict[str, Any]:
    rule.pop("resourceNames", None)
    return rule


def _unaggregated(one: Manifest) -> Manifest:
    return {key: value for key, value in one.items() if key != "aggregationRule"}


def _of_cluster_roles(one: Manifest) -> Manifest | None:
    return None if one["kind"] == "RoleBinding" and one["roleRef"]["kind"] == "ClusterRole" else one


def _subjects(kind: str, named: Callable[[str], bool] = lambda _: True) -> Ablation:
    def ablate(one: Manifest) -> Manifest:
        if "subjects" not in one:
            return one
        kept = [each for each in one["subjects"] if each["kind"] != kind or not named(each["name"])]
        return {**one, "subjects": kept}

    return ablate


OF_OBJECTS: Mapping[str, Ablation] = {
    "verb *": _without("verbs", lambda word: word == "*"),
    "verb": _without("verbs", lambda word: word != "*"),
    "group *": _without("apiGroups", lambda word: word == "*"),
    "group": _without("apiGroups", lambda word: word != "*"),
    "resource *": _without("resources", lambda word: word == "*"),
    "resource": _without("resources", lambda word: "/" not in word and word != "*"),
    "resource/subresource": _without("resources", lambda word: "/" in word and not word.startswith("*/")),
    "*/subresource": _without("resources", lambda word: word.startswith("*/")),
    "resource names": _rules(_nameless),
    "path": _without("nonResourceURLs", lambda word: not word.endswith("*")),
    "path *": _without("nonResourceURLs", lambda word: word.endswith("*")),
    "aggregation": _unaggregated,
    "ClusterRole in a namespace": _of_cluster_roles,
    "service account": _subjects("ServiceAccount"),
    "user": _subjects("User", lambda name: not name.startswith("system:serviceaccount:")),
    "user of a service account": _subjects("User", lambda name: name.startswith("system:serviceaccount:")),
}
"""What is written in roles and bindings."""


def _leave(group: Callable[[str], bool]) -> Callable[[Review], Review]:
    return lambda review: {**review, "groups": [one for one in review["groups"] if not group(one)]}


def _elsewhere(review: Review) -> Review:
    asked = review.get("resourceAttributes")
    return {**review, "resourceAttributes": {**asked, "namespace": "elsewhere"}} if asked else review


OF_REQUESTS: Mapping[str, Callable[[Review], Review]] = {
    "group membership": _leave(lambda name: name != "system:masters"),
    "system:masters": _leave(lambda name: name == "system:masters"),
    "namespace": _elsewhere,
}
"""What is asked by whom."""
