"""Grants, and the answers that they give: whom a binding means, where it counts, and what makes an answer doubtful."""

import pytest

from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.who import Actor, account, actor, group, parse, user
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.model.gap import Gap, Gaps
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from tests.analysis.objects import objects
from tests.analysis.rbac.written import permissions

ROLES = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
"""
CLUSTER_ROLE = Kind("rbac.authorization.k8s.io", "ClusterRole")
ROLE_BINDING = Kind("rbac.authorization.k8s.io", "RoleBinding")
PODS, SECRETS = Request("get", "", "pods", namespace="shop"), Request("get", "", "secrets", namespace="shop")


def bound(subjects: str, *, kind: str = "RoleBinding", role: str = "ClusterRole", name: str = "reader") -> str:
    home = ", namespace: shop" if kind == "RoleBinding" else ""
    return f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: bound{home}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {role}, name: {name}}}
subjects: {subjects}
---
"""


def may(found: Permissions, word: str, asked: Request) -> bool:
    return found.decide(actor(parse(word)), asked).allowed


def test_a_cluster_role_bound_in_a_namespace_counts_there() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]"))
    assert may(found, "user:jane", PODS)
    assert not may(found, "user:jane", Request("get", "", "pods", namespace="other"))
    assert not may(found, "user:jane", Request("get", "", "pods"))
    assert not may(found, "user:jane", SECRETS)
    (grant,) = found.grants
    assert str(grant) == "RoleBinding shop/bound gives ClusterRole reader to User jane"
    assert found.decide(actor(user("jane")), PODS).because == f"{grant} (rule 1: get pods (core))"


def test_bound_everywhere_it_counts_everywhere() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]", kind="ClusterRoleBinding"))
    assert may(found, "user:jane", PODS)
    assert may(found, "user:jane", Request("get", "", "pods"))


def test_a_binding_means_the_role_of_its_kind() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]", role="Role"))
    assert may(found, "user:jane", SECRETS)
    assert not may(found, "user:jane", PODS)


def test_a_cluster_role_binding_gives_no_role_of_a_namespace() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]", kind="ClusterRoleBinding", role="Role"))
    assert not may(found, "user:jane", SECRETS)
    assert [grant.role for grant in found.grants] == [None]


@pytest.mark.parametrize(
    ("subjects", "who"),
    [
        ("[{kind: ServiceAccount, name: web}]", account("shop", "web")),
        ("[{kind: ServiceAccount, name: web, namespace: other}]", account("other", "web")),
        ("[{kind: User, name: 'system:serviceaccount:other:web'}]", account("other", "web")),
        ("[{kind: Group, name: 'system:serviceaccounts:shop'}]", group("system:serviceaccounts:shop")),
        ("[{kind: User, name: 'system:masters'}]", user("system:masters")),
    ],
)
def test_whom_a_binding_means(subjects: str, who: object) -> None:
    (grant,) = permissions(ROLES + bound(subjects)).grants
    assert grant.who == who


@pytest.mark.parametrize(
    "subjects",
    ["[{kind: Robot, name: r2}]", "[{kind: User}]", "[{kind: user, name: jane}]", "[{name: jane}]", "[]", "null"],
)
def test_whom_the_api_server_never_matches_is_given_nothing(subjects: str) -> None:
    found = permissions(ROLES + bound(subjects))
    assert (found.grants, found.doubts) == ((), ())


def test_an_account_without_a_namespace_is_nobody_where_there_is_none() -> None:
    found = permissions(ROLES + bound("[{kind: ServiceAccount, name: web}]", kind="ClusterRoleBinding"))
    assert found.grants == ()


def test_a_user_named_like_an_account_is_it_and_a_group_so_named_is_not() -> None:
    text = ROLES + bound("[{kind: User, name: 'system:serviceaccount:shop:web'}]")
    assert may(permissions(text), "sa:shop/web", PODS)
    text = ROLES + bound("[{kind: Group, name: 'system:serviceaccount:shop:web'}]")
    assert not may(permissions(text), "sa:shop/web", PODS)


def test_by_way_of_groups() -> None:
    found = permissions(ROLES + bound("[{kind: Group, name: dev}, {kind: Group, name: 'system:authenticated'}]"))
    assert may(found, "user:anybody", PODS)
    assert not may(found, "user:system:anonymous", PODS)
    given = [one.who for one in found.given(Actor("jane", frozenset({"dev"})), "shop")]
    assert given == [group("dev")]
    assert [one.who for one in found.given_to(user("jane"))] == []


def test_members_of_masters_may_everything_without_a_grant() -> None:
    answer = permissions(ROLES).decide(Actor("root", frozenset({"system:masters"})), Request("delete", "", "nodes"))
    assert (answer.allowed, answer.because) == (True, "members of system:masters may do everything")
    assert not permissions(ROLES).decide(actor(user("system:masters")), PODS).allowed


