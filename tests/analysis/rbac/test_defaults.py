"""Kubernetes' own roles and bindings are known as they are, and every change of them is seen and named."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.rbac.aggregating import aggregated
from hardstand.analysis.rbac.atoms import atoms, together
from hardstand.analysis.rbac.default_data import known, rule_of
from hardstand.analysis.rbac.defaults import (
    assumed,
    beyond,
    bindings,
    default_binding,
    default_grant,
    is_default,
    newest,
)
from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.roles import Role, Ruled
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import actor, group, parse, user
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.rbac import Binding
from scripts.default_roles import line, spanned
from tests.analysis.objects import as_objects, objects, world
from tests.analysis.rbac.written import binding, manifest, permissions, raw, role
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

VERSIONS = known().versions
BASIC = "system:basic-user"
SECRETS = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}

OPENSHIFT = {
    "system:openshift:public-info-viewer": None,
    "system:controller:service-ca-cert-publisher": None,
    "system:controller:endpointslice-controller": (
        "other than Kubernetes 1.37 makes it: has create endpointslices/restricted (discovery.k8s.io) more"
    ),
    "system:controller:endpointslicemirroring-controller": (
        "other than Kubernetes 1.37 makes it: has create endpointslices/restricted (discovery.k8s.io) more"
    ),
}
"""The pack comes from a distribution that has roles of its own, and adds to two of Kubernetes'."""


def own(one: Role) -> list[Rule]:
    return [ruled.rule for ruled in one.rules]


def with_rules(one: Role, rules: Sequence[Rule]) -> Role:
    return replace(one, rules=tuple(Ruled(rule, one.name, at) for at, rule in enumerate(rules)))


def basic(*more: dict[str, Any], **metadata: Any) -> Role:
    return role(manifest(BASIC, *(raw(rule) for rule in own(assumed()[BASIC])), *more, **metadata))


def differing(permissions: Permissions) -> dict[str, str | None]:
    """What is said of the roles that are not as Kubernetes makes them."""
    told = {one.name: is_default(one) for one in permissions.roles}
    return {name: found and str(found) for name, found in told.items() if found is None or not found.unchanged}


def differing_bindings(neighbours: Neighbours) -> set[str]:
    told = {one.name: default_binding(one) for one in neighbours.anywhere(Binding)}
    return {name for name, found in told.items() if found is None or not found.unchanged}


@pytest.fixture(scope="module")
def pack(suite: Any) -> list[KubeObject]:
    """The roles and bindings of the pack, without those that wait for feature gates."""
    pages = [one for one in sorted(suite("k8s-bootstrap-rbac").rglob("*.yaml")) if "featuregates" not in one.name]
    assert len(pages) == 6
    return [one for page in pages for one in objects(page.read_text())]


@pytest.mark.parametrize("settled", [True, False])
def test_the_roles_of_the_pack_are_known(pack: list[KubeObject], settled: bool) -> None:
    found = Permissions.of(world(pack, RBAC_READS), settled=settled)
    assert len(found.roles) > 70
    assert differing(found) == OPENSHIFT


def test_the_bindings_of_the_pack_are_known(pack: list[KubeObject]) -> None:
    found = world(pack, RBAC_READS)
    assert len(found.anywhere(Binding)) > 50
    strange = {name for name, said in OPENSHIFT.items() if said is None}
    assert differing_bindings(found) == strange
    grants = Permissions.of(found, settled=True).grants
    assert {one.binding.name for one in grants if not default_grant(one)} == strange


def test_roles_behind_feature_gates_are_known(suite: Any) -> None:
    (page,) = suite("k8s-bootstrap-rbac").rglob("cluster-roles-featuregates.yaml")
    found = Permissions.of(world(objects(page.read_text()), RBAC_READS), settled=False)
    assert differing(found) == {"system:openshift:public-info-viewer": None}


