"""What could not be read is part of the picture, and what the picture is of decides what may be there."""

from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.ends import ends_named, kubernetes_own, start_named, starts_of
from hardstand.analysis.escalation.graph import ADMIN, Node
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import parse
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.model.gap import Gap, Gaps
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from tests.analysis.escalation.picturing import pictured
from tests.analysis.objects import objects

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: [web], containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: half, namespace: shop}
spec: {containers: [{name: app, securityContext: {privileged: "yes"}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: odd, namespace: shop}
type: 7
"""
OWN = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:controller:clusterrole-aggregation-controller"}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: "system:controller:clusterrole-aggregation-controller"
subjects: [{kind: ServiceAccount, name: clusterrole-aggregation-controller, namespace: kube-system}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: add-on}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: add-on, namespace: kube-system}
- {kind: User, name: jane}
- {kind: User, name: "system:kube-scheduler"}
- {kind: Group, name: "kubeadm:cluster-admins"}
- {kind: Group, name: "system:authenticated"}
"""


def test_fields_that_cannot_be_read_are_doubts() -> None:
    doubts = pictured(objects(POD)).doubts
    assert any("Pod shop/web" in one and "serviceAccountName" in one for one in doubts)
    assert any("Pod shop/half" in one and "privileged" in one for one in doubts)
    assert any("Secret shop/odd" in one and "type" in one for one in doubts)


def test_kinds_that_may_not_be_listed_are_doubts() -> None:
    gap = Gap(Kind("", "Secret"), None, Why.MAY_NOT_LIST, "Secrets may not be listed")
    neighbours = Neighbours([], Keeping.of(ESCALATION_READS), complete=True, gaps=Gaps([gap]))
    picture = picture_of(neighbours, Permissions.of(neighbours, settled=True), settled=True)
    assert "Secrets may not be listed" in picture.doubts


def test_paths_begin_at_everybody_but_kubernetes_own() -> None:
    picture = pictured(objects(OWN), settled=True)
    words = [node.word for node in starts_of(picture, graph_of(picture))]
    assert words == ["group:system:authenticated", "serviceaccount:kube-system/add-on", "user:jane"]
    assert kubernetes_own(parse("group:system:nodes"), picture.permissions)
    assert not kubernetes_own(parse("group:system:serviceaccounts:shop"), picture.permissions)


def test_targets_and_starts_by_name() -> None:
    graph = graph_of(pictured([]))
    assert ends_named("cluster-admin", graph) == {ADMIN}
    assert Node("node") in ends_named("node", graph)
    assert ends_named("secrets:shop", graph) == {Node("secrets"), Node("secrets", "shop")}
    assert ends_named("sa:shop/web", graph) == {Node("serviceaccount", "shop", "web")}
    assert list(start_named("workload:shop/half", pictured(objects(POD)))) == [Node("workload", "shop", "Pod/half")]