def test_a_subject_named_twice_is_given_it_twice() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}, {kind: User, name: jane}]"))
    assert [one.index for one in found.grants] == [0, 1]
    assert len(found.holders(PODS)) == 2


def test_holders_are_those_who_may() -> None:
    text = ROLES + bound("[{kind: User, name: jane}]") + bound("[{kind: Group, name: ops}]", kind="ClusterRoleBinding")
    found = permissions(text)
    assert [str(one.grant.who) for one in found.holders(PODS) if one.grant] == ["Group ops", "User jane"]
    elsewhere = Request("get", "", "pods", namespace="other")
    assert [str(one.grant.who) for one in found.holders(elsewhere) if one.grant] == ["Group ops"]
    assert found.holders(SECRETS) == []


def test_a_role_that_is_not_in_files_makes_it_doubtful_for_its_subjects_alone() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]", name="elsewhere"))
    answer = found.decide(actor(user("jane")), PODS)
    assert (answer.allowed, len(answer.doubts)) == (False, 1)
    assert answer.because == (
        "no grant allows it; RoleBinding shop/bound gives ClusterRole elsewhere, which is not in the input"
    )
    assert found.decide(actor(user("joe")), PODS).doubts == ()
    assert found.decide(actor(user("jane")), Request("get", "", "pods", namespace="other")).doubts == ()


def test_in_a_cluster_a_role_that_is_not_there_gives_nothing() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: jane}]", name="elsewhere"), settled=True)
    assert found.decide(actor(user("jane")), PODS).doubts == ()


def test_a_binding_that_cannot_be_read_makes_it_doubtful_for_all_where_it_counts() -> None:
    found = permissions(ROLES + bound("[{kind: User, name: [jane]}]"))
    (doubt,) = found.decide(actor(user("anybody")), PODS).doubts
    assert "RoleBinding" in doubt
    assert "subjects" in doubt
    assert found.decide(actor(user("anybody")), Request("get", "", "pods", namespace="other")).doubts == ()


def test_a_role_that_cannot_be_read_makes_it_doubtful_for_those_who_hold_it() -> None:
    text = ROLES.replace("verbs: [get]", "verbs: get", 1) + bound("[{kind: User, name: jane}]")
    found = permissions(text)
    (doubt,) = found.decide(actor(user("jane")), PODS).doubts
    assert doubt.startswith("ClusterRole reader cannot be read: ")
    assert found.decide(actor(user("joe")), PODS).doubts == ()


def test_an_aggregated_role_with_a_part_that_cannot_be_read_is_doubtful() -> None:
    text = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part, labels: {to: sum}}
rules: [{apiGroups: [""], resources: [pods], verbs: get}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: sum}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: sum}}]}
---
"""
    found = permissions(text + bound("[{kind: User, name: jane}]", name="sum"))
    assert "cannot be read" in found.decide(actor(user("jane")), PODS).because


def test_rules_of_a_cluster_stand_as_they_are() -> None:
    text = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: sum}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: sum}}]}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
"""
    text += bound("[{kind: User, name: jane}]", name="sum")
    assert may(permissions(text, settled=True), "user:jane", PODS)
    assert not may(permissions(text), "user:jane", PODS)


def with_gaps(*gaps: Gap) -> Permissions:
    keeping = Keeping.of(RBAC_READS)
    facts = [one for one in map(keeping.prune, objects(ROLES + bound("[{kind: User, name: jane}]"))) if one]
    return Permissions.of(Neighbours(facts, keeping, complete=True, gaps=Gaps(gaps)), settled=True)


def doubted(found: Permissions, namespace: str) -> tuple[str, ...]:
    asked = Request("get", "", "pods", namespace=namespace)
    return found.decide(actor(user("joe")), asked).doubts


def test_what_could_not_be_listed_makes_every_no_doubtful() -> None:
    found = with_gaps(Gap(CLUSTER_ROLE, None, Why.MAY_NOT_LIST, "may not list clusterroles"))
    assert found.decide(actor(user("jane")), PODS).allowed
    assert doubted(found, "shop") == doubted(found, "") == ("may not list clusterroles",)


def test_each_namespace_that_could_not_be_listed_is_doubtful() -> None:
    gaps = (Gap(ROLE_BINDING, name, Why.MAY_NOT_LIST, f"may not list them in {name}") for name in ("a", "b"))
    found = with_gaps(*gaps)
    assert doubted(found, "a") == ("may not list them in a",)
    assert doubted(found, "b") == ("may not list them in b",)
    assert doubted(found, "c") == ()


def test_a_namespace_that_was_listed_all_the_same_is_not() -> None:
    gap = Gap(ROLE_BINDING, None, Why.MAY_NOT_LIST, "may not list all of them", frozenset({"shop"}))
    assert doubted(with_gaps(gap), "shop") == ()
    assert doubted(with_gaps(gap), "other") == ("may not list all of them",)