def test_what_the_api_server_makes_is_known(cluster: Cluster) -> None:
    version = json.loads(cluster.kubectl("version", "-o", "json").stdout)["serverVersion"]
    minor = f"{version['major']}.{version['minor']}"
    eventually(lambda: cluster.get("clusterrole/admin")["rules"], "the controller to aggregate")
    kinds = "clusterroles,clusterrolebindings,roles,rolebindings"
    mine = "kubernetes.io/bootstrapping=rbac-defaults"
    listed = cluster.get(kinds, "--all-namespaces", "-l", mine)["items"]
    held = [found for item in listed for found in as_objects(item)]
    near = world(held, RBAC_READS)
    found = Permissions.of(near, settled=True)
    names = {one.name for one in found.roles if not one.namespace}
    assert (differing(found), differing_bindings(near)) == ({}, set())
    assert {one.name for one in found.roles if minor not in is_default(one).versions} == set()  # type: ignore[union-attr]
    assert assumed(minor).keys() - names == set()
    missing = {(one.namespace, one.name) for one, _ in bindings(minor)} - {
        (one.namespace or "", one.name) for one in near.anywhere(Binding)
    }
    assert missing == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_is_known_as_itself(version: str) -> None:
    roles = aggregated(assumed(version).values())
    assert len(roles) > 60
    for one in roles:
        found = is_default(one)
        assert found is not None, one
        assert found.unchanged, (str(one), str(found))
        assert version in found.versions, (str(one), found)
        assert (found.kept, list(beyond(one))) == ((), []), one


@pytest.mark.parametrize("name", sorted(assumed()))
def test_one_verb_more_is_seen_and_named(name: str) -> None:
    (one,) = (one for one in aggregated(assumed().values()) if one.name == name)
    more = Rule(("approve",), ("apps",), ("deployments",))
    found = is_default(with_rules(one, [*own(one), more]))
    assert found is not None
    assert (found.unchanged, found.added, found.removed) == (False, (more,), ())
    assert str(found) == f"other than Kubernetes {found.versions[-1]} makes it: has approve deployments (apps) more"
    assert [ruled.rule for ruled in beyond(with_rules(one, [*own(one), more]))] == [more]


@pytest.mark.parametrize("name", sorted(set(assumed()) - {"admin", "edit", "view"}))
def test_one_verb_less_is_seen_and_named(name: str) -> None:
    one = assumed()[name]
    first, *others = sorted(atoms(own(one)))
    found = is_default(with_rules(one, together(others)))
    assert found is not None
    if not found.unchanged:
        assert found.removed, found
        assert found.added == ()
    else:  # An earlier version did without it.
        assert newest() not in found.versions, (first, found)


def test_what_upgrades_leave_is_no_change() -> None:
    """A cluster that has been through all versions has what any of them had, since no server takes anything away."""
    kept = {}
    for (namespace, name), one in known().roles.items():
        if one.aggregates or not one.rules:
            continue
        every = together(atoms([rule for rule, _ in one.rules]))
        found = is_default(with_rules(Role(name, namespace, labels=one.labels), every))
        assert found is not None
        assert found.unchanged, (name, str(found))
        if found.kept:
            kept[name] = found.kept
            last = VERSIONS.index(found.versions[-1])
            assert atoms(found.kept).isdisjoint(atoms(one.at(last, gated=True)))
            before = [rule for rule, versions in one.rules if min(versions) < last]
            assert atoms(found.kept) <= atoms(before)
    assert kept


def test_a_role_of_a_later_version_is_of_that_version() -> None:
    old, new = assumed("1.24")["system:monitoring"], assumed("1.36")["system:monitoring"]
    found = is_default(with_rules(old, own(new)))
    assert found is not None
    assert found.versions[-2:] == ("1.36", "1.37")
    assert "1.33" not in found.versions  # It may not read the metrics of nodes yet.


