"""What goes with a grant, and what it weighs, over real files."""

from pathlib import Path

import pytest

from hardstand.access.cutting.losses import losses, lost
from hardstand.access.cutting.running import Running
from hardstand.access.cutting.weights import weight
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Who, account, group
from hardstand.wiring.surveying import Surveyed
from tests.access.estates import read_in

RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
- {apiGroups: [""], resources: [pods, secrets], verbs: [get, create]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: narrow}
rules:
- {apiGroups: [""], resources: [pods], verbs: ["*"]}
- {apiGroups: [""], resources: [secrets], resourceNames: [one], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: wide}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}, {kind: Group, name: dev}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: narrow}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: narrow}
subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: wide-at-home, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, name: web}]
"""

WORKLOADS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {serviceAccountName: web, containers: [{name: a, image: a}]}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: u}]
spec: {serviceAccountName: web, containers: [{name: a, image: a}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: a}]}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: odd, namespace: shop}
spec: {serviceAccountName: 7, containers: [{name: a, image: a}]}
"""

WEB = account("shop", "web")


@pytest.fixture
def estate(tmp_path: Path) -> tuple[Permissions, Surveyed]:
    return read_in(tmp_path, rbac=RBAC, workloads=WORKLOADS)


def grant(permissions: Permissions, binding: str, who: Who) -> Grant:
    return next(one for one in permissions.given_to(who) if one.binding.name == binding)


def test_only_what_nothing_else_gives_is_lost(estate: tuple[Permissions, Surveyed]) -> None:
    """What the group gives is kept: any verb on pods, and getting one Secret, which is not getting all."""
    permissions, found = estate
    wide = grant(permissions, "wide", WEB)
    [loss] = losses(permissions, [wide], Running(found.neighbours))
    assert [str(one) for one in loss.rules] == ["get, create secrets (core)", "get /metrics"]
    assert [str(one) for one in loss.workloads] == ["Deployment shop/web"]


def test_what_counts_everywhere_makes_up_for_what_counts_in_a_namespace(estate: tuple[Permissions, Surveyed]) -> None:
    permissions, _ = estate
    wide, home = grant(permissions, "wide", WEB), grant(permissions, "wide-at-home", WEB)
    assert lost(permissions, home, [home]) == []
    assert {(one.verb, one.resource) for one in lost(permissions, home, [home, wide])} == {
        ("get", "secrets"),
        ("create", "secrets"),
    }


def test_the_members_of_a_group_lose_what_the_group_gave(estate: tuple[Permissions, Surveyed]) -> None:
    permissions, found = estate
    [loss] = losses(permissions, [grant(permissions, "wide", group("dev"))], Running(found.neighbours))
    assert [str(one) for one in loss.rules] == ["get, create pods, secrets (core)", "get /metrics"]
    assert loss.workloads == ()


def test_as_a_group_of_accounts_runs_what_runs_as_each(estate: tuple[Permissions, Surveyed]) -> None:
    running = Running(estate[1].neighbours)
    assert [str(one) for one in running.under(group("system:serviceaccounts:shop"))] == [
        "CronJob shop/nightly",
        "Deployment shop/web",
    ]
    assert len(running.under(group("system:authenticated"))) == 2
    assert not running.under(group("system:serviceaccounts:other"))
    assert not running.under(group("dev"))
    [fault] = running.unreadable
    assert fault.startswith("Pod shop/odd cannot be read")


def test_a_grant_weighs_what_its_subject_loses_times_what_runs_as_it(estate: tuple[Permissions, Surveyed]) -> None:
    permissions, found = estate
    running = Running(found.neighbours)

    def weighs(one: Grant, *cuttable: Grant) -> int:
        return weight(permissions, one, running, frozenset((one, *cuttable)))

    wide, home = grant(permissions, "wide", WEB), grant(permissions, "wide-at-home", WEB)
    assert weighs(home) == 1  # Nothing is lost.
    assert weighs(home, wide) == 1 + 2 * 2  # What makes up for it may have to go.
    assert weighs(wide) == 1 + 3 * 2
    assert weighs(grant(permissions, "wide", group("dev"))) == 1 + 5
    narrow = grant(permissions, "narrow", group("system:serviceaccounts:shop"))
    assert weighs(narrow) == 1 + (10 + 1) * (1 + 2)  # Any verb counts ten.