def test_a_role_written_in_another_way_is_the_same() -> None:
    rules = [raw(Rule((atom.verb,), (atom.group,), (atom.resource,))) for atom in atoms(own(assumed()[BASIC]))]
    found = is_default(role(manifest(BASIC, *reversed(rules), *rules, labels={"team": "x"})))
    assert found is not None
    assert found.unchanged
    assert str(found).startswith("as Kubernetes ")


def test_a_feature_gates_rules_are_no_change() -> None:
    name, gated = next((one.name, one.gated) for one in known().roles.values() if one.gated and one.rules)
    rule, versions = gated[-1]
    version = VERSIONS[max(versions)]
    one = assumed(version)[name]
    found = is_default(with_rules(one, [*own(one), rule]))
    assert found is not None
    assert found.unchanged
    assert version in found.versions


def test_labels_that_aggregate_count_and_others_do_not() -> None:
    label = "rbac.authorization.k8s.io/aggregate-to-view"
    found = is_default(basic(labels={label: "true", "app": "x"}))
    assert found is not None
    assert found.other == (f"is labelled {label}: 'true'",)
    assert not found.unchanged
    assert is_default(basic(labels={"app": "x"})).unchanged  # type: ignore[union-attr]


def test_a_default_that_aggregates_more_is_changed() -> None:
    data = {**manifest("view"), "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
    found = is_default(role(data))
    assert found is not None
    assert found.other[0] == "aggregates other roles"
    assert not found.unchanged
    assert is_default(role(manifest("view", SECRETS))).other[0] == "aggregates no roles"  # type: ignore[union-attr]


def test_what_others_bring_to_an_aggregated_default_is_named() -> None:
    label = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    more = role(manifest("ours", SECRETS, labels=label))
    (view,) = (one for one in aggregated([*assumed().values(), more]) if one.name == "view")
    found = is_default(view)
    assert found is not None
    assert found.added == (Rule(("get",), ("",), ("secrets",)),)
    assert [one.role for one in beyond(view)] == ["ours"]


def test_a_role_that_cannot_be_read_is_no_unchanged_default() -> None:
    one = role({**manifest(BASIC), "rules": "none"})
    found = is_default(one)
    assert found is not None
    assert not found.unchanged
    assert "cannot be read" in found.other[0]


def test_a_role_that_names_more_than_memory_holds_is_an_addition() -> None:
    words = [f"w{at}" for at in range(3000)]
    one = basic({"verbs": words, "apiGroups": words, "resources": words, "resourceNames": words})
    found = is_default(one)
    assert found is not None
    assert (len(found.added), found.removed) == (1, ())
    assert list(beyond(one)) == [one.rules[-1]]


def test_other_names_and_namespaces_are_no_defaults() -> None:
    assert is_default(role(manifest("view2", SECRETS))) is None
    spaced = role(manifest("view", SECRETS, kind="Role", namespace="shop"))
    assert is_default(spaced) is None
    assert list(beyond(spaced)) == list(spaced.rules)


def test_versions_are_found_as_kubernetes_writes_them() -> None:
    name = "system:controller:validatingadmissionpolicy-status-controller"
    assert name not in assumed("v1.29.3-eks-5e0fdde")
    assert name in assumed("1.30")
    assert assumed("v1.99.0").keys() == assumed().keys() == assumed(newest()).keys()
    assert assumed("1.9").keys() == assumed(VERSIONS[0]).keys()
    with pytest.raises(ValueError, match="'latest' is no version of Kubernetes; write one like 1"):
        assumed("latest")


def test_files_may_bind_what_every_cluster_has() -> None:
    text = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: jane}]
"""
    found = permissions(text, assumed=assumed().values())
    jane = actor(user("jane"))
    answer = found.decide(jane, Request("list", "apps", "deployments", namespace="shop"))
    assert answer.allowed
    assert "rule" in answer.because
    assert "of system:aggregate-to-view, which it aggregates" in answer.because
    assert not found.decide(jane, Request("get", "", "secrets", namespace="shop")).allowed
    assert not found.decide(jane, Request("list", "apps", "deployments", namespace="other")).allowed
    assert found.decide(jane, Request("get", "", "secrets", namespace="shop")).doubts == ()


def test_bindings_of_a_version() -> None:
    found = {one.name: (one.role_name, whom) for one, whom in bindings("1.36")}
    assert found["cluster-admin"] == ("cluster-admin", (group("system:masters"),))
    assert set(found["system:public-info-viewer"][1]) == {
        group("system:authenticated"),
        group("system:unauthenticated"),
    }
    assert found["system:node"] == ("system:node", ())
    assert len(found) > len(bindings("1.24"))


BOUND = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: cluster-admin}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{{kind: Group, name: 'system:masters'}}{more}]
"""


def test_cluster_admins_own_binding_is_known_and_an_addition_named() -> None:
    ours = default_binding(binding(BOUND.format(role="cluster-admin", more="")))
    assert ours is not None
    assert ours.unchanged
    assert ours.versions == VERSIONS
    text = BOUND.format(role="cluster-admin", more=", {kind: User, name: eve}")
    more = default_binding(binding(text))
    assert more is not None
    assert more.added == (user("eve"),)
    assert str(more) == f"other than Kubernetes {newest()} makes it: has User eve more"
    grants = permissions(text, assumed=assumed().values()).grants
    assert {str(one.who): default_grant(one) for one in grants} == {"Group system:masters": True, "User eve": False}


def test_a_default_binding_of_another_role_is_changed() -> None:
    text = BOUND.format(role="view", more="")
    found = default_binding(binding(text))
    assert found is not None
    assert (found.unchanged, found.other) == (False, ("gives ClusterRole view",))
    assert found.added == (group("system:masters"),)
    assert not any(map(default_grant, permissions(text, assumed=assumed().values()).grants))


def test_a_binding_in_another_namespace_is_no_default() -> None:
    text = BOUND.format(role="cluster-admin", more="").replace("ClusterRoleBinding", "RoleBinding")
    assert (
        default_binding(binding(text.replace("{name: cluster-admin}", "{name: cluster-admin, namespace: a}"))) is None
    )


WORDS = st.lists(st.sampled_from(["a", "b", "*", "c/d"]), max_size=3).map(tuple)
RULES = st.builds(Rule, WORDS, WORDS, WORDS, WORDS, st.lists(st.sampled_from(["/a", "/b/*"]), max_size=2).map(tuple))


@given(st.lists(RULES, max_size=6))
def test_taken_apart_and_put_together_it_names_the_same(rules: list[Rule]) -> None:
    found = atoms(rules)
    again = together(found)
    assert atoms(again) == found
    assert len(again) <= len(found)
    assert together(atoms(again)) == again


def test_what_the_script_writes_is_what_is_read() -> None:
    for rule in (
        Rule(("get", "list"), ("apps", ""), ("*", "pods")),
        Rule(("attest",), ("certificates.k8s.io",), ("signers",), ("kubernetes.io/a", "kubernetes.io/b")),
        Rule(("get",), urls=("/healthz", "/livez/*")),
        Rule(("*",), ("*",), ("*",)),
    ):
        assert rule_of(line(raw(rule))) == rule
    assert spanned({0, 1, 3, 4}, ["1.1", "1.2", "1.3", "1.4", "1.5"]) == "1.1-1.2,1.4-"
    assert spanned({0, 1}, ["1.1", "1.2"]) == ""


def test_the_data_is_small() -> None:
    path = Path(known.__wrapped__.__code__.co_filename).parent / "kubernetes.json"  # type: ignore[attr-defined]
    assert path.stat().st_size < 150_000
    assert {parse(who.word) for one, whom in bindings() for who in whom} == {
        who for _, whom in bindings() for who in whom
    }
